import type { OverlayPainter } from './plane/planeView.ts';

let painters: readonly OverlayPainter[] = [];
const listeners = new Set<() => void>();
let frame = 0;

/** Adds a painter to all planes (a painter with the same id is replaced); returns its removal. */
export function registerPainter(painter: OverlayPainter): () => void {
  painters = [...painters.filter((other) => other.id !== painter.id), painter].sort((a, b) => a.order - b.order);
  requestRepaint();
  return () => {
    painters = painters.filter((other) => other !== painter);
    requestRepaint();
  };
}

export const currentPainters = (): readonly OverlayPainter[] => painters;

/** Repaints the overlay canvases of all planes in the next animation frame; any number of requests make one repaint. */
export function requestRepaint(): void {
  if (frame !== 0) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    for (const listener of listeners) listener();
  });
}

/** Planes subscribe here to be told when to repaint. */
export function onRepaint(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
