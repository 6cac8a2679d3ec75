import type { LeafReach, LeafRules } from './leafRules.ts';
import { type AreaRule, openToLeastArea } from './openArea.ts';

/**
 * Moves the leaves of shapes to where the rules hold, exactly, and as little as simple rules allow. Shape by shape, gaps are opened about
 * their middle, then what is too far in is drawn back: neighbours that pass each other, leaves too far ahead of their bank; drawing back
 * breaks no other rule. A shape that has less than its least area then is opened to it. Pairs that nothing moves stand shut in the middle of the nearest
 * pair that is moved. Then every leaf's course over a succession is replaced by the middle between the lowest course above it and the highest below it that keep the travel: that keeps
 * any limit on a difference of two leaves that held at every shape, and any limit on one leaf.
 */
export function makeFeasible(shapes: readonly Float64Array[], rules: LeafRules): void {
  for (const [n, shape] of shapes.entries()) feasibleShape(shape, rules, rules.reach[n], rules.areas?.[n]);
  for (const { shapes: order, travel } of rules.successions)
    for (let leaf = 0; leaf < shapes[0].length; leaf++) {
      const course = Float64Array.from(order, (n) => shapes[n][leaf]);
      const slowed = withinTravel(course, travel);
      for (const [k, n] of order.entries()) shapes[n][leaf] = slowed[k];
    }
}

function feasibleShape(shape: Float64Array, rules: LeafRules, { pairs, banks }: LeafReach, area?: AreaRule): void {
  const bank = shape.length / 2;
  const [[outmost], [, furthest]] = banks;
  // Where the leaves of both sides come: a pair may be shut.
  const [low, high] = [banks[1][0] + rules.gap / 2, banks[0][1] - rules.gap / 2];
  const shutAt = (place: number): number => Math.min(high, Math.max(low, place));
  for (const pair of pairs) {
    const [from, to] = [Math.max(outmost, shape[pair]), Math.min(furthest, shape[bank + pair])];
    const middle = shutAt((from + to) / 2);
    shape[pair] = Math.min(from, middle - rules.gap / 2);
    shape[bank + pair] = Math.max(to, middle + rules.gap / 2);
  }
  if (!rules.interdigitation)
    for (let k = 1; k < pairs.length; k++)
      for (const [one, other] of [
        [pairs[k - 1], pairs[k]],
        [pairs[k], pairs[k - 1]],
      ]) {
        if (shape[one] <= shape[bank + other]) continue;
        const middle = (shape[one] + shape[bank + other]) / 2;
        shape[one] = middle;
        shape[bank + other] = middle;
      }
  const [least, , , most] = endsOf(shape, pairs);
  for (const pair of pairs) {
    shape[pair] = Math.min(shape[pair], least + rules.span);
    shape[bank + pair] = Math.max(shape[bank + pair], most - rules.span);
  }
  if (area !== undefined) {
    const [, last, first] = endsOf(shape, pairs);
    openToLeastArea(shape, area, pairs, [Math.max(outmost, last - rules.span), Math.min(furthest, first + rules.span)]);
  }
  const [back, , , forth] = endsOf(shape, pairs);
  const moved = new Set(pairs);
  for (let pair = 0; pair < bank; pair++) {
    if (moved.has(pair)) continue;
    const nearest = pairs.reduce((so, one) => (Math.abs(one - pair) < Math.abs(so - pair) ? one : so), pairs[0]);
    const wanted = (shape[nearest] + shape[bank + nearest]) / 2;
    const [from, to] = [forth - rules.span - rules.gap / 2, back + rules.span + rules.gap / 2];
    const middle = shutAt(Math.min(to, Math.max(from, wanted)));
    // Beside an opening of more than two spreads no pair can be shut: it stands open behind the jaws, as far as it has to.
    shape[pair] = Math.min(middle - rules.gap / 2, back + rules.span);
    shape[bank + pair] = Math.max(middle + rules.gap / 2, forth - rules.span);
  }
}

/** Of some pairs: the least and the greatest place of the negative side's leaves, then of the positive side's. */
function endsOf(shape: Float64Array, pairs: readonly number[]): readonly [number, number, number, number] {
  const bank = shape.length / 2;
  const ends: [number, number, number, number] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const pair of pairs)
    for (const side of [0, 1]) {
      const at = shape[side * bank + pair];
      ends[2 * side] = Math.min(ends[2 * side], at);
      ends[2 * side + 1] = Math.max(ends[2 * side + 1], at);
    }
  return ends;
}

/** The middle between the least course above and the greatest below that change by `travel` at most from place to place. */
function withinTravel(course: Float64Array, travel: number): Float64Array {
  const above = course.slice();
  const below = course.slice();
  const last = course.length - 1;
  for (let k = 1; k <= last; k++) {
    above[k] = Math.max(above[k], above[k - 1] - travel);
    below[k] = Math.min(below[k], below[k - 1] + travel);
  }
  for (let k = last - 1; k >= 0; k--) {
    above[k] = Math.max(above[k], above[k + 1] - travel);
    below[k] = Math.min(below[k], below[k + 1] + travel);
  }
  return above.map((at, k) => (at + below[k]) / 2);
}
