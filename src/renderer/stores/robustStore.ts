import { create } from 'zustand';
import type { RobustAnswer } from '#renderer/compute/robust/base.ts';
import type { DoseBasis } from '#renderer/document/records.ts';
import type { EngineName } from '#shared/dosimetry/engines.ts';
import type { Uncertainty } from '#shared/evaluation/robust/scenarios.ts';
import type { Roi } from '#shared/model/structures.ts';

export interface RobustSettings extends Uncertainty {
  readonly engine: EngineName;
  /** mm. */
  readonly gridSpacing: number;
}

/** A plan under its scenarios, and what that was computed from. */
export interface RobustResult extends RobustAnswer {
  readonly patientKey: string;
  readonly planIndex: number;
  readonly basis: DoseBasis;
  /** Those with histograms, as they were. */
  readonly rois: readonly Roi[];
  /** Voxels of the dose that the plan had then. */
  readonly planDose: Float32Array | undefined;
  readonly settings: RobustSettings;
  /** Of the dose settings of then: names, and directions of the collapsed cone. */
  readonly calibration: string;
  readonly directions: number;
}

interface RobustView {
  readonly settings: RobustSettings;
  readonly result: RobustResult | null;
  /** Whether the DVHs have bands. */
  readonly bands: boolean;
}

/** Robust evaluation of the open patient: nothing of the plan, never undoable. */
export const useRobust = create<RobustView>(() => ({
  settings: { shift: [5, 5, 5], density: 3, diagonals: false, combined: false, engine: 'pb', gridSpacing: 3 },
  result: null,
  bands: false,
}));
