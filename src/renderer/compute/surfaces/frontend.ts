import type { Grid } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import type { SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';
import { JobClient } from '../jobs/frontend.ts';
import { gridOf } from '../structures/base.ts';
import type { SurfaceJobs } from './base.ts';

const worker = (): Worker => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module' });
const client = new JobClient<SurfaceJobs>(worker);

/** Contours and doses are immutable: what was made of them is right for as long as they live. Null: no surface. */
const ofContours = new WeakMap<readonly Contour[], SurfaceMesh | null>();
const coarseOf = new WeakMap<SurfaceMesh, SurfaceMesh>();
const ofDose = new WeakMap<DoseVolume, Map<number, SurfaceMesh | null>>();

/** The ROI's surface if it was made before; undefined while it was not, null when the ROI has none. */
export const knownRoiSurface = (roi: Roi): SurfaceMesh | null | undefined => ofContours.get(roi.contours);

/**
 * Makes the surface of a ROI in the worker.
 * @throws IsocenterError GEOMETRY for contours that are not planar or parallel; CANCELLED when `signal` fires.
 */
export async function makeRoiSurface({ contours, name }: Roi, grid: Grid, signal: AbortSignal): Promise<void> {
  const made = await client.call('roi', { contours, grid: gridOf(grid), name }, { signal });
  if (made?.coarse !== undefined) coarseOf.set(made.fine, made.coarse);
  ofContours.set(contours, made?.fine ?? null);
}

/** The same surface with a tenth of the triangles, or itself where it has few. */
export const coarseSurface = (mesh: SurfaceMesh): SurfaceMesh => coarseOf.get(mesh) ?? mesh;

/** The ROI cannot have a surface; it is not asked for again. */
export const noRoiSurface = ({ contours }: Roi): void => void ofContours.set(contours, null);

/** The surface of a dose level in Gy if it was made before; undefined while it was not, null when there is none. */
export const knownIsodoseSurface = (dose: DoseVolume, level: number): SurfaceMesh | null | undefined =>
  ofDose.get(dose)?.get(level);

/** Makes the surfaces of dose levels (Gy) in the worker. @throws IsocenterError CANCELLED when `signal` fires. */
export async function makeIsodoseSurfaces(
  dose: DoseVolume,
  levels: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  const meshes = await client.call('isodoses', { dose: { ...gridOf(dose), data: dose.data }, levels }, { signal });
  const known = ofDose.get(dose) ?? new Map<number, SurfaceMesh | null>();
  for (const [index, level] of levels.entries()) known.set(level, meshes[index]);
  ofDose.set(dose, known);
}
