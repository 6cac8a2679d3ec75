import { create } from 'zustand';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Rgb } from '#shared/model/structures.ts';
import type { SectionLine } from '#shared/structures/contours/section.ts';
import type { DrawPlane } from '#shared/structures/drawing/solid.ts';
import type { PlaneId } from '#renderer/viewports/plane/planeView.ts';
import type { Effect } from './slice.ts';

/** What a stroke would leave of its ROI, drawn on every plane instead of the ROI's own contours. */
export interface StrokePreview {
  readonly roiNumber: number;
  readonly color: Rgb;
  /** Outlines where a plane cuts it, LPS mm. */
  section(point: Vec3, normal: Vec3): readonly SectionLine[];
}

/** A line being drawn, LPS mm, not yet closed. */
export interface OpenPath {
  readonly color: Rgb;
  readonly plane: DrawPlane;
  readonly points: readonly Vec3[];
  /** Corners set so far (polygon, livewire). */
  readonly vertices: readonly Vec3[];
}

/** Where the brush is; its radius is the settings'. */
export interface BrushCursor {
  readonly plane: PlaneId;
  readonly point: Vec3;
  /** Whether the brush is a ball where the settings say so: it is then seen on the other planes too. */
  readonly ball: boolean;
  readonly effect: Effect;
}

export interface ToolFeedback {
  readonly preview: StrokePreview | null;
  readonly path: OpenPath | null;
  readonly cursor: BrushCursor | null;
}

/** What the active contouring tool shows while it works; gone when the stroke ends. */
export const useToolFeedback = create<ToolFeedback>(() => ({ preview: null, path: null, cursor: null }));
