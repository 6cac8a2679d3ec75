import { Worker } from 'node:worker_threads';
import { type InfluenceHost, InfluenceCrew } from '#shared/optimization/influence/parallel/crew.ts';
import type { FromInfluenceWorker } from '#shared/optimization/influence/parallel/messages.ts';

const threads: InfluenceHost = {
  start(hear, lost) {
    const worker = new Worker(new URL('./influenceWorker.ts', import.meta.url));
    worker.on('message', (message: FromInfluenceWorker) => hear(message));
    worker.on('error', (error: unknown) => lost(error instanceof Error ? error.message : String(error), error));
    worker.on('exit', (code) => lost(`the worker ended with exit code ${code}`));
    return { post: (message) => worker.postMessage(message), stop: () => worker.terminate() };
  },
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Operators of an optimisation in worker threads of Node. The owner must `close` (or `await using`) them. */
export class InfluenceThreads extends InfluenceCrew implements AsyncDisposable {
  constructor(size: number) {
    super(size, threads);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
