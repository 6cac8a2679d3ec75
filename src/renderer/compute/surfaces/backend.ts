import { isodoseSurface } from '#shared/evaluation/isodoseSurface.ts';
import { roiSurface } from '#shared/structures/surfaceMesh.ts';
import { type JobHandlers, serveJobs } from '../jobs/backend.ts';
import type { SurfaceJobs } from './base.ts';

const handlers: JobHandlers<SurfaceJobs> = {
  roi: ({ contours, grid, name }) => roiSurface(contours, grid, name) ?? null,
  isodoses: ({ dose, levels }) => levels.map((level) => isodoseSurface(dose, level) ?? null),
};

serveJobs(handlers);
