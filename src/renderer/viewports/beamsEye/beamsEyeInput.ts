import type { BeamsEyeHost } from './beamsEyeHost.ts';
import { useBeamsEye } from './beamsEyeStore.ts';
import { fromCanvas, panned, zoomed } from './placement.ts';

const ZOOM_PER_NOTCH = 1.15;

/**
 * Mouse on the beam's-eye view: a drag moves it, the wheel zooms about the cursor, a double click shows the whole field again. Returns the
 * removal of all handlers.
 */
export function installBeamsEyeInput(host: BeamsEyeHost): () => void {
  const { element } = host;
  const abort = new AbortController();
  let panning = false;
  let last: readonly [number, number] = [0, 0];
  const on = <K extends keyof HTMLElementEventMap>(type: K, handler: (event: HTMLElementEventMap[K]) => void): void =>
    element.addEventListener(type, handler, { signal: abort.signal, passive: false });

  on('pointerdown', (event) => {
    if (event.button === 1) event.preventDefault();
    element.setPointerCapture(event.pointerId);
    panning = true;
    last = [event.clientX, event.clientY];
  });
  on('pointermove', (event) => {
    if (!panning) return;
    const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]];
    last = [event.clientX, event.clientY];
    useBeamsEye.setState({ look: panned(host.look(), host.placement(), dx, dy) });
  });
  const stop = (): void => {
    panning = false;
  };
  on('pointerup', stop);
  on('pointercancel', stop);
  on('contextmenu', (event) => event.preventDefault());
  on('dblclick', () => useBeamsEye.setState({ look: null }));
  on('wheel', (event) => {
    event.preventDefault();
    const box = element.getBoundingClientRect();
    const [x, y] = fromCanvas(host.placement(), event.clientX - box.left, event.clientY - box.top);
    const factor = event.deltaY < 0 ? ZOOM_PER_NOTCH : 1 / ZOOM_PER_NOTCH;
    useBeamsEye.setState({ look: zoomed(host.look(), factor, x, y) });
  });
  return () => abort.abort();
}
