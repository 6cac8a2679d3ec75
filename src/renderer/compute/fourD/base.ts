import type { Projection } from '#shared/fourD/project.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { LoadRequest } from '../volumes/base.ts';

/** A volume over all phases, and what it is to be called. */
export interface ProjectionRequest {
  readonly kind: Projection;
  readonly seriesInstanceUid: string;
  readonly seriesDescription: string;
}

/** Jobs of the worker that folds the phases of a 4D-CT into one volume. */
export type FourDJobs = {
  readonly project: {
    readonly input: { readonly phases: readonly LoadRequest[]; readonly wanted: readonly ProjectionRequest[] };
    readonly output: ImageVolume[];
  };
};
