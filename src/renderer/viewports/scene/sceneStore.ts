import { create } from 'zustand';
import type { PlaneId } from '../plane/planeView.ts';
import type { SceneCamera } from './camera.ts';

export interface SceneView {
  /** Whether the 3-D pane stands beside the planes; while it does not, nothing of it is computed. */
  readonly shown: boolean;
  /** Whether the room stands round the patient: the room's-eye view of planning. */
  readonly room: boolean;
  /** Null to look at the whole patient from the front, a little from the left and above. */
  readonly camera: SceneCamera | null;
  /** The pane's shorter side when the camera was set, px: another workspace's pane shows the same part of the patient. */
  readonly paneSize: number;
  readonly slices: ReadonlySet<PlaneId>;
  /** Null for: wherever they are drawn on the planes. */
  readonly beams: boolean | null;
  /** Which of the isodose levels are shown as surfaces, by their place in the list. */
  readonly isodoses: ReadonlySet<number>;
  /** Opacity of the body's surface and of organs', 0..1; targets are solid. */
  readonly bodyOpacity: number;
  readonly organOpacity: number;
}

/** How the 3-D view is set up; never undoable. */
export const useScene = create<SceneView>(() => ({
  shown: false,
  room: false,
  camera: null,
  paneSize: 1,
  slices: new Set<PlaneId>(['axial', 'sagittal', 'coronal']),
  beams: null,
  isodoses: new Set<number>(),
  bodyOpacity: 0.15,
  organOpacity: 0.4,
}));

/** The set with `value` put in or taken out. */
export function toggled<Value>(set: ReadonlySet<Value>, value: Value): ReadonlySet<Value> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
