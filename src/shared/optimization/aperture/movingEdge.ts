import { type Edge, opennessAt, opennessSlope } from '../../dosimetry/beam/edge.ts';

/** Leaves that move by less, mm, stand. */
const STANDS = 1e-3;

/**
 * Openness beside an edge that moves evenly while the beam is on, from `a` to `b` mm inside of it: the mean of dosimetry/beam/edge.ts over the
 * way, and what either end of the way changes in it.
 */
export class MovingEdge {
  readonly #edge: Edge;
  /** Integral of the openness up to each node of the edge's table. */
  readonly #sums: Float64Array;
  /** Further inside the openness is 1, mm. */
  readonly #beyond: number;

  constructor(edge: Edge) {
    this.#edge = edge;
    this.#beyond = edge.reach + edge.step;
    this.#sums = new Float64Array(edge.values.length);
    for (let n = 1; n < edge.values.length; n++)
      this.#sums[n] = this.#sums[n - 1] + (edge.step * (edge.values[n - 1] + edge.values[n])) / 2;
  }

  mean(a: number, b: number): number {
    if (a <= -this.#edge.reach && b <= -this.#edge.reach) return 0;
    if (Math.abs(b - a) < STANDS) return opennessAt(this.#edge, (a + b) / 2);
    return (this.#integral(b) - this.#integral(a)) / (b - a);
  }

  /** Derivative of the mean by `a`; that by `b` is slope(b, a, mean). @param mean of a and b. */
  slope(a: number, b: number, mean: number): number {
    if (mean === 1 && a > this.#beyond && b > this.#beyond) return 0;
    if (Math.abs(b - a) < STANDS) return opennessSlope(this.#edge, (a + b) / 2) / 2;
    return (mean - opennessAt(this.#edge, a)) / (b - a);
  }

  #integral(inside: number): number {
    const { reach, step, values } = this.#edge;
    const at = (inside + reach) / step;
    if (at <= 0) return 0;
    const last = values.length - 1;
    if (at >= last) return this.#sums[last] + (at - last) * step;
    const n = Math.floor(at);
    const late = at - n;
    return this.#sums[n] + step * late * (values[n] + (late * (values[n + 1] - values[n])) / 2);
  }
}
