/** Where a shape is open as its area counts, and how much of it at least. */
export interface AreaRule {
  /** mm². */
  readonly least: number;
  /** What counts along the leaves, mm. */
  readonly along: readonly [number, number];
  /** What counts of each leaf pair across, mm. */
  readonly widths: Float64Array;
  /** A pair no further open than this is shut, mm: the machine's least gap. */
  readonly gap: number;
}

/**
 * What of a shape is open, mm² at the isocenter plane: by leaf positions as stated (all of the negative side, then all positive),
 * less the gap of every pair, so that gaps of shut pairs do not add up to an opening.
 */
export function openArea(shape: Float64Array, rule: Omit<AreaRule, 'least'>): number {
  let sum = 0;
  for (const [pair, width] of rule.widths.entries()) if (width > 0) sum += width * opening(shape, pair, rule);
  return sum;
}

/**
 * By how much a shape falls short of its least area, squared: as far as its leaf ends have to go at least, together, mm². Adds `factor` times
 * its gradient.
 */
export function areaPenalty(shape: Float64Array, rule: AreaRule, factor: number, gradient: Float64Array): number {
  const { least, along, widths } = rule;
  const lacking = least - openArea(shape, rule);
  if (lacking <= 0) return 0;
  const bank = widths.length;
  const norm = widths.reduce((sum, width) => sum + 2 * width * width, 0);
  for (const [pair, width] of widths.entries()) {
    if (width === 0 || opening(shape, pair, rule) === 0) continue;
    const slope = (2 * factor * lacking * width) / norm;
    if (shape[pair] > along[0]) gradient[pair] += slope;
    if (shape[bank + pair] < along[1]) gradient[bank + pair] -= slope;
  }
  return (lacking * lacking) / norm;
}

/** Bisections of how far leaves are drawn back. */
const HALVINGS = 40;

/**
 * Draws leaves back, all pairs that are open by as much until they meet a limit, and the shut ones with them only if that does not do, until a
 * shape has its least area. `limits`: how far out the leaves of either side may go, mm. No gap gets smaller by it, and no neighbours pass each other.
 */
export function openToLeastArea(
  shape: Float64Array,
  rule: AreaRule,
  pairs: readonly number[],
  [outmost, furthest]: readonly [number, number],
): void {
  if (openArea(shape, rule) >= rule.least) return;
  const bank = rule.widths.length;
  const [low, high] = [Math.max(outmost, rule.along[0]), Math.min(furthest, rule.along[1])];
  const drawn = (some: readonly number[], by: number): Float64Array => {
    const out = shape.slice();
    for (const pair of some) {
      out[pair] = Math.min(out[pair], Math.max(low, out[pair] - by));
      out[bank + pair] = Math.max(out[bank + pair], Math.min(high, out[bank + pair] + by));
    }
    return out;
  };
  const suffices = (some: readonly number[], by: number): boolean => openArea(drawn(some, by), rule) >= rule.least;
  const seen = pairs.filter((pair) => rule.widths[pair] > 0);
  const open = seen.filter((pair) => opening(shape, pair, rule) > 0);
  let [less, more] = [0, seen.reduce((most, pair) => Math.max(most, shape[pair] - low, high - shape[bank + pair]), 0)];
  const some = suffices(open, more) ? open : seen;
  for (let n = 0; n < HALVINGS; n++) {
    const by = (less + more) / 2;
    if (suffices(some, by)) more = by;
    else less = by;
  }
  shape.set(drawn(some, more));
}

/** How far a pair is open beyond its gap where that counts, mm. */
function opening(shape: Float64Array, pair: number, { along, widths, gap }: Omit<AreaRule, 'least'>): number {
  return Math.max(0, Math.min(shape[widths.length + pair], along[1]) - Math.max(shape[pair], along[0]) - gap);
}
