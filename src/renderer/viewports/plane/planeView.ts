import type { Vec3 } from '#shared/geometry/vec.ts';

export type PlaneId = 'axial' | 'sagittal' | 'coronal';

/** One displayed plane at one moment, in CSS pixels; what overlay painters and tools see of a viewport. */
export interface PlaneView {
  readonly id: PlaneId;
  /** A point of the displayed plane, LPS mm of the primary frame of reference. */
  readonly point: Vec3;
  /** Unit vectors in LPS: canvas x to the right, canvas y downwards, and the viewing direction (into the screen). */
  readonly right: Vec3;
  readonly down: Vec3;
  readonly normal: Vec3;
  /** CSS pixels per mm. */
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  toCanvas(point: Vec3): [number, number];
  toPatient(x: number, y: number): Vec3;
}

/** Draws on the canvas above the images; called whenever the view or `revision` of its source changes. */
export interface OverlayPainter {
  readonly id: string;
  /** Painters draw in rising order: isodoses 10, contours 20, tool feedback 30, crosshair 40, text 50. */
  readonly order: number;
  paint(context: CanvasRenderingContext2D, view: PlaneView): void;
}

/** Pointer events on a plane, in CSS pixels and LPS mm; return true when the tool used the event. */
export interface PlanePointerEvent {
  readonly view: PlaneView;
  readonly x: number;
  readonly y: number;
  readonly point: Vec3;
  readonly button: number;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
}

export interface PlaneTool {
  readonly id: string;
  readonly cursor: string;
  /** Draws on the active structure, which the planes then name. */
  readonly draws?: boolean;
  onPointerDown(event: PlanePointerEvent): boolean;
  onPointerMove(event: PlanePointerEvent): boolean;
  onPointerUp(event: PlanePointerEvent): boolean;
  onDoubleClick?(event: PlanePointerEvent): boolean;
  /** `deltaY` as the wheel event has it; return false to let the plane scroll. */
  onWheel?(event: PlanePointerEvent, deltaY: number): boolean;
  /** The pointer left the plane (a hover cursor goes away). */
  onPointerLeave?(): void;
  onKey?(key: string): boolean;
  /** Bail out to the state before the stroke began. */
  cancel(): void;
}
