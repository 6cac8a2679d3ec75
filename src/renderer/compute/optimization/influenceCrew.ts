import { InfluenceCrew, type InfluenceHost } from '#shared/optimization/influence/parallel/crew.ts';
import { pageWorkers } from '../jobs/pageWorkers.ts';

const host: InfluenceHost = pageWorkers(
  () => new Worker(new URL('./influenceBackend.ts', import.meta.url), { type: 'module' }),
);

/** Operators of an optimisation in workers of the page, or of the worker that this is called in; the owner must `close` it. */
export const influenceCrew = (size: number): InfluenceCrew => new InfluenceCrew(size, host);
