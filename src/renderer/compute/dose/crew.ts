import { GpuSource, openGpuKernel } from '#shared/dosimetry/kernels/webgpu/open.ts';
import { type CrewHost, DoseCrew } from '#shared/dosimetry/parallel/crew.ts';
import type { FromWorker } from '#shared/dosimetry/parallel/messages.ts';

const host: CrewHost = {
  start(hear, lost) {
    const worker = new Worker(new URL('./beamBackend.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => hear(data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      lost(`a worker broke down: ${event.message || 'it could not be loaded'}`);
    };
    return { post: (message) => worker.postMessage(message), stop: () => Promise.resolve(worker.terminate()) };
  },
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

let crew: { readonly size: number; readonly allowSoftware: boolean; readonly engine: DoseCrew } | undefined;

/**
 * The collapsed cone in `size` workers and on the GPU, where the machine has a real one; kept from plan to plan, for they hold kernel
 * tables that take a while to make. `allowSoftware`: a program that plays a GPU will do.
 */
export function doseCrew(size: number, allowSoftware: boolean): DoseCrew {
  if (crew?.size !== size || crew.allowSoftware !== allowSoftware) {
    void crew?.engine.close();
    const gpus = new GpuSource(() => openGpuKernel({ allowSoftware }));
    crew = { size, allowSoftware, engine: new DoseCrew('ccc', size, host, gpus) };
  }
  return crew.engine;
}
