import { JobClient } from '#renderer/compute/jobs/frontend.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { LoadRequest } from '../volumes/base.ts';
import type { LoadOptions } from '../volumes/frontend.ts';
import type { FourDJobs, ProjectionRequest } from './base.ts';

/**
 * Average, maximum or minimum over phases that are loaded from the archive one by one, in a worker of its own. Rejects with CANCELLED and
 * what loading or the projector throws.
 */
export async function projectPhases(
  phases: readonly LoadRequest[],
  wanted: readonly ProjectionRequest[],
  options: LoadOptions = {},
): Promise<ImageVolume[]> {
  const client = new JobClient<FourDJobs>(
    () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module', name: 'four-d' }),
  );
  try {
    return await client.call('project', { phases, wanted }, options);
  } finally {
    client.dispose();
  }
}
