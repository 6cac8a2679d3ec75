import { create } from 'zustand';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Rgb } from '#shared/model/structures.ts';
import type { Ring } from '#shared/structures/rings.ts';
import type { PlaneId } from '#renderer/viewports/planeView.ts';
import type { Slice } from './slice.ts';

/** What a stroke would leave on its slice, drawn instead of the ROI's own contours there. */
export interface StrokePreview {
  readonly roiNumber: number;
  readonly color: Rgb;
  readonly slice: Slice;
  readonly rings: readonly Ring[];
}

/** A line being drawn, LPS mm, not yet closed. */
export interface OpenPath {
  readonly color: Rgb;
  readonly slice: Slice;
  readonly points: readonly Vec3[];
  /** Mark the vertices (polygon) or only the line (freehand). */
  readonly vertices: boolean;
}

export interface BrushCursor {
  readonly plane: PlaneId;
  readonly point: Vec3;
  /** mm. */
  readonly radius: number;
  readonly effect: 'add' | 'cut';
}

export interface ToolFeedback {
  readonly preview: StrokePreview | null;
  readonly path: OpenPath | null;
  readonly cursor: BrushCursor | null;
}

/** What the active contouring tool shows while it works; gone when the stroke ends. */
export const useToolFeedback = create<ToolFeedback>(() => ({ preview: null, path: null, cursor: null }));
