import type { Vec3 } from '#shared/geometry/vec.ts';
import { add, length, scale as times, subtract } from '#shared/geometry/vec.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { createImagePlane, type ImagePlane } from '../layers/imageEngine.ts';
import { presentationOf } from '../layers/layerPresentation.ts';
import { useLayers } from '../layers/layers.ts';
import { currentPainters, onRepaint, requestRepaint } from '../overlayRegistry.ts';
import { extentAlong, gridCentre, planeAxes } from './planes.ts';
import type { PlaneId, PlaneView } from './planeView.ts';
import { cameraThrough, type PlaneCamera, planeViewOf } from './projection.ts';
import { shownAxes, shownPoint } from './tilt.ts';
import { useView } from '../viewStore.ts';

/** A plane's DOM and GPU viewport; made once per plane and moved between workspaces, so textures are kept. */
export interface PlaneHost {
  readonly id: PlaneId;
  readonly element: HTMLDivElement;
  /** The view now displayed; null while there is no image or no size. */
  view(): PlaneView | null;
  /** Puts the plane into `container`; returns its removal. */
  attach(container: HTMLElement): () => void;
}

/** What of the layers the GPU draws. */
const IMAGE_FIELDS = ['primary', 'secondary', 'comparison'] as const;

const hosts = new Map<PlaneId, PlaneHost>();

/** The host of a plane, made on first use. */
export function planeHost(id: PlaneId): PlaneHost {
  const known = hosts.get(id);
  if (known !== undefined) return known;
  const host = makeHost(id);
  hosts.set(id, host);
  return host;
}

/** The camera that shows `grid` through the crosshair with the plane's framing, on a canvas of this size. */
function cameraOf(id: PlaneId, width: number, height: number): PlaneCamera | null {
  const { grid, crosshair, framing, tilts } = useView.getState();
  if (grid === null || width < 2 || height < 2) return null;
  // Fitted as it stands untilted: an image that shrank while it is turned could not be judged.
  const standard = planeAxes(grid, id);
  const fit = Math.min(width / extentAlong(grid, standard.right), height / extentAlong(grid, standard.down));
  const axes = shownAxes(grid, id, tilts);
  const { zoom, pan } = framing[id];
  const centre: Vec3 = add(gridCentre(grid), add(times(axes.right, pan[0]), times(axes.down, pan[1])));
  return cameraThrough({ id, axes, centre, scale: fit * zoom, width, height }, shownPoint(grid, id, tilts, crosshair));
}

/** The view as data attributes, from which tests compute where a patient point lies on the page. */
function describeView(element: HTMLElement, view: PlaneView | null): void {
  const numbers = (values: readonly number[]): string => values.join(' ');
  element.dataset.view =
    view === null
      ? ''
      : [view.point, view.right, view.down, [view.scale, view.width, view.height]].map(numbers).join(' ');
}

/** Whether a camera shows exactly what a view shows, to a millionth of a mm. */
function sameView(view: PlaneView, { centre, axes, scale, width, height }: PlaneCamera): boolean {
  const close = (a: Vec3, b: Vec3): boolean => length(subtract(a, b)) < 1e-6;
  return (
    view.scale === scale &&
    view.width === width &&
    view.height === height &&
    close(view.point, centre) &&
    close(view.right, axes.right) &&
    close(view.down, axes.down)
  );
}

function makeHost(id: PlaneId): PlaneHost {
  const element = document.createElement('div');
  element.className = 'plane-host';
  element.dataset.plane = id;
  const images = document.createElement('div');
  images.className = 'plane-images';
  const overlay = document.createElement('canvas');
  overlay.className = 'plane-overlay';
  element.append(images, overlay);

  let plane: ImagePlane | undefined;
  let view: PlaneView | null = null;
  let layerIds: readonly string[] = [];
  /** While another primary image is on its way in, the one of before is hidden: overlays and camera are the new one's already. */
  let switching = false;
  let settingLayers: Promise<void> = Promise.resolve();
  /** Changes of layers that are under way. */
  let settling = 0;

  const fail = (error: unknown): void => setMessage(errorWords(error), 'error');

  const present = (): void => {
    const { primary, secondary } = useLayers.getState();
    for (const layer of [primary, secondary]) if (layer !== null) plane?.present(layer.volumeId, presentationOf(layer));
  };

  /** Follows view state; `force` after changes of size or layers, which the camera does not show. */
  const applyCamera = (force: boolean): void => {
    const camera = cameraOf(id, element.clientWidth, element.clientHeight);
    const before = view;
    view = camera === null ? null : planeViewOf(camera);
    describeView(element, view);
    requestRepaint();
    // Scrolling one plane moves the crosshair in the others but not their slice: drawing those images again would double the work.
    if (camera === null || plane === undefined || switching || (!force && before !== null && sameView(before, camera)))
      return;
    try {
      plane.setCamera(camera);
      images.style.visibility = 'visible';
    } catch (error) {
      // An image that is not where its overlays are must not be looked at.
      images.style.visibility = 'hidden';
      fail(error);
    }
  };

  /** Brings the viewport's volumes in line with the layers; calls queue up because cornerstone adds them asynchronously. */
  const syncLayers = (): void => {
    if (plane === undefined) return;
    const target = plane;
    const { primary, secondary } = useLayers.getState();
    const wanted = [primary, secondary].filter((layer) => layer !== null).map((layer) => layer.volumeId);
    if (wanted.join() === layerIds.join()) {
      // Volumes on their way in are presented when they are there.
      if (settling > 0) return;
      present();
      target.render();
      return;
    }
    if (wanted[0] !== layerIds[0]) {
      switching = true;
      images.style.visibility = 'hidden';
    }
    layerIds = wanted;
    settling++;
    settingLayers = settingLayers
      .then(async () => {
        if (layerIds !== wanted) return;
        await target.setLayers(wanted);
        if (layerIds !== wanted) return;
        switching = false;
        present();
        applyCamera(true);
        element.dataset.layers = String(wanted.length);
      })
      .catch(fail)
      .finally(() => settling--);
  };

  const paint = (): void => {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(element.clientWidth * ratio), Math.round(element.clientHeight * ratio)];
    if (overlay.width !== width) overlay.width = width;
    if (overlay.height !== height) overlay.height = height;
    // Rasterized by the CPU: contours are many small antialiased paths, which a GPU canvas would tessellate anew each frame.
    const context = overlay.getContext('2d', { willReadFrequently: true });
    if (context === null) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    if (view === null) return;
    for (const painter of currentPainters()) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.save();
      try {
        painter.paint(context, view);
      } catch (error) {
        fail(error);
      }
      context.restore();
    }
  };

  const resized = (): void => {
    if (element.clientWidth < 2 || element.clientHeight < 2) return;
    if (plane === undefined) {
      plane = createImagePlane(id, images);
      syncLayers();
    } else plane.resize();
    applyCamera(true);
  };

  new ResizeObserver(() => {
    try {
      resized();
    } catch (error) {
      fail(error);
    }
  }).observe(element);
  useView.subscribe((state, before) => {
    const moved = state.grid !== before.grid || state.crosshair !== before.crosshair || state.tilts !== before.tilts;
    if (moved || state.framing[id] !== before.framing[id]) applyCamera(false);
    else if (state.crosshairVisible !== before.crosshairVisible) requestRepaint();
  });
  useLayers.subscribe((state, before) => {
    // The wash is drawn on the overlay: while a dose follows the hand, the images stay as they are.
    if (IMAGE_FIELDS.some((field) => state[field] !== before[field])) syncLayers();
  });
  onRepaint(() => {
    if (element.isConnected) paint();
  });

  return {
    id,
    element,
    view: () => view,
    attach(container) {
      container.append(element);
      return () => {
        if (element.parentElement === container) element.remove();
      };
    },
  };
}
