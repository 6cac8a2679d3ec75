import { propagateContours } from '#shared/registration/propagateContours.ts';
import { type JobHandlers, serveJobs } from '../jobs/backend.ts';
import type { FieldJobs } from './base.ts';

const handlers: JobHandlers<FieldJobs> = {
  propagate: ({ rois, ways, target }, { signal, onProgress }) =>
    rois.map(({ name, contours }, n) =>
      propagateContours(contours, ways, target, {
        name,
        signal,
        onProgress: (fraction) => onProgress((n + fraction) / rois.length),
      }),
    ),
};

serveJobs(handlers);
