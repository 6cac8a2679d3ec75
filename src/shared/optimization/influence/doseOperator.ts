import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import type { Beam } from '../../model/plan.ts';

/** A place of the source with the bixels that are seen from it. */
export interface Direction {
  /** Angles, isocenter and machine at its first control point; positions of leaves and jaws play no part. */
  readonly beam: Beam;
  readonly lattice: BixelLattice;
  /** Its columns: `from` up to, not including, `to`, in the order of the lattice's middles. */
  readonly from: number;
  readonly to: number;
}

/**
 * The dose-influence matrix D: rows are voxels that matter, columns the bixels of all directions. Doses are in Gy per unit of weight: MU of
 * a fraction where the weights are MU.
 */
export interface DoseOperator {
  readonly directions: readonly Direction[];
  readonly columns: number;
  readonly rows: number;
  /** Overwrites `doses` with D x. */
  times(x: Float64Array, doses: Float64Array): void | Promise<void>;
  /** Overwrites `gradient` with Dᵀ y. */
  transposeTimes(y: Float64Array, gradient: Float64Array): void | Promise<void>;
}
