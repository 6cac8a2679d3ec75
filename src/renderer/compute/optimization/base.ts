import type { PatientDoseRequest, PlanDoseAnswer, PlanDoseRequest } from '#renderer/compute/dose/base.ts';
import type { DvhTable } from '#shared/evaluation/dvh.ts';
import type { DoseGoal, Goals } from '#shared/optimization/objectives/goals.ts';
import type { OptimizationPhase } from '#shared/optimization/plan/run.ts';
import type { JobError } from '../jobs/base.ts';

/** An arc that a VMAT plan is to have; IEC 61217 degrees. */
export interface PlannedArc {
  readonly start: number;
  readonly stop: number;
  /** CW: rising gantry angles. */
  readonly direction: 'CW' | 'CC';
  readonly collimator: number;
  readonly couch: number;
  /** Largest angle between control points, 1° to 5°. */
  readonly spacing: number;
  /** Sectors without radiation, each from an angle clockwise to another. */
  readonly avoid: readonly (readonly [from: number, to: number])[];
}

export interface OptimizationSettings {
  /** `fluence` ends with bixel weights: quick, to find out what goals can be met; it makes no beams. */
  readonly technique: 'fluence' | 'imrt' | 'vmat';
  /** Spacing of the dose grid that is optimised on, mm. */
  readonly grid: number;
  /** Width of a bixel in the isocenter plane, mm. */
  readonly bixel: number;
  readonly sequencing: 'step-and-shoot' | 'sliding-window';
  /** Most segments of a beam, for step-and-shoot. */
  readonly segments: number;
  /** For VMAT, in the order of delivery. */
  readonly arcs: readonly PlannedArc[];
  readonly threads: number;
}

/** What a run is started with; of the patient also the structures that objectives and goals are about. */
export interface OptimizationRequest
  extends PatientDoseRequest,
    Pick<PlanDoseRequest, 'plan' | 'directions' | 'machines' | 'workers' | 'softwareGpu'> {
  readonly goals: Goals;
  readonly settings: OptimizationSettings;
  /** Bixel weights that an earlier run of this plan came to; left aside, with a warning, where they are not of these bixels. */
  readonly start?: Float64Array;
}

/** One iteration, or the final dose after some; `objectives` counts the sets of objectives that the run was given, from 0. */
export interface IterationReport {
  readonly iteration: number;
  readonly phase: OptimizationPhase;
  /** Since the run began, pauses left out. */
  readonly seconds: number;
  readonly value: number;
  /** Weighted share of each objective. */
  readonly terms: readonly number[];
  readonly objectives: number;
}

/** DVH of the dose as it is now, for the whole course, in the voxels that are optimised on: coarser than that of a final dose. */
export interface LiveDvh {
  readonly roi: string;
  readonly table: DvhTable;
}

export interface OptimizationReport {
  /** Those since the last report. */
  readonly iterations: readonly IterationReport[];
  readonly dvhs: readonly LiveDvh[];
  /** Bixel weights now, where the phase has such: a warm start. */
  readonly weights?: Float64Array;
}

/** What a finished run came to. */
export interface OptimizationResult {
  /** Beams with monitor units and their final dose; absent for a plan by fluence only. */
  readonly delivered?: PlanDoseAnswer;
  readonly warnings: readonly string[];
  /** What computed the optimiser's dose: `wasm simd`, `webgpu (vendor architecture)`, or both where the latter failed under way. */
  readonly implementation?: string;
}

export type ToOptimizer =
  | { readonly kind: 'start'; readonly request: OptimizationRequest }
  | { readonly kind: 'objectives'; readonly objectives: readonly DoseGoal[] }
  /** Enough of this phase: what follows begins from where it is. */
  | { readonly kind: 'proceed'; readonly phase: OptimizationPhase }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** The last report arrived: the next may be sent. */
  | { readonly kind: 'heard' };

export type FromOptimizer =
  /** `seconds` since the run began, pauses left out. */
  | { readonly kind: 'phase'; readonly phase: OptimizationPhase; readonly seconds: number; readonly fraction?: number }
  | { readonly kind: 'report'; readonly report: OptimizationReport }
  | { readonly kind: 'paused' }
  | { readonly kind: 'resumed' }
  /** The objectives given last cannot be minimised: the run goes on with those of before. */
  | { readonly kind: 'refused'; readonly error: JobError }
  | { readonly kind: 'done'; readonly result: OptimizationResult }
  | { readonly kind: 'failed'; readonly error: JobError };
