import { indexToPatient, type VoxelArray } from '../geometry/volume.ts';
import { BLOCKS, type CtVoxels } from './attenuation.ts';

/**
 * A CT cut across its slices into at most `parts` parts of about as many slices. Pictures of the parts add up to the picture of the
 * whole: outside its voxels a volume is nothing, and between centres lie straight lines. The voxels are copied.
 */
export function slabsOf(ct: CtVoxels, parts: number): CtVoxels[] {
  const [nx, ny, nz] = ct.dims;
  // Every pooling begins a new block where slices are parted: only then do parts add up exactly.
  const multiple = BLOCKS[BLOCKS.length - 1];
  const each = multiple * Math.ceil(nz / (multiple * parts));
  const slabs: CtVoxels[] = [];
  for (let from = 0; from < nz; from += each) {
    const slices = Math.min(each, nz - from);
    slabs.push({
      data: ct.data.slice(nx * ny * from, nx * ny * (from + slices)) as VoxelArray,
      dims: [nx, ny, slices],
      spacing: ct.spacing,
      origin: indexToPatient(ct, [0, 0, from]),
      direction: ct.direction,
      slope: ct.slope,
      intercept: ct.intercept,
    });
  }
  return slabs;
}

/** Adds pictures of parts into the first. */
export function addPictures([first, ...others]: readonly Float32Array[]): Float32Array {
  for (const other of others) for (let n = 0; n < first.length; n++) first[n] += other[n];
  return first;
}
