import { Worker } from 'node:worker_threads';
import type { WorkerHost } from '#shared/dosimetry/parallel/host.ts';

/** Worker threads of Node for a crew, all of one script. */
export const threadHost = <To, From>(script: URL): WorkerHost<To, From> => ({
  start(hear, lost) {
    const worker = new Worker(script);
    worker.on('message', (message: From) => hear(message));
    worker.on('messageerror', (error) => lost('what a worker tells cannot be read', error));
    worker.on('error', (error: unknown) => lost(error instanceof Error ? error.message : String(error), error));
    worker.on('exit', (code) => lost(`the worker ended with exit code ${code}`));
    return { post: (message) => worker.postMessage(message), stop: () => worker.terminate() };
  },
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
});
