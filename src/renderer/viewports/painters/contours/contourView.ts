import { create } from 'zustand';

export interface ContourView {
  /** ROI numbers not drawn. */
  readonly hidden: ReadonlySet<number>;
  /** 0 (lines only) to 1. */
  readonly fillOpacity: number;
  /** CSS pixels. */
  readonly lineWidth: number;
  readonly names: boolean;
}

/** How contours are drawn; never undoable. */
export const useContourView = create<ContourView>(() => ({
  hidden: new Set(),
  fillOpacity: 0,
  lineWidth: 1.5,
  names: false,
}));

export function setRoiVisible(roiNumber: number, visible: boolean): void {
  useContourView.setState(({ hidden }) => {
    const next = new Set(hidden);
    if (visible) next.delete(roiNumber);
    else next.add(roiNumber);
    return { hidden: next };
  });
}

/** Shows all of the ROIs or none of them. */
export function setAllVisible(roiNumbers: readonly number[], visible: boolean): void {
  useContourView.setState({ hidden: new Set(visible ? [] : roiNumbers) });
}
