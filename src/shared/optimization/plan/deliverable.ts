import type { Beam } from '../../model/plan.ts';

/** Beams that a machine can deliver, and what the optimiser's model says that they give. */
export interface Deliverable<Self> {
  /** With their MU. */
  readonly beams: readonly Beam[];
  /** The model's alone, Gy per fraction, by row. */
  readonly doses: Float64Array;
  /** The objective of what was minimised: of the model's doses and the offset. */
  readonly value: number;
  /** Worst violation of a hard constraint, Gy per fraction. */
  readonly violation: number;
  readonly warnings: readonly string[];
  /** Optimised on from here; `offset` is what the model lacks, Gy per fraction, by row. */
  readonly improved: (offset: Float64Array) => Promise<Self>;
}
