import { DrrCrew } from '#renderer/compute/drr/frontend.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { type DrrTone, greyPixels, toneOf } from '#shared/drr/tone.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import {
  adjusted,
  type DrrFineness,
  type DrrRequest,
  MOVING,
  RESTING,
  samePicture,
  viewFilling,
} from './drrRequest.ts';

/** The hand rests when nothing was asked for so long, ms. */
const REST = 180;

/** A canvas with a radiograph, to lie beneath others. */
export interface DrrBackdrop {
  readonly element: HTMLElement;
  /** Shows this from now on, or nothing; the picture follows as fast as it can be cast, the newest request first. */
  show(request: DrrRequest | undefined): void;
  /** Ends the workers and takes the canvas away. */
  dispose(): void;
}

interface Picture {
  readonly request: DrrRequest;
  readonly data: Float32Array;
  readonly size: readonly [number, number];
  readonly fine: boolean;
}

/**
 * Puts a canvas that fills `container` into it. Its `data-drr` says what it shows: `none`, `moving`, `resting`, or `failed`, then with
 * the reason as its title.
 */
export function mountDrr(container: HTMLElement): DrrBackdrop {
  const canvas = document.createElement('canvas');
  canvas.className = 'drr-backdrop';
  canvas.dataset.drr = 'none';
  container.prepend(canvas);
  let wanted: DrrRequest | undefined;
  let crew: { readonly ct: ImageVolume; readonly workers: DrrCrew } | undefined;
  let busy = false;
  let timer = 0;
  // What the canvas shows.
  let shown: Picture | undefined;
  let tone: { readonly of: string; readonly tone: DrrTone } | undefined;

  const crewOf = (ct: ImageVolume): DrrCrew => {
    if (crew?.ct !== ct) {
      crew?.workers.dispose();
      crew = { ct, workers: new DrrCrew(ct) };
    }
    return crew.workers;
  };
  const cast = async (request: DrrRequest, fineness: DrrFineness): Promise<void> => {
    const [width, height] = [container.clientWidth, container.clientHeight];
    const view = viewFilling(request, width, height, window.devicePixelRatio || 1, fineness);
    const { weights, depth } = request;
    const data = await crewOf(request.ct).cast(view, { weights, depth, voxel: fineness.voxel });
    if (wanted === undefined) return;
    // The automatic tone stays while the beam moves: else brightness would breathe under the hand.
    const of = JSON.stringify([weights, String(depth.near), String(depth.far)]);
    if (tone?.of !== of || fineness === RESTING) tone = { of, tone: toneOf(data) };
    paint({ request, data, size: view.size, fine: fineness === RESTING });
  };
  const paint = (picture: Picture): void => {
    shown = picture;
    const { data, size, request, fine } = picture;
    if (tone === undefined) return;
    [canvas.width, canvas.height] = size;
    const pixels = new ImageData(greyPixels(data, adjusted(tone.tone, request)), size[0], size[1]);
    canvas.getContext('2d')?.putImageData(pixels, 0, 0);
    canvas.dataset.drr = fine ? 'resting' : 'moving';
    canvas.dataset.soft = String(request.weights.soft);
  };
  const next = (fineness: DrrFineness): void => {
    if (busy || wanted === undefined || container.clientWidth < 2 || container.clientHeight < 2) return;
    const request = wanted;
    busy = true;
    cast(request, fineness)
      .catch((error: unknown) => {
        if (error instanceof IsocenterError && error.code === 'CANCELLED') return;
        // Not tried again until something changes.
        shown = { request, data: new Float32Array(1), size: [1, 1], fine: true };
        canvas.dataset.drr = 'failed';
        canvas.title = describeError(error);
      })
      .finally(() => {
        busy = false;
        follow();
      });
  };
  /** Casts what the canvas does not show yet. */
  const follow = (): void => {
    window.clearTimeout(timer);
    if (wanted === undefined) return;
    if (shown === undefined || !samePicture(shown.request, wanted)) next(MOVING);
    else {
      if (shown.request !== wanted) paint({ ...shown, request: wanted });
      if (!shown.fine) timer = window.setTimeout(() => next(RESTING), REST);
    }
  };
  const resizing = new ResizeObserver(() => {
    shown = undefined;
    follow();
  });
  resizing.observe(container);

  return {
    element: canvas,
    show(request) {
      wanted = request;
      canvas.hidden = request === undefined;
      if (request === undefined) {
        canvas.dataset.drr = 'none';
        shown = undefined;
      }
      follow();
    },
    dispose() {
      window.clearTimeout(timer);
      wanted = undefined;
      resizing.disconnect();
      crew?.workers.dispose();
      canvas.remove();
    },
  };
}
