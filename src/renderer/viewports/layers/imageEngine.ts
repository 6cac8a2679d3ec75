import * as cornerstone from '@cornerstonejs/core';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { COLORMAPS } from './colormaps.ts';
import type { PlaneId } from '../plane/planeView.ts';
import { type PlaneCamera, planeViewOf } from '../plane/projection.ts';

const ENGINE_ID = 'isocenter-planes';
const CACHE_BYTES = 4 * 1024 ** 3;

/** How one volume is shown: window in stored values, opacity 0..1, colour map by name (undefined = grey). */
export interface LayerPresentation {
  readonly lower: number;
  readonly upper: number;
  readonly opacity: number;
  readonly visible: boolean;
  readonly colormap?: string;
}

/** One cornerstone3D planar viewport: image layers of one plane under our camera. */
export interface ImagePlane {
  /** Shows these volumes, the first underneath; an empty list clears the plane. */
  setLayers(volumeIds: readonly string[]): Promise<void>;
  present(volumeId: string, presentation: LayerPresentation): void;
  /** Applies the camera and checks that cornerstone's projection is the camera's within 0.05 CSS pixel. */
  setCamera(camera: PlaneCamera): void;
  resize(): void;
  render(): void;
}

let engine: cornerstone.RenderingEngine | undefined;

/** Starts cornerstone once: colour maps, cache size, one engine whose planes share one GPU context and its textures. */
function renderingEngine(): cornerstone.RenderingEngine {
  if (engine !== undefined) return engine;
  cornerstone.init();
  cornerstone.cache.setMaxCacheSize(CACHE_BYTES);
  for (const map of COLORMAPS)
    cornerstone.utilities.colormap.registerColormap({
      name: map.name,
      Name: map.name,
      ColorSpace: 'RGB',
      RGBPoints: map.points.flat(),
    } as unknown as Parameters<typeof cornerstone.utilities.colormap.registerColormap>[0]);
  engine = new cornerstone.RenderingEngine(ENGINE_ID);
  return engine;
}

const point = (v: Vec3): cornerstone.Types.Point3 => [v[0], v[1], v[2]];
const negative = (v: Vec3): cornerstone.Types.Point3 => [-v[0], -v[1], -v[2]];

/** Makes a plane's viewport in `element`, which must be in the document and have a size. */
export function createImagePlane(id: PlaneId, element: HTMLDivElement): ImagePlane {
  const owner = renderingEngine();
  owner.enableElement({ viewportId: id, element, type: cornerstone.Enums.ViewportType.PLANAR_NEXT });
  const viewport = owner.getViewport(id) as unknown as cornerstone.PlanarViewport;
  let shown: readonly string[] = [];

  const setLayers = async (volumeIds: readonly string[]): Promise<void> => {
    for (const gone of shown.filter((known) => !volumeIds.includes(known))) viewport.removeData(gone);
    shown = volumeIds;
    if (volumeIds.length > 0) {
      for (const volumeId of volumeIds) {
        const imageIds = cornerstone.cache.getVolume(volumeId)?.imageIds;
        if (imageIds === undefined)
          throw new IsocenterError('INTERNAL', 'volume is not registered', { object: volumeId });
        cornerstone.utilities.genericViewportDisplaySetMetadataProvider.add(volumeId, {
          kind: 'planar',
          imageIds,
          volumeId,
        });
      }
      const orientation = viewport.getViewState().orientation;
      await viewport.setDisplaySets(...volumeIds.map((displaySetId) => ({ displaySetId, options: { orientation } })));
    }
    viewport.render();
  };

  const present = (volumeId: string, p: LayerPresentation): void => {
    if (!shown.includes(volumeId)) return;
    viewport.setDisplaySetPresentation(volumeId, {
      visible: p.visible,
      opacity: p.opacity,
      voiRange: { lower: p.lower, upper: p.upper },
      ...(p.colormap === undefined ? {} : { colormap: { name: p.colormap } }),
    });
    drawInOrder(viewport, volumeId);
    viewport.render();
  };

  const setCamera = (camera: PlaneCamera): void => {
    if (shown.length === 0) return;
    const { right, down, normal } = camera.axes;
    viewport.setViewState({
      // cornerstone's view-plane normal points at the viewer, ours into the screen.
      orientation: { viewPlaneNormal: negative(normal), viewUp: negative(down) },
      slice: { kind: 'volumePoint', sliceWorldPoint: point(camera.centre) },
      anchorWorld: point(camera.centre),
      anchorCanvas: [0.5, 0.5],
    });
    const fit = viewport.getResolvedView()?.getSliceBasis().fitParallelScale;
    if (fit === undefined) return;
    // parallelScale is half the canvas height in mm; cornerstone wants it as a zoom over its own fit.
    viewport.setViewState({ scale: fit / (camera.height / 2 / camera.scale), scaleMode: 'fit' });
    verifyProjection(viewport, camera, right);
    viewport.render();
  };

  return { setLayers, present, setCamera, resize: () => owner.resize(true, true), render: () => viewport.render() };
}

/**
 * Takes the layer out of vtk.js' order-independent translucent pass, whose weight a·(1.1 − z)² is clamped at 0.01: layers that lie
 * deep in the clipping range came out with 0.11 instead of 0.20 opacity. As "opaque" it is blended over the layers before it.
 */
function drawInOrder(viewport: cornerstone.PlanarViewport, volumeId: string): void {
  const actor = viewport.getActors().find((entry) => entry.referencedId === volumeId)?.actor;
  const slice = actor as unknown as { setForceOpaque?: (value: boolean) => boolean } | undefined;
  if (slice?.setForceOpaque === undefined)
    throw new IsocenterError('INTERNAL', 'a layer cannot be drawn in order: its opacity would be wrong', {
      object: volumeId,
    });
  slice.setForceOpaque(true);
}

/** Overlays are drawn with our projection, images with cornerstone's: if the two ever differ, contours would lie. Say so. */
function verifyProjection(viewport: cornerstone.PlanarViewport, camera: PlaneCamera, right: Vec3): void {
  const view = planeViewOf(camera);
  for (const [x, y] of [
    [0, 0],
    [camera.width, camera.height],
  ]) {
    // biome-ignore format: two corners
    const [cx, cy] = viewport.worldToCanvas(point(view.toPatient(x, y)));
    if (Math.hypot(cx - x, cy - y) > 0.05)
      throw new IsocenterError(
        'GEOMETRY',
        `the ${camera.id} image is drawn ${Math.hypot(cx - x, cy - y).toFixed(2)} px away from its overlays`,
        { object: `${camera.id} plane (right ${right.join(',')})` },
      );
  }
}
