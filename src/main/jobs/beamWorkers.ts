import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { projectRoot } from '#main/host/paths.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { EngineName } from '#shared/dosimetry/engines.ts';
import { type CrewHost, DoseCrew } from '#shared/dosimetry/parallel/crew.ts';
import type { FromWorker } from '#shared/dosimetry/parallel/messages.ts';

/** From sources the entry beside this file; from the bundle the entry that electron.vite.config.ts builds for it. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./doseWorker.ts', import.meta.url)
  : pathToFileURL(join(projectRoot(), 'out', 'main', 'doseWorker.js'));

const threads: CrewHost = {
  start(hear, lost) {
    const worker = new Worker(WORKER);
    worker.on('message', (message: FromWorker) => hear(message));
    worker.on('error', (error: unknown) => lost(error instanceof Error ? error.message : String(error), error));
    worker.on('exit', (code) => lost(`the worker ended with exit code ${code}`));
    return { post: (message) => worker.postMessage(message), stop: () => worker.terminate() };
  },
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * A dose engine in worker threads. The owner must `close` (or `await using`) it, else its threads keep the process alive.
 */
export class BeamWorkers extends DoseCrew implements AsyncDisposable {
  /** @throws IsocenterError USAGE unless `size` is a whole number from 1 to 256. */
  constructor(size: number, engine: EngineName = 'ccc') {
    if (!Number.isInteger(size) || size < 1 || size > 256)
      throw new IsocenterError('USAGE', `${size} is no number of threads (1 to 256)`, { attribute: 'threads' });
    super(engine, size, threads);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
