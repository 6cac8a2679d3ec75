import { errorWords } from '#shared/contract/errors.ts';
import { invertRigid, transformVector } from '#shared/geometry/affine.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { length, subtract } from '#shared/geometry/vec.ts';
import { coarseSurface } from '#renderer/compute/surfaces/frontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { useBeamsEye } from '../beamsEye/beamsEyeStore.ts';
import { useLayers } from '../layers/layers.ts';
import { useBeamView } from '../painters/beams/beamView.ts';
import { useContourView } from '../painters/contours/contourView.ts';
import { useComparedDoses } from '../painters/dose/comparedDoses.ts';
import { useIsodoseView } from '../painters/dose/isodoseView.ts';
import { useView } from '../viewStore.ts';
import { type Box, fitScene, lookFrom, orbit, reachOf, type SceneCamera } from './camera.ts';
import { lightFieldSurfaces } from './lightFieldScene.ts';
import { beamSurfaces, isodoseSurfaces, makeSlices, patientBox, roiSurfaces, type ShownRoi } from './sceneContent.ts';
import { paintSceneOverlay } from './sceneOverlay.ts';
import { createSceneRenderer, type ScenePicture, type SceneRenderer, type SceneSurface } from './sceneRenderer.ts';
import { roomBox, roomSurfaces } from './room/roomContent.ts';
import { useScene } from './sceneStore.ts';
import { supplySurfaces } from './surfaceSupply.ts';

/** The view of a fresh scene: from the front, a little from the left and from above, px of a drag. */
const FIRST_TURN = [-70, 45] as const;
const ROOM_TURN = [60, 50] as const;
/** A linac's source is a metre away: depth reaches this far beyond the patient, mm. */
const BEYOND = 1400;

/** A view has rested when nothing moved it for this long, ms. */
const REST = 250;
/** Least time between pictures that follow the planes, ms. */
const FOLLOW = { hardware: 80, software: 150 } as const;

/** A running 3-D view. */
export interface SceneHost {
  readonly element: HTMLDivElement;
  camera(): SceneCamera | null;
  /** The ROI surfaces and slices on screen. */
  rois(): readonly ShownRoi[];
  slices(): ScenePicture['slices'];
  /** The view is on the move: a software renderer draws coarse surfaces until it has rested. */
  moving(): void;
  /** Takes the view off the page and frees all it held. */
  unmount(): void;
}

/** Whether beams are drawn in the 3-D view. */
const beamsShown = (): boolean => useScene.getState().beams ?? useBeamView.getState().visible;

/** The room round the selected beam. */
function roomOf({ plan, structures }: ClinicalDocument): readonly SceneSurface[] {
  const { selected } = useBeamView.getState();
  const beam = plan?.beams.find(({ number }) => number === selected) ?? plan?.beams[0];
  if (plan === undefined || beam === undefined) return [];
  return roomSurfaces(plan, beam, useBeamsEye.getState().control, structures);
}

/** The camera of a fresh scene. */
function firstCamera(box: Box, width: number, height: number): SceneCamera {
  const turned = orbit(fitScene(lookFrom('A'), box, width, height), ...FIRST_TURN);
  return fitScene({ right: turned.right, down: turned.down }, box, width, height);
}

/** The camera of a fresh room: somebody at the couch's end who looks towards the gantry, a little from the side and above. */
function roomCamera(box: Box, width: number, height: number): SceneCamera {
  const toPatient = iecFromPatient(useDocument.getState().document?.plan?.patientPosition ?? '');
  const { right, down } =
    toPatient === undefined
      ? lookFrom('F')
      : {
          right: transformVector(invertRigid(toPatient), [1, 0, 0]),
          down: transformVector(invertRigid(toPatient), [0, 0, -1]),
        };
  const turned = orbit(fitScene({ right, down }, box, width, height), ...ROOM_TURN);
  return fitScene({ right: turned.right, down: turned.down }, box, width, height);
}

/** Puts a 3-D view of the open document into `container`; it draws when something changed and never otherwise. */
export function mountScene(container: HTMLElement): SceneHost {
  const element = document.createElement('div');
  element.className = 'scene-host';
  const canvas = document.createElement('canvas');
  const overlay = document.createElement('canvas');
  overlay.className = 'plane-overlay';
  element.append(canvas, overlay);
  container.append(element);

  let frame = 0;
  let movedAt = Number.NEGATIVE_INFINITY;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let later: ReturnType<typeof setTimeout> | undefined;
  let renderer: SceneRenderer | null = null;
  let box: Box | null = null;
  const slicesNow = makeSlices();
  const supply = supplySurfaces(() => invalidate());
  const fail = (error: unknown): void => setMessage(`the 3-D view: ${errorWords(error)}`, 'error');

  const cameraNow = (): SceneCamera | null => {
    const [width, height] = [element.clientWidth, element.clientHeight];
    if (box === null || width < 2 || height < 2) return null;
    const { camera, paneSize } = useScene.getState();
    if (camera === null)
      return useScene.getState().room ? roomCamera(box, width, height) : firstCamera(box, width, height);
    return { ...camera, scale: (camera.scale * Math.min(width, height)) / paneSize };
  };

  const draw = (): void => {
    frame = 0;
    const clinical = useDocument.getState().document;
    const camera = cameraNow();
    element.dataset.missing = String(supply.missing());
    if (clinical === null || camera === null || renderer === null || box === null) return;
    const [width, height] = [element.clientWidth, element.clientHeight];
    const ratio = window.devicePixelRatio || 1;
    const { isodoses, room } = useScene.getState();
    const beams = beamsShown();
    const middle = fitScene(camera, box, width, height).centre;
    const reach = reachOf(box) + length(subtract(camera.centre, middle)) + BEYOND;
    const surfaces = [
      ...roiSurfaces(supply),
      ...isodoseSurfaces(supply, clinical),
      ...(beams && clinical.plan !== undefined ? beamSurfaces(clinical.plan, useBeamView.getState().selected) : []),
      ...(beams ? lightFieldSurfaces(clinical, useBeamView.getState().selected) : []),
      ...(room ? roomOf(clinical) : []),
    ];
    const coarse = renderer.software
      ? surfaces.map((surface) => ({ ...surface, mesh: coarseSurface(surface.mesh) }))
      : surfaces;
    const [shown, other] = performance.now() - movedAt < REST ? [coarse, surfaces] : [surfaces, coarse];
    const kept = other.map(({ mesh }) => mesh);
    renderer.draw({ camera, width, height, ratio, reach, surfaces: shown, kept, slices: slicesNow() });
    element.dataset.view = [camera.centre, camera.right, camera.down, [camera.scale, width, height]]
      .map((values) => values.join(' '))
      .join(' ');
    element.dataset.surfaces = String(surfaces.length);
    const context = overlay.getContext('2d');
    if (context === null) return;
    overlay.width = Math.round(width * ratio);
    overlay.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const coming = supply.missing();
    paintSceneOverlay(context, { camera, width, height, document: clinical, beams, doses: isodoses.size > 0, coming });
  };

  /** Draws in the next animation frame; any number of calls make one picture. */
  const invalidate = (): void => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      try {
        draw();
      } catch (error) {
        fail(error);
      }
    });
  };

  const moving = (): void => {
    movedAt = performance.now();
    clearTimeout(resting);
    if (renderer?.software === true) resting = setTimeout(invalidate, REST);
  };

  /** The planes come first: pictures after the crosshair and the window are taken at most so often. */
  const follow = (): void => {
    if (later !== undefined) return;
    later = setTimeout(
      () => {
        later = undefined;
        moving();
        invalidate();
      },
      renderer?.software === true ? FOLLOW.software : FOLLOW.hardware,
    );
  };

  const changed = (): void => {
    supply.request();
    invalidate();
  };

  const start = (): void => {
    try {
      renderer = createSceneRenderer(canvas);
      invalidate();
    } catch (error) {
      fail(error);
    }
  };

  const measure = (): void => {
    const { document } = useDocument.getState();
    const patient = document === null ? null : patientBox(document);
    box = patient !== null && useScene.getState().room ? roomBox(patient, document?.plan) : patient;
  };

  canvas.addEventListener('webglcontextlost', (event) => event.preventDefault());
  canvas.addEventListener('webglcontextrestored', start);
  const resizing = new ResizeObserver(invalidate);
  resizing.observe(element);
  const stops = [
    useDocument.subscribe((state, before) => {
      if (state.document === before.document) return;
      if (state.document?.primary !== before.document?.primary) {
        measure();
        useScene.setState({ camera: null });
      }
      changed();
    }),
    ...[useContourView, useIsodoseView, useComparedDoses].map((store) => store.subscribe(changed)),
    useScene.subscribe((state, before) => {
      if (state.room !== before.room) measure();
      if (state.isodoses === before.isodoses) invalidate();
      else changed();
    }),
    useBeamsEye.subscribe(invalidate),
    useBeamView.subscribe(invalidate),
    useView.subscribe((state, before) => {
      if (state.crosshair !== before.crosshair) follow();
    }),
    useLayers.subscribe((state, before) => {
      if (state.primary !== before.primary) follow();
    }),
  ];
  measure();
  start();
  changed();

  return {
    element,
    camera: cameraNow,
    rois: () => roiSurfaces(supply),
    slices: slicesNow,
    moving,
    unmount() {
      cancelAnimationFrame(frame);
      clearTimeout(resting);
      clearTimeout(later);
      for (const stop of stops) stop();
      resizing.disconnect();
      supply.stop();
      renderer?.dispose();
      renderer = null;
      element.remove();
    },
  };
}
