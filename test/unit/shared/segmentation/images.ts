import type { Vec3 } from '#shared/geometry/vec.ts';
import { type Grid, indexToPatient } from '#shared/geometry/volume.ts';
import type { ScalarImage } from '#shared/segmentation/field.ts';
import { seeded } from '#test/builders/random.ts';

/** An image of `value(x, y, z)` (LPS mm) averaged over 2×2×2 points a voxel, with Gaussian noise. */
export function render(grid: Grid, value: (at: Vec3) => number, noise = 0, seed = 1): ScalarImage {
  const random = seeded(seed);
  const [nx, ny, nz] = grid.dims;
  const data = new Int16Array(nx * ny * nz);
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        let sum = 0;
        for (let s = 0; s < 8; s++)
          sum += value(
            indexToPatient(grid, [i + (s & 1) / 2 - 0.25, j + ((s >> 1) & 1) / 2 - 0.25, k + (s >> 2) / 2 - 0.25]),
          );
        const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
        data[p] = Math.round(sum / 8 + noise * normal);
      }
  return { ...grid, data, slope: 1, intercept: 0 };
}

/** `inside` in a ball, `outside` elsewhere. */
export const ballImage =
  (centre: Vec3, radius: number, inside: number, outside: number) =>
  ([x, y, z]: Vec3): number =>
    Math.hypot(x - centre[0], y - centre[1], z - centre[2]) <= radius ? inside : outside;

export const ballVolume = (radius: number): number => ((4 / 3) * Math.PI * radius ** 3) / 1000;
