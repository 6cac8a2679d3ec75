import { create } from 'zustand';
import { useDocument } from '#renderer/document/store.ts';
import { requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import type { OverlayPainter, PlaneTool, PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { dot, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { addLandmark, seenLandmarks } from './landmarks.ts';

/** The half of a pair that is picked already, LPS of the primary as shown. */
interface Picking {
  readonly fixed?: Vec3;
  readonly moving?: Vec3;
}

export const usePicking = create<Picking>(() => ({}));

/** Takes one half of a pair; with the other it becomes a landmark. */
export function pick(half: 'fixed' | 'moving', point: Vec3): void {
  const both = { ...usePicking.getState(), [half]: point };
  const { document } = useDocument.getState();
  if (both.fixed !== undefined && both.moving !== undefined && document !== null) {
    addLandmark(document, both.fixed, both.moving);
    usePicking.setState({}, true);
  } else usePicking.setState(both, true);
  requestRepaint();
}

/** A click on a plane picks the point of the first image; the point of the second is clicked beside it. */
export function landmarkTool(): PlaneTool {
  return {
    id: 'landmark',
    cursor: 'crosshair',
    onPointerDown(event) {
      pick('fixed', event.point);
      return true;
    },
    onPointerMove: () => false,
    onPointerUp: () => true,
    cancel() {
      usePicking.setState({}, true);
      requestRepaint();
    },
  };
}

/** A landmark is drawn on planes nearer than this, mm. */
const NEAR = 2;

/** Draws the points of one image on a view. */
export function paintLandmarks(context: CanvasRenderingContext2D, view: PlaneView, half: 'fixed' | 'moving'): void {
  const { document } = useDocument.getState();
  if (document === null) return;
  const pending = usePicking.getState()[half];
  const all = seenLandmarks(document).map((landmark) => ({ name: landmark.name, at: landmark[half] }));
  for (const { name, at } of [...all, ...(pending === undefined ? [] : [{ name: '?', at: pending }])]) {
    if (Math.abs(dot(subtract(at, view.point), view.normal)) > NEAR) continue;
    const [x, y] = view.toCanvas(at);
    context.strokeStyle = half === 'fixed' ? '#7fe0ff' : '#ffb454';
    context.fillStyle = context.strokeStyle;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(x, y, 5, 0, 2 * Math.PI);
    context.moveTo(x - 2, y);
    context.lineTo(x + 2, y);
    context.moveTo(x, y - 2);
    context.lineTo(x, y + 2);
    context.stroke();
    context.font = '11px system-ui, sans-serif';
    context.textAlign = 'left';
    // Legible on white fat and black air alike.
    context.strokeStyle = '#000';
    context.lineWidth = 3;
    context.strokeText(name, x + 8, y - 5);
    context.fillText(name, x + 8, y - 5);
  }
}

export const landmarkPainter: OverlayPainter = {
  id: 'landmarks',
  order: 32,
  paint: (context, view) => paintLandmarks(context, view, 'fixed'),
};
