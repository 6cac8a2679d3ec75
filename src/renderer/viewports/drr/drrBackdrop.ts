import { DrrCrew } from '#renderer/compute/drr/frontend.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { type DrrTone, greyPixels, toneOf } from '#shared/drr/tone.ts';
import type { DrrView } from '#shared/drr/view.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import {
  adjusted,
  type DrrFineness,
  type DrrRequest,
  MOVING,
  RESTING,
  samePicture,
  TONE,
  viewFilling,
} from './drrRequest.ts';
import { drrCard } from './drrCard.ts';
import type { GpuDrr } from './gpuDrr.ts';

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
  readonly fine: boolean;
  readonly by: 'gpu' | 'workers';
  paint(tone: DrrTone): void;
}

/**
 * Puts a canvas that fills `container` into it. Its `data-drr` says what it shows: `none`, `moving`, `resting`, or `failed`, then with
 * the reason as its title; `data-by` says whether the graphics card or workers cast it.
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

  const card = drrCard(() => {
    shown = undefined;
    follow();
  });
  const crewOf = (ct: ImageVolume): DrrCrew => {
    if (crew?.ct !== ct) {
      crew?.workers.dispose();
      crew = { ct, workers: new DrrCrew(ct) };
    }
    return crew.workers;
  };
  const cast = async (request: DrrRequest, fineness: DrrFineness): Promise<void> => {
    const viewOf = (how: DrrFineness): DrrView =>
      viewFilling(request, container.clientWidth, container.clientHeight, window.devicePixelRatio || 1, how);
    const { weights, depth } = request;
    const workers = crewOf(request.ct);
    const gpu = card.ready(request, workers);
    const how = gpu === undefined ? fineness : TONE;
    // The automatic tone stays while the beam moves: else brightness would breathe under the hand.
    const of = JSON.stringify([weights, String(depth.near), String(depth.far)]);
    const toned = tone?.of === of && fineness === MOVING;
    const data =
      gpu !== undefined && toned ? undefined : await workers.cast(viewOf(how), { weights, depth, voxel: how.voxel });
    if (wanted === undefined) return;
    if (data !== undefined && !toned) tone = { of, tone: toneOf(data) };
    const view = viewOf(gpu === undefined ? how : RESTING);
    const fine = fineness === RESTING;
    paint(
      gpu === undefined && data !== undefined
        ? { request, fine, by: 'workers', paint: (inTone) => putGrey(canvas, data, view.size, inTone) }
        : {
            request,
            fine,
            by: 'gpu',
            paint: (inTone) => gpu !== undefined && copyOf(gpu, view, request, inTone, canvas),
          },
    );
  };
  const paint = (picture: Picture): void => {
    shown = picture;
    const { request, fine, by } = picture;
    if (tone !== undefined) picture.paint(adjusted(tone.tone, request));
    Object.assign(canvas.dataset, { drr: fine ? 'resting' : 'moving', soft: String(request.weights.soft), by });
  };
  const next = (fineness: DrrFineness): void => {
    if (busy || wanted === undefined || container.clientWidth < 2 || container.clientHeight < 2) return;
    const request = wanted;
    busy = true;
    cast(request, fineness)
      .catch((error: unknown) => {
        if (error instanceof IsocenterError && error.code === 'CANCELLED') return;
        // Not tried again until something changes.
        shown = { request, fine: true, by: 'workers', paint: () => undefined };
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
      card.dispose();
      canvas.remove();
    },
  };
}

function putGrey(
  canvas: HTMLCanvasElement,
  data: Float32Array,
  [columns, rows]: readonly [number, number],
  tone: DrrTone,
): void {
  [canvas.width, canvas.height] = [columns, rows];
  canvas.getContext('2d')?.putImageData(new ImageData(greyPixels(data, tone), columns, rows), 0, 0);
}

function copyOf(gpu: GpuDrr, view: DrrView, request: DrrRequest, tone: DrrTone, canvas: HTMLCanvasElement): void {
  gpu.draw(view, request, tone);
  [canvas.width, canvas.height] = view.size;
  canvas.getContext('2d')?.drawImage(gpu.canvas, 0, 0);
}
