import type { BeamFrame } from '../beam/beamFrame.ts';
import type { LocalGrid } from '../collapsedCone/rayTrace.ts';
import { type BeamsEye, beamsEye } from './beamsEye.ts';
import { NARROW, type PencilTables, TERMS } from './gaussianLadder.ts';
import type { RowExtents } from './rowExtents.ts';
import { weightsAt } from './lookUp.ts';

/** Values a ray, or a node, has for what varies slowly: the wide Gaussians, then the fluence that the field map leaves out. */
export const WIDE = TERMS - NARROW + 1;

/** What does not depend on the aperture: weights of the Gaussians on a beam's-eye lattice, inverse square included. */
export interface BeamDepths extends Omit<BeamsEye, 'primaryRow' | 'scatterRow'> {
  /** At node · NARROW + term. */
  readonly narrow: Float32Array;
  /** Sum of the narrow Gaussians' weights, by node: where the fluence is flat all of them see the same. */
  readonly narrowSum: Float32Array;
  /** On every second plane, at (plane / 2 + widePlanes · ray) · WIDE + term; the last term is the sum of the narrow ones. */
  readonly wide: Float32Array;
  readonly widePlanes: number;
}

/** Rays lie this many voxels apart at the isocenter plane. */
const PITCH = 2;

/** Depths and weights of a beam's geometry; undefined when the patient lies nowhere before the source. */
export function beamDepths(
  grid: LocalGrid,
  rows: RowExtents,
  frame: BeamFrame,
  tables: PencilTables,
): BeamDepths | undefined {
  const pitch = Math.min(...grid.spacing) * 10 * PITCH;
  const reaches = [tables.electronReach, tables.scatterReach] as const;
  const lattice = beamsEye(grid, rows, frame, pitch, tables.boneRatio, reaches);
  if (lattice === undefined) return undefined;
  const { rays, from, planes, near, step, depth, primaryRow, scatterRow, ...rest } = lattice;
  const widePlanes = Math.floor((planes - 1) / 2) + 1;
  const narrow = new Float32Array(depth.length * NARROW);
  const narrowSum = new Float32Array(depth.length);
  const wide = new Float32Array(rays[0] * rays[1] * widePlanes * WIDE);
  const found = new Float64Array(TERMS);
  let node = 0;
  for (let v = 0; v < rays[1]; v++)
    for (let u = 0; u < rays[0]; u++) {
      const aside = Math.hypot(from[0] + u * pitch, from[1] + v * pitch) / 10 / frame.sad;
      const stretch2 = 1 + aside * aside;
      let at = (u + rays[0] * v) * widePlanes * WIDE;
      for (let n = 0; n < planes; n++, node++) {
        const magnification = (near + n * step) / frame.sad;
        const spread = 1 / (magnification * magnification * stretch2);
        const even = n % 2 === 0;
        weightsAt(tables, depth[node], primaryRow[node], scatterRow[node], even ? TERMS : NARROW, found);
        let sum = 0;
        for (let term = 0; term < NARROW; term++) {
          narrow[node * NARROW + term] = found[term] * spread;
          sum += found[term];
        }
        narrowSum[node] = sum * spread;
        if (!even) continue;
        for (let term = NARROW; term < TERMS; term++) wide[at++] = found[term] * spread;
        wide[at++] = sum * spread;
      }
    }
  return { ...rest, rays, from, planes, near, step, depth, narrow, narrowSum, wide, widePlanes };
}
