import type { QuasiNewton } from './quasiNewton.ts';
import { type Bounds, dot } from './vectors.ts';

export interface CauchyPoint {
  readonly point: Float64Array;
  /** Wᵀ(point − x). */
  readonly c: Float64Array;
}

/**
 * First local minimiser of the quadratic model along the projected gradient path, segment by segment between the bounds that it meets
 * (Byrd, Lu, Nocedal, Zhu 1995, algorithm CP).
 */
export function cauchyPoint(x: Float64Array, gradient: Float64Array, bounds: Bounds, model: QuasiNewton): CauchyPoint {
  const n = x.length;
  const { theta } = model;
  const point = Float64Array.from(x);
  const breaks = new Float64Array(n);
  const d = new Float64Array(n);
  const order: number[] = [];
  for (let i = 0; i < n; i++) {
    const g = gradient[i];
    const bound = g < 0 ? bounds.upper[i] : bounds.lower[i];
    breaks[i] = g === 0 ? Infinity : (x[i] - bound) / g;
    if (breaks[i] <= 0) continue;
    d[i] = -g;
    if (breaks[i] < Infinity) order.push(i);
  }
  order.sort((a, b) => breaks[a] - breaks[b] || a - b);
  const p = model.transposeTimes(d);
  const c = new Float64Array(p.length);
  const row = new Float64Array(p.length);
  let slope = -dot(d, d);
  if (slope === 0) return { point, c };
  let curvature = -theta * slope - dot(p, model.middleTimes(p));
  // Rounding must not turn the model's curvature negative.
  const leastCurvature = Number.EPSILON * Math.abs(theta * slope);
  curvature = Math.max(curvature, leastCurvature);
  let wanted = -slope / curvature;
  let before = 0;
  for (const i of order) {
    const length = breaks[i] - before;
    if (wanted < length) break;
    const g = gradient[i];
    point[i] = d[i] > 0 ? bounds.upper[i] : bounds.lower[i];
    const z = point[i] - x[i];
    for (let k = 0; k < c.length; k++) c[k] += length * p[k];
    model.rowOf(i, row);
    const middleRow = model.middleTimes(row);
    slope += length * curvature + g * g + theta * g * z - g * dot(middleRow, c);
    curvature -= theta * g * g + 2 * g * dot(middleRow, p) + g * g * dot(middleRow, row);
    curvature = Math.max(curvature, leastCurvature);
    for (let k = 0; k < p.length; k++) p[k] += g * row[k];
    d[i] = 0;
    wanted = -slope / curvature;
    before = breaks[i];
    if (slope >= 0) break;
  }
  wanted = Math.max(wanted, 0);
  // Every variable ran out of room: the path ends in a corner.
  const moving = d.some((value) => value !== 0);
  if (!moving) return { point, c };
  const end = before + wanted;
  for (let i = 0; i < n; i++) if (d[i] !== 0) point[i] = x[i] + end * d[i];
  for (let k = 0; k < c.length; k++) c[k] += wanted * p[k];
  return { point, c };
}
