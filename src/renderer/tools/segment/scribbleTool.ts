import type { Scribble } from '#shared/segmentation/scribbles.ts';
import type { PlaneTool } from '#renderer/viewports/plane/planeView.ts';
import { useSegment } from './segmentStore.ts';

/** Points nearer than this to the last one are not recorded, CSS pixels. */
const MINIMUM_STEP = 2;

/**
 * Drag over what is known: the object, or the background (label of the panel; Alt turns it round). On any plane. Backspace takes
 * the last stroke back.
 */
export function scribbleTool(): PlaneTool {
  let at: { x: number; y: number } | null = null;
  /** The stroke being drawn is the last one of the store. */
  const change = (next: (last: Scribble) => Scribble): void =>
    useSegment.setState(({ scribbles }) => ({
      scribbles: scribbles.map((scribble, n) => (n === scribbles.length - 1 ? next(scribble) : scribble)),
    }));
  const dropLast = (): void => useSegment.setState(({ scribbles }) => ({ scribbles: scribbles.slice(0, -1) }));
  return {
    id: 'scribble',
    cursor: 'crosshair',
    onPointerDown(event) {
      const { label, scribbleRadius } = useSegment.getState();
      const other = label === 'object' ? 'background' : 'object';
      at = event;
      const begun: Scribble = { label: event.altKey ? other : label, points: [event.point], radius: scribbleRadius };
      useSegment.setState(({ scribbles }) => ({ scribbles: [...scribbles, begun] }));
      return true;
    },
    onPointerMove(event) {
      if (at === null) return false;
      if (Math.hypot(event.x - at.x, event.y - at.y) < MINIMUM_STEP) return true;
      at = event;
      change((last) => ({ ...last, points: [...last.points, event.point] }));
      return true;
    },
    onPointerUp() {
      const used = at !== null;
      at = null;
      return used;
    },
    onKey(key) {
      if (key !== 'Backspace' || useSegment.getState().scribbles.length === 0) return false;
      dropLast();
      return true;
    },
    cancel() {
      if (at === null) return;
      at = null;
      dropLast();
    },
  };
}
