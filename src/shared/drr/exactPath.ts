import { transformPoint } from '../geometry/affine.ts';
import { patientToIndex, type Volume } from '../geometry/volume.ts';
import { bldFromPatient } from '../geometry/iec.ts';
import { add, length, scale, subtract, type Vec3 } from '../geometry/vec.ts';
import { type DrrView, drrRays } from './view.ts';
import { EVERYTHING, type DepthWindow } from './depthWindow.ts';

/**
 * The picture by its definition, slowly: for each pixel the integral of `attenuation` (relative to water) over the ray from the source,
 * voxels being boxes of one value, in mm of water. R. L. Siddon, "Fast calculation of the exact radiological path for a
 * three-dimensional CT array", Med. Phys. 12 (1985) 252–255, in the incremental form of F. Jacobs et al., J. Comput. Inf. Technol. 6
 * (1998) 89–94. What the fast caster is judged by, and what casts rays too wide for it.
 */
export function exactDrr(
  attenuation: Volume<Float32Array>,
  view: DrrView,
  depth: DepthWindow = EVERYTHING,
): Float32Array {
  const rays = drrRays(view);
  const [columns, rows] = view.size;
  const bld = bldFromPatient(view.angles, view.isocenter, view.iecFromLps);
  const out = new Float32Array(columns * rows);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const pixel = add(rays.first, add(scale(rays.column, c), scale(rays.row, r)));
      // Along the ray, 1 is the pixel; depths along the axis are linear in it. Rays end where the patient does, not at the image.
      const ahead = view.sad - transformPoint(bld, pixel)[2];
      const near = Math.max(0, (depth.near + view.sad) / ahead);
      out[c + columns * r] = exactPath(attenuation, rays.source, pixel, near, (depth.far + view.sad) / ahead);
    }
  return out;
}

/** The integral along a + t·(b − a) for t from `near` to `far`, mm of water. */
function exactPath(volume: Volume<Float32Array>, a: Vec3, b: Vec3, near: number, far: number): number {
  const { dims, data } = volume;
  const start = patientToIndex(volume, a);
  const end = patientToIndex(volume, b);
  const way = subtract(end, start);
  let [enter, leave] = [near, far];
  for (const axis of [0, 1, 2] as const) {
    if (way[axis] === 0) {
      if (start[axis] < -0.5 || start[axis] > dims[axis] - 0.5) return 0;
      continue;
    }
    const t0 = (-0.5 - start[axis]) / way[axis];
    const t1 = (dims[axis] - 0.5 - start[axis]) / way[axis];
    enter = Math.max(enter, Math.min(t0, t1));
    leave = Math.min(leave, Math.max(t0, t1));
  }
  if (!(enter < leave)) return 0;
  // A hair inside, so that rounding does not name the voxel before.
  const inside = enter + 1e-9 * (leave - enter);
  const voxel = [0, 1, 2].map((n) => Math.max(0, Math.min(dims[n] - 1, Math.round(start[n] + inside * way[n]))));
  const towards = way.map((d) => (d > 0 ? 1 : -1));
  const stride = [1, dims[0], dims[0] * dims[1]];
  const step = way.map((d) => (d === 0 ? Number.POSITIVE_INFINITY : Math.abs(1 / d)));
  const next = way.map((d, n) => (d === 0 ? Number.POSITIVE_INFINITY : (voxel[n] + 0.5 * towards[n] - start[n]) / d));
  let p = voxel[0] * stride[0] + voxel[1] * stride[1] + voxel[2] * stride[2];
  let [at, sum] = [enter, 0];
  while (at < leave) {
    const axis = next[0] <= next[1] ? (next[0] <= next[2] ? 0 : 2) : next[1] <= next[2] ? 1 : 2;
    const until = Math.min(next[axis], leave);
    sum += data[p] * (until - at);
    at = until;
    next[axis] += step[axis];
    voxel[axis] += towards[axis];
    if (voxel[axis] < 0 || voxel[axis] >= dims[axis]) break;
    p += towards[axis] * stride[axis];
  }
  return sum * length(subtract(b, a));
}
