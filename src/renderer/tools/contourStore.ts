import { create } from 'zustand';

/** What a stroke does: auto adds when it starts inside the structure (or where there is none yet) and cuts when it starts outside. */
export type EditMode = 'auto' | 'add' | 'cut';

export interface ContourSettings {
  /** ROI the tools draw on; null for none. */
  readonly activeRoi: number | null;
  /** ROIs the tools must not touch: follows the document (commands/contouring/lockRoi). */
  readonly locked: ReadonlySet<number>;
  /** Brush radius at the image, mm. */
  readonly brushRadius: number;
  /** Brushes are discs on the plane drawn on, or balls through the slices. */
  readonly brushShape: 'disc' | 'ball';
  readonly editMode: EditMode;
  /** Thickness of what is drawn on planes across the slices, mm; null for one voxel along the plane's normal. */
  readonly slab: number | null;
}

/** View state of contouring: which ROI is drawn on and how. Not undoable. */
export const useContouring = create<ContourSettings>(() => ({
  activeRoi: null,
  locked: new Set(),
  brushRadius: 10,
  brushShape: 'disc',
  editMode: 'auto',
  slab: null,
}));

export const BRUSH_RANGE = { min: 1, max: 60 } as const;

export function setBrushRadius(radius: number): void {
  useContouring.setState({ brushRadius: Math.min(BRUSH_RANGE.max, Math.max(BRUSH_RANGE.min, radius)) });
}

export const setActiveRoi = (activeRoi: number | null): void => useContouring.setState({ activeRoi });

export const toggleBrushShape = (): void =>
  useContouring.setState(({ brushShape }) => ({ brushShape: brushShape === 'disc' ? 'ball' : 'disc' }));

const MODES: readonly EditMode[] = ['auto', 'add', 'cut'];

export const nextEditMode = (): void =>
  useContouring.setState(({ editMode }) => ({ editMode: MODES[(MODES.indexOf(editMode) + 1) % MODES.length] }));
