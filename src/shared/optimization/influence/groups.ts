import type { FluenceDose } from '../../dosimetry/pencilBeam/fluence/fluenceDose.ts';
import type { Among, Direction } from './doseOperator.ts';

/**
 * Direction n belongs to group n modulo this. The doses of a group are summed by themselves, and the groups in their order, so that who
 * computes which group never changes a bit of the sum.
 */
const GROUPS = 16;

/** Direction numbers, group after group. */
export const groupsOf = (directions: number): readonly (readonly number[])[] =>
  Array.from({ length: Math.min(GROUPS, directions) }, (_, group) =>
    Array.from({ length: Math.ceil((directions - group) / GROUPS) }, (_unused, n) => group + n * GROUPS),
  );

/** Adds what the groups came to, in their order; overwrites `doses`. */
export function sumGroups(sums: readonly Float64Array[], doses: Float64Array): void {
  doses.fill(0);
  for (const sum of sums) for (let row = 0; row < doses.length; row++) doses[row] += sum[row];
}

/** A direction with its columns and their doses. */
interface Member extends Pick<Direction, 'from' | 'to'> {
  /** Its number in the operator. */
  readonly direction: number;
  readonly dose: FluenceDose;
}

/** Directions whose doses are summed together. */
export class InfluenceGroup {
  readonly #members: Member[] = [];

  add(member: Member): void {
    this.#members.push(member);
  }

  /** Overwrites `doses` with what these directions give, those that are not `among` left out. */
  times(x: Float64Array, doses: Float64Array, among?: Among): void {
    doses.fill(0);
    for (const { direction, from, to, dose } of this.#members)
      if (among?.[direction] !== 0) dose.addDoses(x.subarray(from, to), doses);
  }

  /** Overwrites the columns of these directions, or of those that are `among`. */
  transposeTimes(y: Float64Array, gradient: Float64Array, among?: Among): void {
    for (const { direction, from, to, dose } of this.#members)
      if (among?.[direction] !== 0) dose.addGradient(y, gradient.subarray(from, to).fill(0));
  }
}

const LEFT_OUT = 0xffffffff;

/** Row of each voxel of a grid whose `voxels` are rows in this order; 0xffffffff for the others. */
export function rowsOfGrid(voxels: Uint32Array, gridVoxels: number): Uint32Array {
  const rowOf = new Uint32Array(gridVoxels).fill(LEFT_OUT);
  for (let row = 0; row < voxels.length; row++) rowOf[voxels[row]] = row;
  return rowOf;
}
