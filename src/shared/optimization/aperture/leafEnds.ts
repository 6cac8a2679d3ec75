import { edgeOf, roundedTip } from '../../dosimetry/beam/edge.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { MovingEdge } from './movingEdge.ts';

/**
 * What leaf pairs leave of the bixels along them, pair after pair: how open the ends of either bank alone leave each, and both together. Holds for
 * the ends that `stands` has, begin and end of the negative leaf's way, then the positive's, mm.
 */
export interface SeenEnds {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly between: Float64Array;
  readonly stands: Float64Array;
}

/** Bixels along the leaves: how many, the first one's middle, and from one to the next, mm. */
interface Along {
  readonly count: number;
  readonly first: number;
  readonly width: number;
}

/** The ends of a machine's leaves over the bixels along them: rounded tips with their offset, averaged over bixels and the way of moving ends. */
export class LeafEnds {
  /** Those whose gradient is asked for; beside them one pair on either side is looked at. */
  readonly pairs: readonly number[];
  readonly #along: Along;
  readonly #first: number;
  readonly #looked: number;
  readonly #leaves: number;
  readonly #offset: number;
  readonly #end: MovingEdge;

  /** @param pairs rising. */
  constructor(along: Along, pairs: readonly number[], machine: Machine, mlc: NonNullable<Machine['mlc']>) {
    this.pairs = pairs;
    this.#along = along;
    this.#leaves = mlc.leafBoundaries.length - 1;
    this.#first = Math.max(0, (pairs[0] ?? 0) - 1);
    this.#looked = Math.min(this.#leaves - 1, (pairs.at(-1) ?? 0) + 1) + 1 - this.#first;
    this.#offset = mlc.leafEnd.offset;
    const magnification = machine.sourceAxisDistance / mlc.sourceDistance;
    this.#end = new MovingEdge(edgeOf(along.width, 0, roundedTip(mlc.leafEnd, mlc.transmission, magnification)));
  }

  /** Nothing seen yet. */
  unseen(): SeenEnds {
    const values = (): Float64Array => new Float64Array(this.#looked * this.#along.count);
    const stands = new Float64Array(4 * this.#looked).fill(Number.NaN);
    return { low: values(), high: values(), between: values(), stands };
  }

  /** Where a pair's bixels begin in what is seen; for pairs that are looked at. */
  at(pair: number): number {
    return (pair - this.#first) * this.#along.count;
  }

  /** Looks at leaves that move evenly from one shape to another: at those pairs that stood elsewhere when `seen` was last looked at. */
  look(begin: Float64Array, end: Float64Array, { low, high, between, stands }: SeenEnds): void {
    const { count, first, width } = this.#along;
    const offset = this.#offset;
    for (let n = 0; n < this.#looked; n++) {
      const [pair, other] = [this.#first + n, this.#leaves + this.#first + n];
      if (!standsAnew(stands, 4 * n, begin[pair], end[pair], begin[other], end[other])) continue;
      for (let bixel = 0; bixel < count; bixel++) {
        const at = first + bixel * width;
        const one = this.#end.mean(at - begin[pair] + offset, at - end[pair] + offset);
        const two = this.#end.mean(begin[other] + offset - at, end[other] + offset - at);
        low[count * n + bixel] = one;
        high[count * n + bixel] = two;
        between[count * n + bixel] = Math.max(0, one + two - 1);
      }
    }
  }

  /** Adds to `ofBegin` and `ofEnd` what `weight` times a gradient on `low` and `high` of what was seen last says of the leaves. */
  addGradient(
    { low, high, stands }: SeenEnds,
    weight: number,
    gradient: Pick<SeenEnds, 'low' | 'high'>,
    ofBegin: Float64Array,
    ofEnd: Float64Array,
  ): void {
    const { count, first, width } = this.#along;
    const offset = this.#offset;
    for (const pair of this.pairs) {
      const n = pair - this.#first;
      const other = this.#leaves + pair;
      for (let bixel = 0; bixel < count; bixel++) {
        const at = first + bixel * width;
        const place = count * n + bixel;
        const down = weight * gradient.low[place];
        if (down !== 0) {
          const [a, b] = [at - stands[4 * n] + offset, at - stands[4 * n + 1] + offset];
          ofBegin[pair] -= down * this.#end.slope(a, b, low[place]);
          ofEnd[pair] -= down * this.#end.slope(b, a, low[place]);
        }
        const up = weight * gradient.high[place];
        if (up === 0) continue;
        const [a, b] = [stands[4 * n + 2] + offset - at, stands[4 * n + 3] + offset - at];
        ofBegin[other] += up * this.#end.slope(a, b, high[place]);
        ofEnd[other] += up * this.#end.slope(b, a, high[place]);
      }
    }
  }
}

/** Whether four numbers are others than those from `at` on, which they then take the place of. */
function standsAnew(stands: Float64Array, at: number, a: number, b: number, c: number, d: number): boolean {
  if (stands[at] === a && stands[at + 1] === b && stands[at + 2] === c && stands[at + 3] === d) return false;
  stands[at] = a;
  stands[at + 1] = b;
  stands[at + 2] = c;
  stands[at + 3] = d;
  return true;
}
