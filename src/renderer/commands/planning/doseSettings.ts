import { create } from 'zustand';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/directions.ts';
import { DEFAULT_CALIBRATION } from '#shared/dosimetry/machines.ts';

export interface DoseSettings {
  /** mm. */
  readonly gridSpacing: number;
  /** A direction set of the engine. */
  readonly directions: number;
  /** Name of a CT calibration. */
  readonly calibration: string;
}

/** How the next dose is computed; what a dose was computed with is in its provenance. Not undoable. */
export const useDoseSettings = create<DoseSettings>(() => ({
  gridSpacing: 3,
  directions: DEFAULT_DIRECTIONS,
  calibration: DEFAULT_CALIBRATION,
}));
