import { errorFunction } from '../../errorFunction.ts';
import type { Axis, Plane } from './contract.ts';

/** A regular lattice of bixels; `at` is the bixel's place, column + columns · row. */
export interface Lattice {
  readonly width: number;
  readonly first: readonly [number, number];
  readonly columns: number;
  readonly rows: number;
}

/**
 * The plane over which a lattice's fluence spreads under four Gaussians.
 * @param nodes of the plane from one bixel to the next.
 * @param low, high corners that the plane must hold, mm.
 * @param sigmas of the four Gaussians, mm, and what else blurs along x and y.
 * @param reach in standard deviations after which a Gaussian is nothing.
 */
export function spreadPlane(
  lattice: Lattice,
  nodes: number,
  [low, high]: readonly [readonly [number, number], readonly [number, number]],
  sigmas: readonly number[],
  blur: readonly [number, number],
  reach: number,
): Plane {
  const pitch = lattice.width / nodes;
  const count = [lattice.columns, lattice.rows];
  const before = [0, 1].map((axis) => Math.max(1, Math.ceil((lattice.first[axis] - low[axis]) / pitch)));
  const size = [0, 1].map((axis) => {
    const last = lattice.first[axis] + (count[axis] - 1) * lattice.width;
    return before[axis] + nodes * (count[axis] - 1) + 2 + Math.max(1, Math.ceil((high[axis] - last) / pitch));
  });
  const from = [0, 1].map((axis) => lattice.first[axis] - before[axis] * pitch);
  const axisOf = (axis: 0 | 1): Axis => {
    const scales = sigmas.map((sigma) => Math.SQRT2 * Math.hypot(sigma, blur[axis]));
    const far = lattice.width / 2 + (reach * Math.max(...scales)) / Math.SQRT2;
    const most = Math.min(Math.ceil(far / pitch), size[axis] + nodes * count[axis]);
    const profile = new Float32Array(4 * (2 * most + 1));
    for (let n = -most; n <= most; n++)
      scales.forEach((scale, term) => {
        const [a, b] = [n * pitch + lattice.width / 2, n * pitch - lattice.width / 2];
        profile[4 * (n + most) + term] = (errorFunction(a / scale) - errorFunction(b / scale)) / 2;
      });
    return { nodes, middle: before[axis], reach: most, profile };
  };
  return { from: [from[0], from[1]], pitch, width: size[0], height: size[1], x: axisOf(0), y: axisOf(1) };
}
