import { IsocenterError } from '../../contract/errors.ts';
import type { Grid } from '../../geometry/volume.ts';
import type { Roi } from '../../model/structures.ts';
import { centreMask } from '../../structures/contours/centreMask.ts';

export interface RoiRows {
  /** Voxel of the dose grid of each row, rising. */
  readonly voxels: Uint32Array;
  /** Rows of each ROI by its name, rising; of a thinned one those that stand for it. */
  readonly rowsOf: ReadonlyMap<string, Uint32Array>;
}

export interface ProblemRows extends RoiRows {
  /** The same without thinning, with a row for every voxel. */
  readonly every: RoiRows;
}

/**
 * The voxels that matter: those with mass whose middles lie in an ROI. An ROI of more than `most` voxels is represented by every 2nd, 4th,
 * 8th … of them on a lattice (face-centred, body-centred or simple cubic in turn), as long as it has twice as many: its mean over these
 * stands for the mean over all of it.
 * @throws IsocenterError REFERENCE naming an ROI without a voxel; those that are not needed are left out.
 */
export function problemRows(
  rois: readonly Roi[],
  grid: Grid,
  density: Float32Array,
  most: (roi: Roi) => number,
  isNeeded: (roi: Roi) => boolean = () => true,
): ProblemRows {
  const voxelsOf = new Map<string, Uint32Array>();
  const some = new Map<string, Uint32Array>();
  for (const roi of rois) {
    const inside = insideOf(roi, grid, density);
    if (inside.length > 0) {
      voxelsOf.set(roi.name, inside);
      some.set(roi.name, thinned(inside, grid, most(roi)));
    } else if (isNeeded(roi))
      throw new IsocenterError('REFERENCE', 'has no voxel of the dose grid with mass in it', { object: roi.name });
  }
  const every = rowsFor(voxelsOf, density.length);
  const isThinned = [...some].some(([name, inside]) => inside !== voxelsOf.get(name));
  return { ...(isThinned ? rowsFor(some, density.length) : every), every };
}

function rowsFor(voxelsOf: ReadonlyMap<string, Uint32Array>, gridVoxels: number): RoiRows {
  const wanted = new Uint8Array(gridVoxels);
  for (const inside of voxelsOf.values()) for (const voxel of inside) wanted[voxel] = 1;
  const rowOf = new Uint32Array(gridVoxels);
  const voxels: number[] = [];
  for (let voxel = 0; voxel < wanted.length; voxel++) {
    if (wanted[voxel] === 0) continue;
    rowOf[voxel] = voxels.length;
    voxels.push(voxel);
  }
  return {
    voxels: Uint32Array.from(voxels),
    rowsOf: new Map([...voxelsOf].map(([name, inside]) => [name, inside.map((voxel) => rowOf[voxel])])),
  };
}

function insideOf(roi: Roi, grid: Grid, density: Float32Array): Uint32Array {
  const mask = centreMask(roi.contours, grid);
  const inside: number[] = [];
  for (let voxel = 0; voxel < mask.length; voxel++) if (mask[voxel] !== 0 && density[voxel] > 0) inside.push(voxel);
  return Uint32Array.from(inside);
}

function thinned(inside: Uint32Array, { dims }: Grid, most: number): Uint32Array {
  let one = 1;
  while (inside.length >= 2 * one * most) one *= 2;
  if (one === 1) return inside;
  const keeps = sieve(one);
  return inside.filter((voxel) =>
    keeps(voxel % dims[0], Math.floor(voxel / dims[0]) % dims[1], Math.floor(voxel / dims[0] / dims[1])),
  );
}

/** Which voxels of a grid are one in `one`, a power of two: sublattices each as even as can be. */
function sieve(one: number): (i: number, j: number, k: number) => boolean {
  const octaves = Math.floor(Math.log2(one) / 3);
  const step = 2 ** octaves;
  const rest = one / step ** 3;
  return (i, j, k) => {
    if (i % step !== 0 || j % step !== 0 || k % step !== 0) return false;
    const [a, b, c] = [(i / step) % 2, (j / step) % 2, (k / step) % 2];
    if (rest === 1) return true;
    return rest === 2 ? (a + b + c) % 2 === 0 : a === b && b === c;
  };
}
