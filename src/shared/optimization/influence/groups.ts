/**
 * Direction n belongs to group n modulo this. The doses of a group are summed by themselves, and the groups in their order, so that who
 * computes which group never changes a bit of the sum.
 */
export const GROUPS = 16;

const LEFT_OUT = 0xffffffff;

/** Row of each voxel of a grid whose `voxels` are rows in this order; 0xffffffff for the others. */
export function rowsOfGrid(voxels: Uint32Array, gridVoxels: number): Uint32Array {
  const rowOf = new Uint32Array(gridVoxels).fill(LEFT_OUT);
  for (let row = 0; row < voxels.length; row++) rowOf[voxels[row]] = row;
  return rowOf;
}
