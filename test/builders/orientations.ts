import { rigidFromParameters } from '#shared/geometry/affine.ts';
import { indexToPatient, moveGrid, voxelCount } from '#shared/geometry/volume.ts';
import { add, scale, type Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { imageVolume } from './image.ts';

/**
 * How scanners write the same patient: rows, columns and slices along other axes of LPS. Positions by the direction cosines that a
 * scanner whose table axes stay where they are gives them (PS3.3 C.7.3.1.1.2), and slices that are not axial.
 */
export const ORIENTATIONS: Readonly<Record<string, readonly number[]>> = {
  HFS: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  HFP: [-1, 0, 0, 0, -1, 0, 0, 0, 1],
  FFS: [-1, 0, 0, 0, 1, 0, 0, 0, -1],
  FFP: [1, 0, 0, 0, -1, 0, 0, 0, -1],
  HFDR: [0, -1, 0, 1, 0, 0, 0, 0, 1],
  HFDL: [0, 1, 0, -1, 0, 0, 0, 0, 1],
  FFDR: [0, 1, 0, 1, 0, 0, 0, 0, -1],
  FFDL: [0, -1, 0, -1, 0, 0, 0, 0, -1],
  sagittal: [0, 1, 0, 0, 0, -1, -1, 0, 0],
  coronal: [1, 0, 0, 0, 0, -1, 0, 1, 0],
};

/** Width of a marker, mm (one standard deviation). */
const SIGMA = 5;

/**
 * An image of 3 × 2.5 × 2 mm voxels about the origin whose axes are turned: Gaussian balls of 1000 at `markers` (LPS mm), 0 elsewhere.
 * `oblique` turns the axes on, in degrees about LPS x, y, z.
 */
export function markedImage(
  modality: 'CT' | 'MR',
  direction: readonly number[],
  markers: readonly Vec3[],
  oblique: Vec3 = [0, 0, 0],
  changes: Partial<ImageVolume<Int16Array>> = {},
): ImageVolume<Int16Array> {
  const dims = [44, 52, 60] as const;
  const spacing = [3, 2.5, 2] as const;
  const axis = (n: 0 | 1 | 2): Vec3 => [direction[3 * n], direction[3 * n + 1], direction[3 * n + 2]];
  const origin = ([0, 1, 2] as const).reduce<Vec3>(
    (at, n) => add(at, scale(axis(n), (-(dims[n] - 1) * spacing[n]) / 2)),
    [0, 0, 0],
  );
  const grid = moveGrid({ dims, spacing, origin, direction }, rigidFromParameters(oblique, [0, 0, 0]));
  const data = Int16Array.from({ length: voxelCount(grid) }, (_, p) => {
    const at = indexToPatient(grid, [
      p % dims[0],
      Math.floor(p / dims[0]) % dims[1],
      Math.floor(p / dims[0] / dims[1]),
    ]);
    const value = markers.reduce((sum, [x, y, z]) => {
      const squared = (at[0] - x) ** 2 + (at[1] - y) ** 2 + (at[2] - z) ** 2;
      return sum + 1000 * Math.exp(-squared / (2 * SIGMA ** 2));
    }, 0);
    return Math.round(value);
  });
  return imageVolume(1, modality, { ...grid, data, slices: [], window: { center: 500, width: 1000 }, ...changes });
}
