import { add, cross, dot, length, scale, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { setActiveRoi } from '#renderer/tools/contourStore.ts';
import { goTo } from '../viewStore.ts';
import { fromScene, orbit, panScene, type SceneCamera, viewDirection, zoomScene } from './camera.ts';
import { firstHit } from './pick.ts';
import { isSolid, type ShownRoi } from './sceneContent.ts';
import type { SceneHost } from './sceneHost.ts';
import { useScene } from './sceneStore.ts';
import type { SliceImage } from './sliceImage.ts';

const ZOOM_PER_NOTCH = 1.15;
/** A press that moves less than this is a click, px. */
const CLICK = 4;

/** What a click means: where it meets something, and the ROI whose surface that is. */
interface Picked {
  readonly point: Vec3;
  readonly roi?: ShownRoi['roi'];
}

/** What the viewer sees under a position: the nearest solid surface or slice; a film such as the body's only where nothing else is. */
export function pickAt(
  camera: SceneCamera,
  at: Vec3,
  rois: readonly ShownRoi[],
  slices: readonly SliceImage[],
): Picked | undefined {
  const direction = viewDirection(camera);
  const hits = rois.flatMap((shown) => {
    const distance = firstHit(shown.mesh, at, direction);
    return distance === undefined ? [] : [{ distance, solid: isSolid(shown), roi: shown.roi }];
  });
  const pictures = slices.flatMap((slice) => {
    const distance = meetSlice(slice, at, direction);
    return distance === undefined ? [] : [{ distance, solid: true, roi: undefined }];
  });
  const [nearest] = [...hits, ...pictures].sort((a, b) => Number(b.solid) - Number(a.solid) || a.distance - b.distance);
  return nearest === undefined ? undefined : { point: add(at, scale(direction, nearest.distance)), roi: nearest.roi };
}

/** How far along the ray a slice's picture is met where it is not transparent. */
function meetSlice({ corners, width, height, pixels }: SliceImage, at: Vec3, direction: Vec3): number | undefined {
  const [corner, right, bottom] = corners;
  const [alongX, alongY] = [subtract(right, corner), subtract(bottom, corner)];
  const normal = cross(alongX, alongY);
  const slant = dot(normal, direction);
  if (Math.abs(slant) < 1e-6 * length(normal)) return undefined;
  const distance = dot(normal, subtract(corner, at)) / slant;
  const offset = subtract(add(at, scale(direction, distance)), corner);
  const x = Math.floor((dot(offset, alongX) / dot(alongX, alongX)) * width);
  const y = Math.floor((dot(offset, alongY) / dot(alongY, alongY)) * height);
  if (x < 0 || y < 0 || x >= width || y >= height || pixels[4 * (y * width + x) + 3] === 0) return undefined;
  return distance;
}

/**
 * Mouse on the 3-D view: left-drag turns the patient, middle- or Shift-drag moves, the wheel (with or without Ctrl) zooms about the
 * cursor, a click takes the crosshair to what is seen there and makes a structure the active one, a double click fits the view anew.
 * Returns the removal of all handlers.
 */
export function installSceneInput(host: SceneHost): () => void {
  const { element } = host;
  const abort = new AbortController();
  let drag: 'turn' | 'move' | 'none' = 'none';
  let last: readonly [number, number] = [0, 0];
  let travelled = 0;

  const on = <K extends keyof HTMLElementEventMap>(type: K, handler: (event: HTMLElementEventMap[K]) => void): void =>
    element.addEventListener(type, handler, { signal: abort.signal, passive: false });
  const place = (event: MouseEvent): [number, number] => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const look = (camera: SceneCamera): void => {
    host.moving();
    useScene.setState({ camera, paneSize: Math.min(element.clientWidth, element.clientHeight) });
  };

  on('pointerdown', (event) => {
    if (event.button === 1) event.preventDefault();
    element.setPointerCapture(event.pointerId);
    drag = event.button === 1 || (event.button === 0 && event.shiftKey) ? 'move' : event.button === 0 ? 'turn' : 'none';
    last = [event.clientX, event.clientY];
    travelled = 0;
  });
  on('pointermove', (event) => {
    const camera = host.camera();
    if (drag === 'none' || camera === null) return;
    const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]];
    travelled += Math.hypot(dx, dy);
    if (travelled < CLICK) return;
    last = [event.clientX, event.clientY];
    look(drag === 'turn' ? orbit(camera, dx, dy) : panScene(camera, dx, dy));
  });
  on('pointerup', (event) => {
    const camera = host.camera();
    if (drag === 'turn' && travelled < CLICK && camera !== null) {
      const at = fromScene(camera, element.clientWidth, element.clientHeight, ...place(event));
      const picked = pickAt(camera, at, host.rois(), host.slices());
      if (picked !== undefined) goTo(picked.point);
      if (picked?.roi !== undefined) setActiveRoi(picked.roi.number);
    }
    drag = 'none';
  });
  on('pointercancel', () => {
    drag = 'none';
  });
  on('dblclick', () => useScene.setState({ camera: null }));
  on('contextmenu', (event) => event.preventDefault());
  on('wheel', (event) => {
    event.preventDefault();
    const camera = host.camera();
    if (camera === null) return;
    const factor = event.deltaY < 0 ? ZOOM_PER_NOTCH : 1 / ZOOM_PER_NOTCH;
    look(zoomScene(camera, element.clientWidth, element.clientHeight, ...place(event), factor));
  });
  return () => abort.abort();
}
