import { run } from '#renderer/commands/useShortcuts.ts';
import { segmentGrow } from '#renderer/commands/contouring/segment/segmentGrow.ts';
import type { PlaneTool } from '#renderer/viewports/plane/planeView.ts';

/** A click on any plane grows the active structure from there. */
export const growTool: PlaneTool = {
  id: 'grow',
  cursor: 'crosshair',
  onPointerDown(event) {
    void run(segmentGrow, event.point);
    return true;
  },
  onPointerMove: () => false,
  onPointerUp: () => true,
  cancel: () => undefined,
};
