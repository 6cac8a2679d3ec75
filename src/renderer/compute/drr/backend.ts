import { IsocenterError } from '#shared/contract/errors.ts';
import type { CtVoxels } from '#shared/drr/attenuation.ts';
import { DrrSource } from '#shared/drr/computeDrr.ts';
import { halfTissues } from '#shared/drr/halfTissues.ts';
import { type JobHandlers, serveJobs } from '../jobs/backend.ts';
import type { DrrJobs } from './base.ts';

let slab: { readonly ct: CtVoxels; readonly source: DrrSource } | undefined;

function needSlab() {
  if (slab === undefined) throw new IsocenterError('INTERNAL', 'a radiograph was asked for before its CT');
  return slab;
}

const handlers: JobHandlers<DrrJobs> = {
  slab: (ct) => {
    slab = { ct, source: new DrrSource(ct) };
    return null;
  },
  tissues: ({ voxel }) => halfTissues(needSlab().ct, voxel),
  cast: ({ view, settings }) => needSlab().source.cast(view, settings),
};

serveJobs(handlers);
