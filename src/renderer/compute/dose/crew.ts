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

let crew: { readonly size: number; readonly engine: DoseCrew } | undefined;

/** The collapsed cone in `size` workers, kept from plan to plan: they hold kernel tables that take a while to make. */
export function doseCrew(size: number): DoseCrew {
  if (crew?.size !== size) {
    void crew?.engine.close();
    crew = { size, engine: new DoseCrew('ccc', size, host) };
  }
  return crew.engine;
}
