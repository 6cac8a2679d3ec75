import type { PlanePointerEvent } from '#renderer/viewports/plane/planeView.ts';
import { setBrushRadius, useContouring } from './contourStore.ts';

const FACTOR = 1.12;

const resize = (factor: number): void =>
  setBrushRadius(Math.round(useContouring.getState().brushRadius * factor * 10) / 10);

/** Shift + wheel changes the brush radius; the wheel alone is left to the plane. */
export function brushSizeWheel(event: PlanePointerEvent, deltaY: number): boolean {
  if (!event.shiftKey || deltaY === 0) return false;
  resize(deltaY < 0 ? FACTOR : 1 / FACTOR);
  return true;
}

/** Square brackets change the brush radius. */
export function brushSizeKeys(key: string): boolean {
  if (key !== '[' && key !== ']') return false;
  resize(key === ']' ? FACTOR : 1 / FACTOR);
  return true;
}
