import { create } from 'zustand';
import type { DepthWindow } from '#shared/drr/depthWindow.ts';
import { EVERYTHING } from '#shared/drr/depthWindow.ts';
import { PLAIN, type TissueWeights } from '#shared/drr/attenuation.ts';
import type { DrrRequest } from './drrRequest.ts';

export interface DrrLook {
  readonly shown: boolean;
  readonly weights: TissueWeights;
  readonly depth: DepthWindow;
  /** How far black and white are moved from the automatic tone, parts of its range; and how much narrower it is made. */
  readonly brightness: number;
  readonly contrast: number;
  /** Who casts them. */
  readonly by: DrrRequest['by'];
}

/** How radiographs are shown behind the beam's-eye view; never undoable. */
export const useDrrLook = create<DrrLook>(() => ({
  shown: true,
  weights: PLAIN,
  depth: EVERYTHING,
  brightness: 0,
  contrast: 1,
  by: 'automatic',
}));
