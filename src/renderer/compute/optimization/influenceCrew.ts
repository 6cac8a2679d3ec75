import { InfluenceCrew } from '#shared/optimization/influence/parallel/crew.ts';
import { pageWorkers } from '../jobs/pageWorkers.ts';

/** Operators of an optimisation in workers of the page, or of the worker that this is called in; the owner must `close` it. */
export const influenceCrew = (size: number): InfluenceCrew =>
  new InfluenceCrew(
    size,
    pageWorkers(() => new Worker(new URL('./influenceBackend.ts', import.meta.url), { type: 'module' })),
  );
