import type { DrrCrew } from '#renderer/compute/drr/frontend.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { DrrRequest } from './drrRequest.ts';
import { createGpuDrr, type GpuDrr } from './gpuDrr.ts';

/** Bytes of texture that a patient may take. */
const MEMORY = 768e6;

/** The graphics card, as far as there is one and it holds the patient. */
export interface DrrCard {
  /** The card when it can draw this request; else undefined, and where it is wanted the patient is on the way to it. */
  ready(request: Pick<DrrRequest, 'ct' | 'by'>, workers: DrrCrew): GpuDrr | undefined;
  dispose(): void;
}

/** @param onChange called when the card has become ready, or has been lost. */
export function drrCard(onChange: () => void): DrrCard {
  let gpu: GpuDrr | undefined;
  let tried = false;
  let ended = false;
  let [asked, held]: [ImageVolume | undefined, ImageVolume | undefined] = [undefined, undefined];
  const give = (): void => {
    gpu?.dispose();
    [gpu, held] = [undefined, undefined];
  };
  const lost = (): void => {
    // It stays lost for this view: a card that failed once would fail again under the hand.
    give();
    if (!ended) onChange();
  };
  const load = (ct: ImageVolume, workers: DrrCrew): void => {
    asked = ct;
    held = undefined;
    workers
      .tissues(voxelFor(ct))
      .then((parts) => {
        if (ended || asked !== ct || gpu === undefined) return;
        gpu.load(parts);
        held = ct;
        onChange();
      })
      // Workers cast on: nothing is lost but time.
      .catch(lost);
  };
  return {
    ready({ ct, by }, workers) {
      if (by === 'workers') return undefined;
      if (!tried) {
        tried = true;
        gpu = createGpuDrr(lost);
      }
      if (gpu === undefined || (gpu.software && by !== 'gpu')) return undefined;
      if (asked !== ct) load(ct, workers);
      return held === ct ? gpu : undefined;
    },
    dispose() {
      ended = true;
      give();
    },
  };
}

/** Up to which size (mm) voxels are pooled so that the texture fits; 0: not at all. */
function voxelFor({ dims, spacing }: ImageVolume): number {
  const [x, y] = spacing;
  const bytes = 4 * dims[0] * dims[1] * dims[2];
  return bytes <= MEMORY ? 0 : bytes <= 4 * MEMORY ? 2 * Math.max(x, y) : 4 * Math.max(x, y);
}
