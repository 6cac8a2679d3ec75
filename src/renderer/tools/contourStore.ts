import { create } from 'zustand';

export interface ContourSettings {
  /** ROI the tools draw on; null for none. */
  readonly activeRoi: number | null;
  /** ROIs the tools must not touch. */
  readonly locked: ReadonlySet<number>;
  /** Brush radius at the image, mm. */
  readonly brushRadius: number;
}

/** View state of contouring: which ROI is drawn on and how. Not undoable. */
export const useContouring = create<ContourSettings>(() => ({ activeRoi: null, locked: new Set(), brushRadius: 10 }));

export const BRUSH_RANGE = { min: 1, max: 60 } as const;

export function setBrushRadius(radius: number): void {
  useContouring.setState({ brushRadius: Math.min(BRUSH_RANGE.max, Math.max(BRUSH_RANGE.min, radius)) });
}

export const setActiveRoi = (activeRoi: number | null): void => useContouring.setState({ activeRoi });

export function toggleLock(roiNumber: number): void {
  useContouring.setState(({ locked }) => {
    const next = new Set(locked);
    if (!next.delete(roiNumber)) next.add(roiNumber);
    return { locked: next };
  });
}
