import { trilinearSampler } from './sampler.ts';
import { type Grid, type Volume, voxelCount, type VoxelArray } from './volume.ts';

/** A volume's values on another grid of the same frame of reference, trilinear; `outside` beyond the volume's voxels. */
export function resampleToGrid(volume: Volume<VoxelArray>, grid: Grid, outside: number): Volume<Float32Array> {
  const sample = trilinearSampler(volume);
  const { origin: o, spacing: s, direction: d } = grid;
  const [nx, ny, nz] = grid.dims;
  const data = new Float32Array(voxelCount(grid));
  let p = 0;
  for (let k = 0; k < nz; k++)
    for (let j = 0; j < ny; j++) {
      const x = o[0] + j * s[1] * d[3] + k * s[2] * d[6];
      const y = o[1] + j * s[1] * d[4] + k * s[2] * d[7];
      const z = o[2] + j * s[1] * d[5] + k * s[2] * d[8];
      for (let i = 0; i < nx; i++, p++) {
        const along = i * s[0];
        const value = sample(x + along * d[0], y + along * d[1], z + along * d[2]);
        data[p] = Number.isNaN(value) ? outside : value;
      }
    }
  return { dims: grid.dims, spacing: grid.spacing, origin: grid.origin, direction: grid.direction, data };
}
