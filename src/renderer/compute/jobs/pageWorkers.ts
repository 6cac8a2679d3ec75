import type { WorkerHost } from '#shared/dosimetry/parallel/host.ts';

/** Workers of the page, or of the worker that this is called in, for a crew. `open` makes one: bundlers want its address where it is made. */
export const pageWorkers = <To, From>(open: () => Worker): WorkerHost<To, From> => ({
  start(hear, lost) {
    const worker = open();
    worker.onmessage = ({ data }: MessageEvent<From>) => hear(data);
    const fail = (reason: string): void => {
      worker.terminate();
      lost(`a worker broke down: ${reason}`);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message || 'it could not be loaded');
    };
    worker.onmessageerror = () => fail('what it tells cannot be read');
    return { post: (message) => worker.postMessage(message), stop: () => Promise.resolve(worker.terminate()) };
  },
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
});
