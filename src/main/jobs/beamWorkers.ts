import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { projectRoot } from '#main/host/paths.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone.ts';
import type {
  BeamDoseResult,
  ComputeOptions,
  DoseEngine,
  DoseProblem,
  PreparedDose,
} from '#shared/dosimetry/engine.ts';
import type { Machine } from '#shared/dosimetry/machine.ts';
import type { Beam } from '#shared/model/plan.ts';
import { type FromWorker, fromRecord, type ToWorker } from './messages.ts';

interface Job {
  readonly problem: DoseProblem;
  readonly beam: Beam;
  readonly machine: Machine;
  readonly options: ComputeOptions;
  readonly outcome: PromiseWithResolvers<BeamDoseResult>;
}

/** A thread and what it is doing. Listeners stay for its whole life: a worker whose last one leaves stops listening for good. */
interface Lane {
  readonly worker: Worker;
  /** What the worker holds prepared. */
  problem: DoseProblem | undefined;
  job: Job | undefined;
  watch: NodeJS.Timeout | undefined;
}

/** From sources the entry beside this file; from the bundle the entry that electron.vite.config.ts builds for it. */
const WORKER = import.meta.url.endsWith('.ts')
  ? new URL('./doseWorker.ts', import.meta.url)
  : pathToFileURL(join(projectRoot(), 'out', 'main', 'doseWorker.js'));

/** How often a running job looks at its caller's signal, ms: an AbortSignalLike has no events. */
const WATCH_INTERVAL = 50;

/**
 * The collapsed cone in worker threads, which compute beams beside each other. The owner must `close` (or `await using`) the pool, else its threads
 * keep the process alive.
 */
export class BeamWorkers implements DoseEngine, AsyncDisposable {
  readonly name = collapsedCone.name;
  readonly version = collapsedCone.version;
  readonly #threads: number;
  readonly #lanes = new Set<Lane>();
  readonly #queue: Job[] = [];
  #closed = false;

  /** @throws IsocenterError USAGE unless `threads` is a whole number from 1 to 256. */
  constructor(threads: number) {
    if (!Number.isInteger(threads) || threads < 1 || threads > 256)
      throw new IsocenterError('USAGE', `${threads} is no number of threads (1 to 256)`, { attribute: 'threads' });
    this.#threads = threads;
  }

  get beamsAtOnce(): number {
    return this.#threads;
  }

  /** Each beam gets a thread of its own; beams beyond the number of threads wait their turn. */
  prepare(problem: DoseProblem): Promise<PreparedDose> {
    return Promise.resolve({
      compute: (beam, machine, options = {}) => {
        const outcome = Promise.withResolvers<BeamDoseResult>();
        if (this.#closed) outcome.reject(new IsocenterError('CANCELLED', 'the dose workers are closed'));
        else {
          this.#queue.push({ problem, beam, machine, options, outcome });
          this.#dispatch();
        }
        return outcome.promise;
      },
    });
  }

  /** Stops the threads; jobs that have not ended fail as CANCELLED. */
  async close(): Promise<void> {
    this.#closed = true;
    const cancelled = new IsocenterError('CANCELLED', 'the dose workers were closed');
    for (const job of this.#queue.splice(0)) job.outcome.reject(cancelled);
    const lanes = [...this.#lanes];
    for (const lane of lanes) this.#settle(lane)?.outcome.reject(cancelled);
    await Promise.all(lanes.map(({ worker }) => worker.terminate()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Gives waiting jobs to idle threads, starting threads as long as there may be more. */
  #dispatch(): void {
    while (!this.#closed && this.#queue.length > 0) {
      const idle = [...this.#lanes].find((lane) => lane.job === undefined);
      const lane = idle ?? (this.#lanes.size < this.#threads ? this.#start() : undefined);
      if (lane === undefined) return;
      const job = this.#queue.shift();
      if (job?.options.signal?.aborted) job.outcome.reject(new IsocenterError('CANCELLED', 'cancelled by the user'));
      else if (job !== undefined) this.#run(lane, job);
    }
  }

  #start(): Lane {
    const worker = new Worker(WORKER);
    const lane: Lane = { worker, problem: undefined, job: undefined, watch: undefined };
    this.#lanes.add(lane);
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') {
        lane.job?.options.onProgress?.(message.fraction);
        return;
      }
      const job = this.#settle(lane);
      if (message.kind === 'done') job?.outcome.resolve(message.result);
      else job?.outcome.reject(fromRecord(message.error));
      this.#dispatch();
    });
    worker.on('error', (error: unknown) =>
      this.#lose(lane, error instanceof Error ? error.message : String(error), error),
    );
    worker.on('exit', (code) => this.#lose(lane, `the worker ended with exit code ${code}`));
    return lane;
  }

  #run(lane: Lane, job: Job): void {
    lane.job = job;
    lane.watch = setInterval(() => {
      if (!job.options.signal?.aborted) return;
      clearInterval(lane.watch);
      lane.worker.postMessage({ kind: 'cancel' } satisfies ToWorker);
    }, WATCH_INTERVAL);
    const { problem, beam, machine } = job;
    if (lane.problem !== problem) lane.worker.postMessage({ kind: 'prepare', problem } satisfies ToWorker);
    lane.problem = problem;
    lane.worker.postMessage({ kind: 'compute', beam, machine } satisfies ToWorker);
  }

  /** Takes the job, which has its outcome now, off the thread. */
  #settle(lane: Lane): Job | undefined {
    const { job } = lane;
    clearInterval(lane.watch);
    lane.job = undefined;
    return job;
  }

  /** The thread is gone; its job fails, the others go on elsewhere. */
  #lose(lane: Lane, message: string, cause?: unknown): void {
    this.#lanes.delete(lane);
    const job = this.#settle(lane);
    if (job !== undefined) {
      const { number, name } = job.beam;
      job.outcome.reject(new IsocenterError('INTERNAL', message, { object: `Beam ${number} (${name})`, cause }));
    }
    this.#dispatch();
  }
}
