import { viewDirections } from '#shared/beamsEye/axes.ts';
import type { Place } from '#shared/beamsEye/edit/strokes.ts';
import { graticule } from '#shared/beamsEye/graticule.ts';
import { limiters } from '#shared/beamsEye/limiters.ts';
import { joined, turnDrawing, turnRing } from '#shared/beamsEye/shapes.ts';
import { add, scale as times, type Vec3 } from '#shared/geometry/vec.ts';
import { useDocument } from '#renderer/document/store.ts';
import { mountDrr } from '../drr/drrBackdrop.ts';
import { drrBehind } from '../drr/drrBehind.ts';
import { useDrrLook } from '../drr/drrStore.ts';
import { paintEdgeLetters } from '../plane/edgeLetters.ts';
import { useBeamView } from '../painters/beams/beamView.ts';
import { useContourView } from '../painters/contours/contourView.ts';
import { css } from '../painters/ink.ts';
import { type BeamsEyeState, useBeamsEye } from './beamsEyeStore.ts';
import { type Feedback, feedbackDrawing, GRIP, gripAt } from './feedback.ts';
import { fromCanvas, type Look, type Placement, placementOf, toCanvas } from './placement.ts';
import { paintDrawing } from './shapePainter.ts';
import { type ShownBeam, shownBeam, wholeField } from './shownBeam.ts';
import { shadowsOf } from './structureShadows.ts';

/** Structures may be cast for so long before a picture is shown, ms. */
const BUDGET = 12;

/** A running beam's-eye view. */
export interface BeamsEyeHost {
  readonly element: HTMLDivElement;
  shown(): ShownBeam | undefined;
  look(): Look;
  placement(): Placement;
  /** Degrees that collimator axes are turned by on the canvas, counter-clockwise. */
  turn(): number;
  /** A canvas position (CSS pixels) in collimator axes, mm. */
  placeAt(x: number, y: number): Place;
  /** Canvas position of the collimator's grip; undefined where the view turns with it. */
  grip(): readonly [number, number] | undefined;
  /** Keeps the picture where it is under a hand that drags, whatever the edit does to the field or to the room around the view. */
  hold(still: boolean): void;
  /** Shows what is under the hand, and words about it. */
  feedBack(next: Feedback, words: string): void;
  unmount(): void;
}

/**
 * Puts the view of the selected beam into `container`. What does not change while a leaf is dragged (background, structures, letters) has a
 * canvas of its own beneath that of graticule, leaves and jaws; each is painted only when something on it changed.
 */
export function mountBeamsEye(container: HTMLElement): BeamsEyeHost {
  const element = document.createElement('div');
  element.className = 'beams-eye-host';
  element.tabIndex = 0;
  const [back, front, hand] = ['back', 'front', 'hand'].map((name) => {
    const canvas = document.createElement('canvas');
    canvas.className = `beams-eye-${name}`;
    element.append(canvas);
    return canvas;
  });
  const words = document.createElement('div');
  words.className = 'beams-eye-readout';
  words.dataset.testid = 'beams-eye-readout';
  element.append(words);
  container.append(element);
  const drr = mountDrr(element);

  let frame = 0;
  let feedback: Feedback = {};
  let held: Placement | undefined;
  const painted = { back: '', front: '' };
  const stamps = new Map<unknown, number>();
  const stampOf = (value: unknown): number => {
    const stamp = stamps.get(value) ?? stamps.size + 1;
    if (stamps.size > 50) stamps.clear();
    stamps.set(value, stamp);
    return stamp;
  };

  const state = (): BeamsEyeState => useBeamsEye.getState();
  const shown = (): ShownBeam | undefined =>
    shownBeam(useDocument.getState().document?.plan, useBeamView.getState().selected, state().control);
  const look = (): Look => state().look ?? wholeFieldOf(shown());
  const placement = (): Placement => held ?? placementOf(look(), element.clientWidth, element.clientHeight);
  const turn = (): number => (state().upright === 'gantry' ? (shown()?.control.collimator ?? 0) : 0);

  const invalidate = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const draw = (): void => {
    frame = 0;
    const beam = shown();
    const place = placement();
    drr.show(drrBehind(beam, place, state().upright));
    if (beam === undefined || element.clientWidth < 2) return;
    const size = [element.clientWidth, element.clientHeight, window.devicePixelRatio].join(' ');
    const where = `${size} ${place.scale} ${place.left} ${place.top}`;
    element.dataset.view = `${place.scale} ${place.left} ${place.top} ${turn()}`;
    paintBack(beam, place, where);
    paintFront(beam, place, where);
    const context = cleared(hand);
    if (context === undefined) return;
    paintDrawing(context, place, feedbackDrawing(feedback, beam, reachOf(place, element), turn()));
    if (state().upright === 'gantry') paintGrip(context, place);
  };
  const paintFront = (beam: ShownBeam, place: Placement, where: string): void => {
    const key = `${where} ${stampOf(beam.control)} ${stampOf(beam.beam)} ${turn()}`;
    if (key === painted.front) return;
    painted.front = key;
    const context = cleared(front);
    if (context === undefined) return;
    const drawing = joined(
      limiters(beam.beam, beam.control, reachOf(place, element)),
      graticule(nearestEdge(place, element)),
    );
    paintDrawing(context, place, turnDrawing(drawing, turn()));
  };
  const paintGrip = (context: CanvasRenderingContext2D, place: Placement): void => {
    const [x, y] = toCanvas(place, ...turned(gripAt(nearestEdge(place, element)), turn()));
    element.dataset.grip = `${x} ${y}`;
    context.beginPath();
    context.arc(x, y, GRIP, 0, 2 * Math.PI);
    context.fillStyle = feedback.grip === true ? '#ffffff66' : '#0008';
    context.fill();
    context.strokeStyle = feedback.grip === true ? '#fff' : '#b8d2e6';
    context.lineWidth = 1.5;
    context.stroke();
    context.beginPath();
    context.arc(x, y, GRIP * 0.5, -2.4, 1.6);
    context.stroke();
  };
  const paintBack = (beam: ShownBeam, place: Placement, where: string): void => {
    const { structures } = useDocument.getState().document ?? {};
    const { hidden } = useContourView.getState();
    const upright = turn() - beam.control.collimator;
    const key = `${where} ${beam.frame?.join(' ')} ${upright} ${stampOf(structures)} ${stampOf(hidden)} ${state().structures}`;
    if (key === painted.back) return;
    const context = cleared(back);
    if (context === undefined || beam.frame === undefined) return;
    const rois = (structures?.rois ?? []).filter(
      ({ number, contours }) => state().structures && contours.length > 0 && !hidden.has(number),
    );
    const { cast, missing } = shadowsOf(rois, beam.frame, beam.beam.sourceAxisDistance, BUDGET);
    const target = beam.plan.prescription?.targetRoiNumber;
    paintDrawing(context, place, {
      shapes: cast.map(({ roi, rings }) => ({
        rings: upright === 0 ? rings : rings.map((ring) => turnRing(ring, upright)),
        closed: true,
        line: css(roi.color),
        width: roi.number === target ? 2.5 : 1.2,
      })),
      marks: [],
    });
    const [width, height] = [element.clientWidth, element.clientHeight];
    paintEdgeLetters(context, { ...canvasDirections(beam, upright), width, height });
    element.dataset.missing = String(missing);
    painted.back = missing === 0 ? key : '';
    if (missing > 0) invalidate();
  };
  const cleared = (canvas: HTMLCanvasElement): CanvasRenderingContext2D | undefined => {
    const context = canvas.getContext('2d', { willReadFrequently: true }) ?? undefined;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(element.clientWidth * ratio), Math.round(element.clientHeight * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context?.setTransform(ratio, 0, 0, ratio, 0, 0);
    context?.clearRect(0, 0, element.clientWidth, element.clientHeight);
    return context;
  };

  const stops = [useDocument, useBeamView, useContourView, useBeamsEye, useDrrLook].map((store) =>
    store.subscribe(invalidate),
  );
  const resizing = new ResizeObserver(invalidate);
  resizing.observe(element);
  invalidate();
  return {
    element,
    shown,
    look,
    placement,
    turn,
    placeAt: (x, y) => turned(fromCanvas(placement(), x, y), -turn()),
    grip: () => {
      const place = placement();
      if (state().upright !== 'gantry') return undefined;
      return toCanvas(place, ...turned(gripAt(nearestEdge(place, element)), turn()));
    },
    hold: (still) => {
      held = still ? placement() : undefined;
      invalidate();
    },
    feedBack: (next, text) => {
      feedback = next;
      if (words.textContent !== text) words.textContent = text;
      invalidate();
    },
    unmount() {
      cancelAnimationFrame(frame);
      for (const stop of stops) stop();
      resizing.disconnect();
      drr.dispose();
      element.remove();
    },
  };
}

const turned = (at: Place, degrees: number): [number, number] => {
  const [x, y] = turnRing(Float64Array.from(at), degrees);
  return [x, y];
};

const wholeFieldOf = (beam: ShownBeam | undefined): Look =>
  beam === undefined ? { middle: [0, 0], reach: 100 } : wholeField(beam.control);

/** mm from the axis to the furthest corner of the canvas. */
const reachOf = ({ scale, left, top }: Placement, { clientWidth, clientHeight }: HTMLElement): number =>
  Math.hypot(Math.max(left, clientWidth - left), Math.max(top, clientHeight - top)) / scale;

/** mm from the axis to the nearest edge of the canvas, so that the graticule's names stay on it; at least 50. */
const nearestEdge = ({ scale, left, top }: Placement, { clientWidth, clientHeight }: HTMLElement): number =>
  Math.max(50, Math.min(left, clientWidth - left, top, clientHeight - top) / scale - 4);

/** Directions of the patient along canvas x and y (down); `degrees` the view is turned from gantry axes. */
function canvasDirections({ frame }: ShownBeam, degrees: number): { readonly right: Vec3; readonly down: Vec3 } {
  if (frame === undefined) return { right: [0, 0, 0], down: [0, 0, 0] };
  const { right, up } = viewDirections(frame);
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return {
    right: add(times(right, c), times(up, -s)),
    down: times(add(times(right, s), times(up, c)), -1),
  };
}
