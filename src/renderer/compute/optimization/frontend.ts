import { IsocenterError } from '#shared/contract/errors.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import type { OptimizationPhase } from '#shared/optimization/plan/run.ts';
import { unpackError } from '../jobs/base.ts';
import type {
  FromOptimizer,
  OptimizationReport,
  OptimizationRequest,
  OptimizationResult,
  ToOptimizer,
} from './base.ts';

/** What a run tells, in order; one of `onDone` and `onFailed` is the last. */
export interface OptimizationListener {
  readonly onPhase: (phase: OptimizationPhase, fraction: number | undefined, seconds: number) => void;
  readonly onReport: (report: OptimizationReport) => void;
  readonly onPaused: (paused: boolean) => void;
  /** Objectives that cannot be minimised: it goes on with those of before. */
  readonly onRefused: (error: IsocenterError) => void;
  readonly onDone: (result: OptimizationResult) => void;
  readonly onFailed: (error: unknown) => void;
}

/** A run in a worker of its own, which ends with it and takes all of its memory along. */
export class OptimizerRun {
  readonly #worker: Worker;

  /** @throws IsocenterError INTERNAL where no worker can be started, or the request cannot be posted to it. */
  constructor(request: OptimizationRequest, listener: OptimizationListener) {
    try {
      this.#worker = new Worker(new URL('./backend.ts', import.meta.url), { type: 'module', name: 'optimization' });
    } catch (error) {
      throw notStarted(error);
    }
    const fail = (reason: string): void => {
      this.stop();
      listener.onFailed(new IsocenterError('INTERNAL', `the optimisation broke down: ${reason}`));
    };
    this.#worker.onmessage = ({ data }: MessageEvent<FromOptimizer>) => this.#hear(data, listener);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message || 'it could not be loaded');
    };
    this.#worker.onmessageerror = () => fail('what it tells cannot be read');
    try {
      this.#post({ kind: 'start', request });
    } catch (error) {
      this.stop();
      throw notStarted(error);
    }
  }

  /** Comes when the step under way is done: the listener is told. */
  pause(): void {
    this.#post({ kind: 'pause' });
  }

  resume(): void {
    this.#post({ kind: 'resume' });
  }

  /** From the next iteration on these are minimised, from where the run is. */
  changeObjectives(objectives: readonly DoseGoal[]): void {
    this.#post({ kind: 'objectives', objectives });
  }

  /** Enough of a phase: what follows begins from where it is. */
  proceed(phase: OptimizationPhase): void {
    this.#post({ kind: 'proceed', phase });
  }

  /** Ends it at once; nothing is told any more. */
  stop(): void {
    this.#worker.onmessage = null;
    this.#worker.onerror = null;
    this.#worker.terminate();
  }

  #post(message: ToOptimizer): void {
    this.#worker.postMessage(message);
  }

  #hear(message: FromOptimizer, listener: OptimizationListener): void {
    switch (message.kind) {
      case 'phase':
        listener.onPhase(message.phase, message.fraction, message.seconds);
        break;
      case 'report':
        listener.onReport(message.report);
        this.#post({ kind: 'heard' });
        break;
      case 'paused':
      case 'resumed':
        listener.onPaused(message.kind === 'paused');
        break;
      case 'refused':
        listener.onRefused(unpackError(message.error));
        break;
      case 'done':
        this.stop();
        listener.onDone(message.result);
        break;
      case 'failed':
        this.stop();
        listener.onFailed(unpackError(message.error));
        break;
    }
  }
}

const notStarted = (cause: unknown): IsocenterError => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new IsocenterError('INTERNAL', `the optimisation could not be started: ${reason}`, { cause });
};
