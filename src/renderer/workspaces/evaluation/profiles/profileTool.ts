import type { OverlayPainter, PlaneTool } from '#renderer/viewports/plane/planeView.ts';
import { haloText } from '#renderer/viewports/painters/ink.ts';
import { dot, length, scale, subtract, add } from '#shared/geometry/vec.ts';
import { useDocument } from '#renderer/document/store.ts';
import { lineOf, useProfile } from './profileStore.ts';

/** A line shorter than this is a slip of the hand, mm. */
const SHORTEST = 2;

/** Drag from one end of the line to the other, on any plane. */
export function profileTool(): PlaneTool {
  let before: ReturnType<typeof useProfile.getState>['line'] = null;
  let drawing = false;
  const end = (): void => {
    drawing = false;
    const { line } = useProfile.getState();
    if (line !== null && length(subtract(line.to, line.from)) < SHORTEST) useProfile.setState({ line: before });
  };
  return {
    id: 'dose-profile',
    cursor: 'crosshair',
    onPointerDown({ point }) {
      const { document } = useDocument.getState();
      if (document === null) return false;
      before = useProfile.getState().line;
      drawing = true;
      useProfile.setState({ line: { patientKey: document.patientKey, from: point, to: point } });
      return true;
    },
    onPointerMove({ point }) {
      const { line } = useProfile.getState();
      if (!drawing || line === null) return false;
      useProfile.setState({ line: { ...line, to: point } });
      return true;
    },
    onPointerUp() {
      end();
      return true;
    },
    cancel() {
      if (drawing) useProfile.setState({ line: before });
      drawing = false;
    },
  };
}

/** Farther than this from the plane the line is only seen through it, mm. */
const ON_PLANE = 2;

/** The line on every plane, faint where it lies elsewhere, with the place that is read on the chart. */
export const profilePainter: OverlayPainter = {
  id: 'dose-profile',
  order: 33,
  paint(context, view) {
    const { at } = useProfile.getState();
    const line = lineOf(useProfile.getState(), useDocument.getState().document);
    if (line === null) return;
    const { from, to } = line;
    const off = Math.max(
      ...[from, to].map((end) => Math.abs(dot(subtract(end, view.point), view.normal))),
    );
    const [[x0, y0], [x1, y1]] = [view.toCanvas(from), view.toCanvas(to)];
    context.save();
    context.globalAlpha = off < ON_PLANE ? 1 : 0.4;
    for (const [color, width] of [['#000', 4], ['#ffffff', 1.5]] as const) {
      context.strokeStyle = color;
      context.lineWidth = width;
      context.beginPath();
      context.moveTo(x0, y0);
      context.lineTo(x1, y1);
      context.stroke();
    }
    context.textAlign = 'left';
    haloText(context, '0 mm', x0 + 6, y0 - 6, '#fff');
    haloText(context, `${length(subtract(to, from)).toFixed(0)} mm`, x1 + 6, y1 - 6, '#fff');
    if (at !== null) {
      const [x, y] = view.toCanvas(add(from, scale(subtract(to, from), at)));
      context.fillStyle = '#ffe14d';
      context.beginPath();
      context.arc(x, y, 4, 0, 2 * Math.PI);
      context.fill();
    }
    context.restore();
  },
}; // biome-ignore format: two strokes
