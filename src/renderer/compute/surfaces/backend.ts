import { isodoseSurface } from '#shared/evaluation/isodoseSurface.ts';
import { roiSurface } from '#shared/structures/surfaces/surfaceMesh.ts';
import { type JobHandlers, serveJobs } from '../jobs/backend.ts';
import type { SurfaceJobs } from './base.ts';

/** Triangles of a coarse surface, about. */
const COARSE = 8000;

const handlers: JobHandlers<SurfaceJobs> = {
  roi: ({ contours, grid, name }) => {
    const fine = roiSurface(contours, { grid, name });
    if (fine === undefined) return null;
    const few = fine.triangles.length / 3 < 2 * COARSE;
    return few ? { fine } : { fine, coarse: roiSurface(contours, { grid, name, triangles: COARSE }) };
  },
  isodoses: ({ dose, levels }) => levels.map((level) => isodoseSurface(dose, level) ?? null),
};

serveJobs(handlers);
