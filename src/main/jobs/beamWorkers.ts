import { Worker } from 'node:worker_threads';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { BeamDoseInput, BeamDoseResult, ComputeOptions } from '#shared/dosimetry/engine.ts';
import { type FromWorker, fromRecord, type ToWorker } from './messages.ts';

interface Job {
  readonly input: BeamDoseInput;
  readonly options: ComputeOptions;
  readonly outcome: PromiseWithResolvers<BeamDoseResult>;
}

/** How often a running job looks at its caller's signal, ms: an AbortSignalLike has no events. */
const WATCH_INTERVAL = 50;

/**
 * Worker threads that compute beams beside each other. The owner must `close` (or `await using`) the pool, else its threads
 * keep the process alive.
 */
export class BeamWorkers implements AsyncDisposable {
  readonly #threads: number;
  readonly #idle: Worker[] = [];
  readonly #all = new Set<Worker>();
  readonly #queue: Job[] = [];
  #closed = false;

  /** @throws IsocenterError USAGE unless `threads` is a whole number from 1 to 256. */
  constructor(threads: number) {
    if (!Number.isInteger(threads) || threads < 1 || threads > 256)
      throw new IsocenterError('USAGE', `${threads} is no number of threads (1 to 256)`, { attribute: 'threads' });
    this.#threads = threads;
  }

  /** As DoseEngine.computeBeam, on a thread of its own; beams beyond the number of threads wait their turn. */
  readonly computeBeam = (input: BeamDoseInput, options: ComputeOptions = {}): Promise<BeamDoseResult> => {
    const outcome = Promise.withResolvers<BeamDoseResult>();
    if (this.#closed) outcome.reject(new IsocenterError('CANCELLED', 'the dose workers are closed'));
    else {
      this.#queue.push({ input, options, outcome });
      this.#dispatch();
    }
    return outcome.promise;
  };

  /** Stops the threads; jobs that have not ended fail as CANCELLED. */
  async close(): Promise<void> {
    this.#closed = true;
    const cancelled = new IsocenterError('CANCELLED', 'the dose workers were closed');
    for (const job of this.#queue.splice(0)) job.outcome.reject(cancelled);
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? this.#start();
      if (worker === undefined) return;
      const job = this.#queue.shift();
      if (job === undefined) this.#idle.push(worker);
      else if (job.options.signal?.aborted) {
        this.#idle.push(worker);
        job.outcome.reject(new IsocenterError('CANCELLED', 'cancelled by the user'));
      } else this.#run(worker, job);
    }
  }

  #start(): Worker | undefined {
    if (this.#all.size >= this.#threads) return undefined;
    const worker = new Worker(new URL('./doseWorker.ts', import.meta.url));
    this.#all.add(worker);
    return worker;
  }

  #run(worker: Worker, { input, options, outcome }: Job): void {
    const post = (message: ToWorker): void => worker.postMessage(message);
    const watch = setInterval(() => {
      if (!options.signal?.aborted) return;
      clearInterval(watch);
      post({ kind: 'cancel' });
    }, WATCH_INTERVAL);
    const settle = (isAlive: boolean): void => {
      clearInterval(watch);
      worker.removeAllListeners();
      if (isAlive) this.#idle.push(worker);
      else this.#all.delete(worker);
      this.#dispatch();
    };
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') {
        options.onProgress?.(message.fraction);
        return;
      }
      settle(true);
      if (message.kind === 'done') outcome.resolve(message.result);
      else outcome.reject(fromRecord(message.error));
    });
    const died = (cause: unknown): void => {
      settle(false);
      const code = this.#closed ? 'CANCELLED' : 'INTERNAL';
      const message = cause instanceof Error ? cause.message : `the worker ended with exit code ${String(cause)}`;
      outcome.reject(
        new IsocenterError(code, message, { object: `Beam ${input.beam.number} (${input.beam.name})`, cause }),
      );
    };
    worker.on('error', died);
    worker.on('exit', died);
    post({ kind: 'run', input });
  }
}
