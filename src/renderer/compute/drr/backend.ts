import { IsocenterError } from '#shared/contract/errors.ts';
import { DrrSource } from '#shared/drr/computeDrr.ts';
import { type JobHandlers, serveJobs } from '../jobs/backend.ts';
import type { DrrJobs } from './base.ts';

let source: DrrSource | undefined;

const handlers: JobHandlers<DrrJobs> = {
  slab: (ct) => {
    source = new DrrSource(ct);
    return null;
  },
  cast: ({ view, settings }) => {
    if (source === undefined) throw new IsocenterError('INTERNAL', 'a radiograph was asked for before its CT');
    return source.cast(view, settings);
  },
};

serveJobs(handlers);
