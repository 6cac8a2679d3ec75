import type { ComputeOptions } from '../../dosimetry/engine.ts';
import type { Goals } from '../objectives/goals.ts';
import type { OptimizationProblem } from '../problem/problem.ts';

/** What an optimisation goes through, in this order; a fluence map ends after the second. */
export type OptimizationPhase = 'preparing' | 'fluence' | 'sequencing' | 'apertures' | 'final dose' | 'corrections';

/** An iteration as it is shown, or a final dose (value and terms are over every voxel then); arrays are valid until the callback is done. */
export interface OptimizationState {
  readonly phase: OptimizationPhase;
  /** Counted through the run, whatever is minimised. */
  readonly iteration: number;
  readonly value: number;
  /** Weighted share of each of the goals' objectives. */
  readonly terms: Float64Array;
  readonly goals: Goals;
  /** Gy per fraction, by row. */
  readonly doses: Float64Array;
  /** Bixel weights, MU, while a fluence map is sought: a warm start. */
  readonly weights?: Float64Array;
}

/** How a run is watched and steered. */
export interface OptimizationHooks extends ComputeOptions {
  readonly onPhase?: (phase: OptimizationPhase, fraction?: number) => void;
  /** A new set of rows: doses are over these from now on. */
  readonly onProblem?: (problem: OptimizationProblem) => void;
  /** A promise makes the run wait. */
  readonly onState?: (state: OptimizationState) => void | Promise<void>;
  /** Asked after every iteration: with another object than before, the minimisation goes on from where it is with these. */
  readonly goals?: () => Goals;
  /** Asked after every iteration: true ends the minimisation where it is, and the run goes on with what follows. */
  readonly enough?: (phase: OptimizationPhase) => boolean;
}
