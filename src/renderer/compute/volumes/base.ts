import type { ImageVolume } from '#shared/model/image.ts';

export interface LoadRequest {
  /** Whose series, as the archive names patients. */
  readonly patientKey: string;
  /** Study and Series Instance UID. */
  readonly study: string;
  readonly series: string;
  /** Instances the archive lists, for progress and as a check that all came. */
  readonly instances: number;
  /** Of a series that holds several phases of the same planes: which, from 0; the first unless said. */
  readonly phase?: number;
}

/** Jobs of the volume worker: fetch an image series, prove its geometry, decode it. */
export type VolumeJobs = {
  readonly load: { readonly input: LoadRequest; readonly output: ImageVolume };
};
