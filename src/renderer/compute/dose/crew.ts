import type { EngineName } from '#shared/dosimetry/engines.ts';
import { GpuSource, openGpuKernel } from '#shared/dosimetry/collapsedCone/kernels/webgpu/open.ts';
import { type CrewHost, DoseCrew } from '#shared/dosimetry/parallel/crew.ts';
import { pageWorkers } from '../jobs/pageWorkers.ts';

const host: CrewHost = pageWorkers(() => new Worker(new URL('./beamBackend.ts', import.meta.url), { type: 'module' }));

interface CrewChoice {
  readonly size: number;
  readonly engine: EngineName;
  /** A program that plays a GPU will do. */
  readonly allowSoftware: boolean;
}

let crew: { readonly choice: CrewChoice; readonly engine: DoseCrew } | undefined;

/**
 * An engine in `size` workers, the collapsed cone also on the GPU, where the machine has a real one; kept from plan to plan, for they
 * hold kernel tables that take a while to make.
 */
export function doseCrew(choice: CrewChoice): DoseCrew {
  const { size, engine, allowSoftware } = choice;
  const kept = crew?.choice;
  if (crew === undefined || kept?.size !== size || kept.engine !== engine || kept.allowSoftware !== allowSoftware) {
    void crew?.engine.close();
    const gpus = engine === 'ccc' ? new GpuSource(() => openGpuKernel({ allowSoftware })) : undefined;
    crew = { choice, engine: new DoseCrew(engine, size, host, gpus) };
  }
  return crew.engine;
}
