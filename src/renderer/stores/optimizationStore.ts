import { create } from 'zustand';
import type {
  IterationReport,
  LiveDvh,
  OptimizationResult,
  OptimizationSettings,
} from '#renderer/compute/optimization/base.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import { ARC_SPACING, SEGMENTS } from '#shared/optimization/plan/defaults.ts';
import type { OptimizationPhase } from '#shared/optimization/plan/run.ts';

/** `stopped` by hand: what it had reached is where the next run of the plan may begin. */
export type OptimizationState = OptimizationPhase | 'paused' | 'done' | 'stopped' | 'failed';

export interface OptimizationIteration extends Omit<IterationReport, 'objectives'> {
  /** What was minimised, which `terms` are the shares of: the same array until an objective is changed. */
  readonly objectives: readonly DoseGoal[];
}

export interface OptimizationRun {
  readonly patientKey: string;
  /** `PlanRecord.index` of the plan it is for. */
  readonly planIndex: number;
  readonly settings: OptimizationSettings;
  readonly state: OptimizationState;
  /** The phase that it is in, was paused in, or ended in. */
  readonly phase: OptimizationPhase;
  /** 0..1 of the phase; undefined while unknown. */
  readonly progress?: number;
  /** Pause was asked for and comes when the step under way is done. */
  readonly pausing: boolean;
  /** What is minimised from now on: those of the plan. */
  readonly objectives: readonly DoseGoal[];
  readonly iterations: readonly OptimizationIteration[];
  /** Of the dose of the last iteration told. */
  readonly dvhs: readonly LiveDvh[];
  readonly warnings: readonly string[];
  /** Since it began, pauses left out. */
  readonly seconds: number;
  /** Why it failed. */
  readonly error?: string;
  readonly result?: OptimizationResult;
  /** The result became the plan, and that was not undone. */
  readonly accepted: boolean;
}

interface OptimizationView {
  readonly settings: OptimizationSettings;
  /** The last run, under way or ended; null before the first of a patient. */
  readonly run: OptimizationRun | null;
}

/** How plans are optimised, and how it goes. View state, never undoable: objectives are the plan's (`Plan.objectives`). */
export const useOptimization = create<OptimizationView>(() => ({
  settings: {
    technique: 'imrt',
    grid: 3,
    bixel: 5,
    sequencing: 'step-and-shoot',
    segments: SEGMENTS,
    // There and back, with leaves slanted to either side.
    arcs: [
      { start: 181, stop: 179, direction: 'CW', collimator: 30, couch: 0, spacing: ARC_SPACING, avoid: [] },
      { start: 179, stop: 181, direction: 'CC', collimator: 330, couch: 0, spacing: ARC_SPACING, avoid: [] },
    ],
    threads: Math.max(1, navigator.hardwareConcurrency),
  },
  run: null,
}));

/** For the next run. */
export const setOptimizationSettings = (changes: Partial<OptimizationSettings>): void =>
  useOptimization.setState(({ settings }) => ({ settings: { ...settings, ...changes } }));

export const showOptimizationRun = (run: OptimizationRun | null): void => useOptimization.setState({ run });

/** Whether a run is under way, a paused one too. */
export const isOptimizing = (run: OptimizationRun | null): boolean =>
  run !== null && run.state !== 'done' && run.state !== 'stopped' && run.state !== 'failed';

/** Whether there would be something to lose: a run under way, or beams that it came to and that are not the plan's yet. */
export const isUnaccepted = (run: OptimizationRun | null): boolean =>
  isOptimizing(run) || (run?.result?.delivered !== undefined && !run.accepted);
