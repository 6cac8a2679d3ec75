import { InfluenceCrew } from '#shared/optimization/influence/parallel/crew.ts';
import type { FromInfluenceWorker } from '#shared/optimization/influence/parallel/messages.ts';

/** Operators of an optimisation in workers of the page, or of the worker that this is called in; the owner must `close` it. */
export const influenceCrew = (size: number): InfluenceCrew =>
  new InfluenceCrew(size, {
    start(hear, lost) {
      const worker = new Worker(new URL('./influenceBackend.ts', import.meta.url), { type: 'module' });
      worker.onmessage = ({ data }: MessageEvent<FromInfluenceWorker>) => hear(data);
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
  });
