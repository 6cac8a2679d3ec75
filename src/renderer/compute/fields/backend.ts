import { registerDeformably } from '#shared/registration/deformable.ts';
import { jacobian } from '#shared/registration/field/jacobian.ts';
import { propagateContours } from '#shared/registration/propagateContours.ts';
import { type JobHandlers, serveJobs } from '../jobs/backend.ts';
import { loadElastix } from '../registration/elastix.ts';
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
  deform: ({ fixed, moving, ...options }, { signal, onProgress }) =>
    registerDeformably(loadElastix, fixed, moving, { ...options, signal, onProgress }),
  jacobian: (deformation) => jacobian(deformation),
};

serveJobs(handlers);
