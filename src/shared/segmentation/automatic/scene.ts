import { IsocenterError } from '../../contract/errors.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import { axisOf, type Grid, indexToPatient, type Volume, voxelVolume } from '../../geometry/volume.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Contour } from '../../model/structures.ts';
import { findBody } from '../../structures/body.ts';
import { rasterizeRoi } from '../../structures/contours/mask.ts';

/** Pixels of the lattice that organs are searched on, mm: blocks of the image's, averaged. */
const COARSE = 2;

/** A CT as the finders see it. */
export interface Scene {
  readonly ct: ImageVolume;
  /** Mean HU of blocks of `factor` pixels along i and j; k planes are the image's. */
  readonly coarse: Volume<Float32Array>;
  readonly factor: readonly [number, number];
  readonly body: readonly Contour[];
  /** 1 inside the body, on the coarse lattice. */
  readonly inBody: Uint8Array;
  /** Volume of a coarse voxel, cm³. */
  readonly voxel: number;
  /** LPS mm of a coarse voxel (by index). */
  readonly pointOf: (p: number) => Vec3;
  /** 1 when k rises towards the head, −1 when it falls. */
  readonly up: 1 | -1;
  /** Extent of the body along i, mm. */
  readonly width: number;
  /** Mean position of the body, LPS mm. */
  readonly centre: Vec3;
}

/**
 * @throws IsocenterError USAGE for anything but a CT in HU whose slices are (within 20°) transverse to the patient; NOT_FOUND when
 * it holds no patient
 */
export function makeScene(ct: ImageVolume): Scene {
  const body = findBody(ct);
  const axes = ([0, 1, 2] as const).map((axis) => axisOf(ct, axis));
  if (axes.some((axis, n) => Math.abs(axis[n]) < 0.94))
    throw new IsocenterError('USAGE', 'automatic structures need transverse slices; these are oblique', {
      object: ct.seriesDescription,
    });
  const factor = [0, 1].map((axis) => Math.max(1, Math.floor((COARSE + 0.3) / ct.spacing[axis]))) as [number, number];
  const coarse = averaged(ct, factor);
  const inBody = Uint8Array.from(rasterizeRoi(body, coarse), (share) => (share >= 0.5 ? 1 : 0));
  const [nx, ny] = coarse.dims;
  const pointOf = (p: number): Vec3 =>
    indexToPatient(coarse, [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))]);
  const scene = { ct, coarse, factor, body, inBody, pointOf };
  return {
    ...scene,
    voxel: voxelVolume(coarse) / 1000,
    up: axes[2][2] > 0 ? 1 : -1,
    width: widthOf(inBody, coarse),
    centre: meanPoint(inBody, coarse),
  };
}

/** Extent of a mask along i, mm. */
function widthOf(mask: Uint8Array, { dims, spacing }: Grid): number {
  let [low, high] = [dims[0], -1];
  for (let p = 0; p < mask.length; p++) {
    if (!mask[p]) continue;
    low = Math.min(low, p % dims[0]);
    high = Math.max(high, p % dims[0]);
  }
  return Math.max(0, high - low + 1) * spacing[0];
}

function averaged(ct: ImageVolume, [fx, fy]: readonly [number, number]): Volume<Float32Array> {
  const [nx, ny, nz] = ct.dims;
  const dims: Vec3 = [Math.ceil(nx / fx), Math.ceil(ny / fy), nz];
  const data = new Float32Array(dims[0] * dims[1] * nz);
  for (let k = 0, q = 0; k < nz; k++)
    for (let y = 0; y < dims[1]; y++)
      for (let x = 0; x < dims[0]; x++, q++) {
        let [sum, count] = [0, 0];
        for (let j = y * fy; j < Math.min(ny, (y + 1) * fy); j++)
          for (let i = x * fx; i < Math.min(nx, (x + 1) * fx); i++, count++) sum += ct.data[i + nx * (j + ny * k)];
        data[q] = (sum / count) * ct.slope + ct.intercept;
      }
  const grid: Grid = {
    dims,
    spacing: [ct.spacing[0] * fx, ct.spacing[1] * fy, ct.spacing[2]],
    origin: indexToPatient(ct, [(fx - 1) / 2, (fy - 1) / 2, 0]),
    direction: ct.direction,
  };
  return { ...grid, data };
}

/** Mean position of a mask's voxels, LPS mm; the grid's own centre when it is empty. */
export function meanPoint(mask: Uint8Array, grid: Grid): Vec3 {
  const [nx, ny, nz] = grid.dims;
  let [x, y, z, n] = [0, 0, 0, 0];
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++)
        if (mask[p]) {
          x += i;
          y += j;
          z += k;
          n++;
        }
  return indexToPatient(grid, n === 0 ? [(nx - 1) / 2, (ny - 1) / 2, (nz - 1) / 2] : [x / n, y / n, z / n]);
}
