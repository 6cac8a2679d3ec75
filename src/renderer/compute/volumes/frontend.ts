import { JobClient } from '#renderer/compute/jobs/frontend.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { LoadRequest, VolumeJobs } from './base.ts';

export interface LoadOptions {
  readonly signal?: AbortSignal;
  /** 0..1. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Loads an image series from the archive as one volume, in a worker of its own so that two series load at once and their memory
 * goes when they are done. Rejects with the IsocenterError of fetching, decoding or geometry.
 */
export async function loadVolume(request: LoadRequest, options: LoadOptions = {}): Promise<ImageVolume> {
  const client = new JobClient<VolumeJobs>(
    () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module', name: 'volumes' }),
  );
  try {
    return await client.call('load', request, options);
  } finally {
    client.dispose();
  }
}
