import type { Vec3 } from '../../../../geometry/vec.ts';
import { GROUP, type SweepProblem } from '../contract.ts';

/**
 * Hardening for the shader: a voxel's own, or −1 − the hardest of its group where the group shares a look-up (kernels/contract.ts).
 * `axis`: the grid's axis along which rows, and so groups, lie.
 */
export function lookupsAlong(
  { dims, terma, hardening, minorTerma }: SweepProblem,
  axis: 0 | 1,
): Float32Array<ArrayBuffer> {
  const lookups = new Float32Array(hardening);
  const strides: Vec3 = [1, dims[0], dims[0] * dims[1]];
  const [along, across] = [strides[axis], strides[1 - axis]];
  for (let k = 0; k < dims[2]; k++)
    for (let n = 0; n < dims[1 - axis]; n++)
      for (let first = 0; first < dims[axis]; first += GROUP) {
        const begin = k * strides[2] + n * across + first * along;
        const end = begin + Math.min(GROUP, dims[axis] - first) * along;
        let minor = true;
        let hardest = 0;
        for (let voxel = begin; voxel < end; voxel += along) {
          if (Math.abs(terma[voxel]) > minorTerma) minor = false;
          if (hardening[voxel] > hardest) hardest = hardening[voxel];
        }
        if (minor) for (let voxel = begin; voxel < end; voxel += along) lookups[voxel] = -1 - hardest;
      }
  return lookups;
}
