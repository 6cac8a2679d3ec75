import { create } from 'zustand';
import type { Look } from './placement.ts';

export interface BeamsEyeState {
  /** As the user panned and zoomed; null for the whole field. */
  readonly look: Look | null;
  /** What stands upright: the gantry's axes (the patient, the collimator turns) or the collimator's. */
  readonly upright: 'gantry' | 'collimator';
  /** Index of the control point shown. */
  readonly control: number;
  readonly structures: boolean;
}

/** How the beam's-eye view is set up; never undoable. */
export const useBeamsEye = create<BeamsEyeState>(() => ({
  look: null,
  upright: 'gantry',
  control: 0,
  structures: true,
}));
