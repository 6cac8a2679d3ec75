import type { ComputeOptions, DoseProblem } from '../../dosimetry/engine.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import type { LaidFluence } from '../../dosimetry/pencilBeam/fluence/laidFluence.ts';
import type { Beam } from '../../model/plan.ts';

/** A place of the source with the bixels that are seen from it. */
export interface Direction {
  /** Angles, isocenter and machine at its first control point; positions of leaves and jaws play no part. */
  readonly beam: Beam;
  readonly lattice: BixelLattice;
  /** So many bixels, the first of the lattice, are seen by targets; through the others leaves leak. All of them unless given. */
  readonly aimed?: number;
  /** Its columns: `from` up to, not including, `to`, in the order of the lattice's middles. */
  readonly from: number;
  readonly to: number;
}

/** Some directions of an operator: 1 for those, 0 for the others. */
export type Among = Uint8Array;

/**
 * The dose-influence matrix D: rows are voxels that matter, columns the bixels of all directions. Doses are in Gy per unit of weight: MU of
 * a fraction where the weights are MU.
 */
export interface DoseOperator {
  readonly directions: readonly Direction[];
  readonly columns: number;
  readonly rows: number;
  /** Pairs of a voxel and a direction that sees it, where that is what is kept of D: 48 bytes each. */
  readonly seen?: number;
  /** What computes its products, as a dose's provenance has it; may change while it is used. */
  readonly implementation?: string;
  /** What whoever uses the doses is to know; so may this. */
  readonly warnings?: readonly string[];
  /** Overwrites `doses` with D x. @param among directions: the weights of the others are 0, and nothing need be computed for them. */
  times(x: Float64Array, doses: Float64Array, among?: Among): void | Promise<void>;
  /** Overwrites `gradient` with Dᵀ y. @param among directions: columns of the others may be anything. */
  transposeTimes(y: Float64Array, gradient: Float64Array, among?: Among): void | Promise<void>;
}

/** The same operator, asked about some of its directions alone: rows, columns and their order stay. */
export function operatorAmong(operator: DoseOperator, directions: Iterable<number>): DoseOperator {
  const among = new Uint8Array(operator.directions.length);
  for (const direction of directions) among[direction] = 1;
  return {
    directions: operator.directions,
    columns: operator.columns,
    rows: operator.rows,
    times: (x, doses) => operator.times(x, doses, among),
    transposeTimes: (y, gradient) => operator.transposeTimes(y, gradient, among),
  };
}

/** What a direction's part of an operator is made of. */
export interface DirectionSetup extends Pick<Direction, 'beam' | 'lattice' | 'aimed'> {
  readonly problem: DoseProblem;
}

export interface OperatorOptions extends ComputeOptions {
  /** Given what each direction's part is made of, in any order, before the operator is there; not for directions that see no voxel. */
  readonly onLaid?: (direction: number, laid: LaidFluence) => void;
}

/**
 * Makes the operator of directions over voxels of their dose grid, rows in this order.
 * @throws IsocenterError as fluenceDose; CANCELLED by the signal.
 */
export type OperatorMaker = (
  setups: readonly DirectionSetup[],
  machine: Machine,
  voxels: Uint32Array,
  options?: OperatorOptions,
) => Promise<DoseOperator>;

/** Setups with the columns that they get. */
export function directionsOf(setups: readonly Pick<Direction, 'beam' | 'lattice' | 'aimed'>[]): readonly Direction[] {
  let columns = 0;
  return setups.map(({ beam, lattice, aimed }) => {
    const from = columns;
    columns += lattice.middles.length;
    return { beam, lattice, from, to: columns, ...(aimed !== undefined && { aimed }) };
  });
}
