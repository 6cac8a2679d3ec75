import { activeTool, setToolBusy } from '../activeTool.ts';
import { adjustLayer, useLayers } from '../layers/layers.ts';
import { type CrosshairLine, handleAt, lineTowards } from './crosshairLines.ts';
import { showHandles } from './crosshairPainter.ts';
import { beginTurn, type PlaneTurn, turnTo } from './turnPlane.ts';
import { grabHandle, type HeldHandle, isOnHandle } from './planeHandles.ts';
import type { PlaneHost } from './planeHost.ts';
import type { PlanePointerEvent, PlaneView } from './planeView.ts';
import { frame, goTo, scrollPlane, useView } from '../viewStore.ts';

type Drag = 'tool' | 'handle' | 'crosshair' | 'turn' | 'pan' | 'window' | 'none';

const ZOOM_PER_NOTCH = 1.15;
const MAX_ZOOM = 40;
const MIN_ZOOM = 0.2;

let spaceHeld = false;
window.addEventListener('keydown', (event) => {
  if (event.code === 'Space') spaceHeld = true;
});
window.addEventListener('keyup', (event) => {
  if (event.code === 'Space') spaceHeld = false;
});

/**
 * Mouse on a plane: wheel scrolls slices, Ctrl+wheel zooms about the cursor, right-drag changes the window, middle-drag or
 * Space+drag pans, left goes to the active tool. Without a tool left moves the crosshair, or turns another plane by a handle of its
 * line or (Alt) by the line nearest to the mouse, or what else can be taken hold of (planeHandles.ts). Returns the removal of all handlers.
 */
export function installPlaneInput(host: PlaneHost): () => void {
  const { element, id } = host;
  const abort = new AbortController();
  let drag: Drag = 'none';
  let last: [number, number] = [0, 0];
  let wheelRest = 0;
  let turn: PlaneTurn | undefined;
  let held: HeldHandle | undefined;

  const toPlane = (event: MouseEvent, view: PlaneView): PlanePointerEvent => {
    const box = element.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { button, shiftKey, ctrlKey, altKey } = event;
    return { view, x, y, point: view.toPatient(x, y), button, shiftKey, ctrlKey, altKey };
  };

  const begin = (event: PointerEvent, view: PlaneView): Drag => {
    if (event.button === 1 || (event.button === 0 && spaceHeld)) return 'pan';
    if (event.button === 2) return 'window';
    if (event.button !== 0) return 'none';
    const tool = activeTool();
    if (tool !== null) {
      if (!tool.onPointerDown(toPlane(event, view))) return 'none';
      setToolBusy(true);
      return 'tool';
    }
    const { x, y, point } = toPlane(event, view);
    held = event.altKey ? undefined : grabHandle(view, x, y);
    if (held !== undefined) return 'handle';
    const line = event.altKey ? lineTowards(view, x, y) : crosshairHandle(view, x, y);
    turn = line === undefined ? undefined : beginTurn(view, line.plane, x, y);
    if (turn !== undefined) return 'turn';
    goTo(point);
    return 'crosshair';
  };

  /** Handles are drawn in the view under the mouse. */
  const hover = (view: PlaneView | null, x = 0, y = 0): void => {
    showHandles(view?.id ?? null);
    const grips = view !== null && (isOnHandle(view, x, y) || crosshairHandle(view, x, y) !== undefined);
    element.style.cursor = grips ? 'grab' : '';
  };

  const on = <K extends keyof HTMLElementEventMap>(type: K, handler: (event: HTMLElementEventMap[K]) => void): void =>
    element.addEventListener(type, handler, { signal: abort.signal, passive: false });

  on('pointerdown', (event) => {
    const view = host.view();
    if (view === null) return;
    if (event.button === 1) event.preventDefault();
    element.setPointerCapture(event.pointerId);
    drag = begin(event, view);
    last = [event.clientX, event.clientY];
  });
  on('pointermove', (event) => {
    const view = host.view();
    if (view === null) return;
    const at = toPlane(event, view);
    useView.setState({ cursor: { plane: id, point: at.point } });
    const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]];
    last = [event.clientX, event.clientY];
    if (drag === 'handle') held?.move(view, at.x, at.y, event.shiftKey);
    else if (drag === 'crosshair') goTo(at.point);
    else if (drag === 'turn' && turn !== undefined) turnTo(view, turn, at.x, at.y, event.shiftKey);
    else if (drag === 'pan') panBy(view, dx, dy);
    else if (drag === 'window') windowBy(event.shiftKey ? 'secondary' : 'primary', dx, dy);
    else activeTool()?.onPointerMove(at);
    if (activeTool() === null && drag === 'none') hover(view, at.x, at.y);
  });
  on('pointerup', (event) => {
    const view = host.view();
    if (drag === 'tool' && view !== null) activeTool()?.onPointerUp(toPlane(event, view));
    if (drag === 'tool') setToolBusy(false);
    if (drag === 'handle') held?.end();
    drag = 'none';
  });
  on('pointercancel', () => {
    if (drag === 'tool') activeTool()?.cancel();
    if (drag === 'handle') held?.cancel();
    setToolBusy(false);
    drag = 'none';
  });
  on('pointerleave', () => {
    if (drag === 'none') useView.setState({ cursor: null });
    hover(null);
    activeTool()?.onPointerLeave?.();
  });
  on('dblclick', (event) => {
    const view = host.view();
    if (view !== null) activeTool()?.onDoubleClick?.(toPlane(event, view));
  });
  on('contextmenu', (event) => event.preventDefault());
  on('wheel', (event) => {
    const view = host.view();
    event.preventDefault();
    if (view === null) return;
    const at = toPlane(event, view);
    if (event.ctrlKey) {
      zoomAbout(view, at.x, at.y, event.deltaY < 0 ? ZOOM_PER_NOTCH : 1 / ZOOM_PER_NOTCH);
      return;
    }
    if (activeTool()?.onWheel?.(at, event.deltaY || event.deltaX) === true) return;
    // One notch is ~100 pixels; trackpads send many small steps.
    wheelRest += Math.abs(event.deltaY) >= 50 ? Math.sign(event.deltaY) : event.deltaY / 50;
    const steps = Math.trunc(wheelRest);
    wheelRest -= steps;
    if (steps !== 0) scrollPlane(id, (id === 'coronal' ? 1 : -1) * steps);
  });
  return () => abort.abort();
}

/** The handle under the mouse; none while the crosshair is hidden. */
const crosshairHandle = (view: PlaneView, x: number, y: number): CrosshairLine | undefined =>
  useView.getState().crosshairVisible ? handleAt(view, x, y) : undefined;

function panBy(view: PlaneView, dx: number, dy: number): void {
  const { zoom, pan } = useView.getState().framing[view.id];
  frame(view.id, { zoom, pan: [pan[0] - dx / view.scale, pan[1] - dy / view.scale] });
}

/** Zooms so that the point under (x, y) stays where it is. */
function zoomAbout(view: PlaneView, x: number, y: number, factor: number): void {
  const { zoom, pan } = useView.getState().framing[view.id];
  const next = Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, zoom * factor));
  const keep = (1 - zoom / next) / view.scale;
  frame(view.id, { zoom: next, pan: [pan[0] + (x - view.width / 2) * keep, pan[1] + (y - view.height / 2) * keep] });
}

/** Right drag: horizontal changes the width, vertical the centre (up = brighter = lower centre), in proportion to the width. */
function windowBy(which: 'primary' | 'secondary', dx: number, dy: number): void {
  const layer = useLayers.getState()[which];
  if (layer === null) return;
  const { center, width } = layer.window;
  const next = Math.max(width * Math.exp(dx / 250), layer.image.unit === 'HU' ? 1 : 1e-6);
  adjustLayer(which, { window: { center: center + (dy * width) / 400, width: next } });
}
