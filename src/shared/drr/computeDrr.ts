import { attenuationOf, type CtVoxels, PLAIN, type TissueWeights } from './attenuation.ts';
import { castDrr } from './castDrr.ts';
import { type CastVolume, castVolume } from './castVolume.ts';
import { type DepthWindow, EVERYTHING } from './depthWindow.ts';
import { exactDrr } from './exactPath.ts';
import type { DrrView } from './view.ts';

export interface DrrSettings {
  readonly weights: TissueWeights;
  readonly depth: DepthWindow;
  /** Voxels are mean-pooled up to this size, mm; 0: as they are. */
  readonly voxel: number;
}

/** Everything there is, as it is. */
export const PLAIN_DRR: DrrSettings = { weights: PLAIN, depth: EVERYTHING, voxel: 0 };

/** A CT from which many pictures are taken; what they share is kept for the latest weights of each pooling. */
export class DrrSource {
  readonly #ct: CtVoxels;
  readonly #volumes = new Map<number, { readonly weights: TissueWeights; readonly volume: CastVolume }>();

  constructor(ct: CtVoxels) {
    this.#ct = ct;
  }

  /** The attenuation along each pixel's ray in mm of water, rows of the image one after the other. */
  cast(view: DrrView, { weights, depth, voxel }: DrrSettings): Float32Array {
    return (
      castDrr(this.#volume(weights, voxel), view, depth) ??
      exactDrr(attenuationOf(this.#ct, weights, voxel), view, depth)
    );
  }

  #volume(weights: TissueWeights, voxel: number): CastVolume {
    const known = this.#volumes.get(voxel);
    if (known !== undefined && known.weights.soft === weights.soft && known.weights.bone === weights.bone)
      return known.volume;
    const volume = castVolume(this.#ct, weights, voxel);
    this.#volumes.set(voxel, { weights, volume });
    return volume;
  }
}

export interface Drr {
  readonly view: DrrView;
  /** Attenuation along each pixel's ray in mm of water (weighted as asked), rows of the image one after the other. */
  readonly data: Float32Array;
}

/** One picture of a CT. @see DrrSource for many. */
export const computeDrr = (ct: CtVoxels, view: DrrView, settings: DrrSettings = PLAIN_DRR): Drr => ({
  view,
  data: new DrrSource(ct).cast(view, settings),
});
