import { create } from 'zustand';
import type { Look } from './placement.ts';

/** What the left button does: move leaves and jaws, open or close leaves with a brush, or draw an outline for leaves or blocks. */
export type BeamsEyeTool = 'move' | 'open' | 'close' | 'outline' | 'shield' | 'aperture';

export interface BeamsEyeState {
  /** As the user panned and zoomed; null for the whole field. */
  readonly look: Look | null;
  /** What stands upright: the gantry's axes (the patient, the collimator turns) or the collimator's. */
  readonly upright: 'gantry' | 'collimator';
  /** Index of the control point shown. */
  readonly control: number;
  readonly structures: boolean;
  /** The selected beam's light field on the skin, on planes and in the room. */
  readonly light: boolean;
  readonly tool: BeamsEyeTool;
  /** Of the brush, mm at the isocenter plane. */
  readonly radius: number;
}

/** How the beam's-eye view is set up; never undoable. */
export const useBeamsEye = create<BeamsEyeState>(() => ({
  look: null,
  upright: 'gantry',
  control: 0,
  structures: true,
  light: false,
  tool: 'move',
  radius: 8,
}));
