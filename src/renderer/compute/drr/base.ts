import type { CtVoxels } from '#shared/drr/attenuation.ts';
import type { DrrSettings } from '#shared/drr/computeDrr.ts';
import type { HalfTissues } from '#shared/drr/halfTissues.ts';
import type { DrrView } from '#shared/drr/view.ts';

/** What a worker does with its slices of the CT. */
export interface DrrJobs {
  slab: { input: CtVoxels; output: null };
  /** Its voxels as a graphics card takes them, pooled up to `voxel` mm. */
  tissues: { input: { readonly voxel: number }; output: HalfTissues };
  cast: { input: { readonly view: DrrView; readonly settings: DrrSettings }; output: Float32Array };
}
