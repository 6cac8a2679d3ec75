import type { CtVoxels } from '#shared/drr/attenuation.ts';
import type { DrrSettings } from '#shared/drr/computeDrr.ts';
import type { HalfTissues } from '#shared/drr/halfTissues.ts';
import { addPictures, slabsOf } from '#shared/drr/slabs.ts';
import type { DrrView } from '#shared/drr/view.ts';
import { JobClient } from '../jobs/frontend.ts';
import type { DrrJobs } from './base.ts';

/** Workers beyond this many wait for memory, not for the processor. */
const MOST = 8;

const start = (): Worker => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module', name: 'drr' });

/** Radiographs of one CT, cast by workers of which each has its slices. */
export class DrrCrew {
  readonly #workers: JobClient<DrrJobs>[] = [];
  readonly #loaded: Promise<unknown>;

  constructor(ct: CtVoxels, size = Math.max(1, Math.min(MOST, navigator.hardwareConcurrency))) {
    const loads = slabsOf(ct, size).map((slab) => {
      const worker = new JobClient<DrrJobs>(start);
      this.#workers.push(worker);
      return worker.call('slab', slab, { transfer: [slab.data.buffer] });
    });
    this.#loaded = Promise.all(loads);
    // What goes wrong is told to whoever casts.
    this.#loaded.catch(() => undefined);
  }

  /**
   * Attenuation along each pixel's ray in mm of water, rows of the image one after the other.
   * @throws IsocenterError CANCELLED after `dispose`, INTERNAL when a worker broke down.
   */
  async cast(view: DrrView, settings: DrrSettings): Promise<Float32Array> {
    await this.#loaded;
    return addPictures(await Promise.all(this.#workers.map((worker) => worker.call('cast', { view, settings }))));
  }

  /** The CT as a graphics card takes it, in parts of whole slices in order. @throws as `cast` */
  async tissues(voxel: number): Promise<HalfTissues[]> {
    await this.#loaded;
    return Promise.all(this.#workers.map((worker) => worker.call('tissues', { voxel })));
  }

  /** Ends the workers and frees what they keep. */
  dispose(): void {
    for (const worker of this.#workers) worker.dispose();
  }
}
