import type { AbortSignalLike } from '#shared/contract/errors.ts';
import { voxelDvh, type VoxelSample } from '#shared/evaluation/voxelDvh.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import { buffersOf } from '../jobs/backend.ts';
import { packError } from '../jobs/base.ts';
import type {
  FromOptimizer,
  IterationReport,
  OptimizationPhase,
  OptimizationRequest,
  OptimizationResult,
  ToOptimizer,
} from './base.ts';

/** Between two reports, and between two words about how far a phase is, ms. */
const REPORT_EVERY = 250;
const PROGRESS_EVERY = 100;

/** Where an optimisation is after an iteration. */
interface OptimizationState {
  /** What `terms` are of. */
  readonly objectives: readonly DoseGoal[];
  readonly value: number;
  /** Weighted share of each objective. */
  readonly terms: ArrayLike<number>;
  /** Gy per fraction, by row. */
  readonly doses: Float64Array;
  /** Bixel weights, where the phase has such. */
  readonly weights?: Float64Array;
}

/** What an optimisation asks and tells while it runs. */
export interface OptimizationHooks {
  /** What to minimise; another array than before: go on with that. */
  readonly objectives: () => readonly DoseGoal[];
  readonly onPhase: (phase: OptimizationPhase, fraction?: number) => void;
  /** Once the rows of `doses` are known: each ROI's among them, and what throws for objectives that these rows cannot bear. */
  readonly onRows: (
    samples: ReadonlyMap<string, VoxelSample>,
    check: (objectives: readonly DoseGoal[]) => void,
  ) => void;
  /** After every iteration; what it gives back is to be waited for. */
  readonly onState: (state: OptimizationState) => Promise<void>;
  readonly yieldNow: () => Promise<void>;
  readonly signal: AbortSignalLike;
}

type Optimizer = (request: OptimizationRequest, hooks: OptimizationHooks) => Promise<OptimizationResult>;

/** What a session needs of the worker it runs in. */
interface SessionHost {
  readonly post: (message: FromOptimizer, transfer: Transferable[]) => void;
  /** Lets messages be heard. */
  readonly yieldNow: () => Promise<void>;
  /** ms. */
  readonly now: () => number;
}

/**
 * One run as its worker sees it: hears the page's messages between iterations, waits while it is paused, and tells at most four times a second
 * where it is, and never before the page has taken up what it was told last.
 */
export class OptimizerSession {
  readonly #host: SessionHost;
  readonly #optimize: Optimizer;
  #given: (readonly DoseGoal[])[] = [];
  /** The last of them that can be minimised. */
  #objectives: readonly DoseGoal[] = [];
  #check: ((objectives: readonly DoseGoal[]) => void) | undefined;
  #fractions = 1;
  #samples: ReadonlyMap<string, VoxelSample> = new Map();
  #phase: OptimizationPhase = 'preparing';
  #state: OptimizationState | undefined;
  #begun = 0;
  /** ms that were spent waiting. */
  #waited = 0;
  #iterations = 0;
  #untold: IterationReport[] = [];
  #heard = true;
  #toldAt = -Infinity;
  #progressAt = -Infinity;
  /** While a pause is asked for; resolves when it is over. */
  #pause: PromiseWithResolvers<void> | undefined;

  constructor(host: SessionHost, optimize: Optimizer) {
    this.#host = host;
    this.#optimize = optimize;
  }

  hear(message: ToOptimizer): void {
    switch (message.kind) {
      case 'start':
        void this.#run(message.request);
        break;
      case 'objectives':
        this.#given.push(message.objectives);
        this.#take(message.objectives);
        break;
      case 'pause':
        this.#pause ??= Promise.withResolvers();
        break;
      case 'resume':
        this.#pause?.resolve();
        this.#pause = undefined;
        break;
      case 'heard':
        this.#heard = true;
        break;
    }
  }

  async #run(request: OptimizationRequest): Promise<void> {
    this.#begun = this.#host.now();
    this.#given = [request.objectives];
    this.#objectives = request.objectives;
    this.#fractions = request.plan.fractions;
    try {
      const result = await this.#optimize(request, {
        objectives: () => this.#objectives,
        onPhase: (phase, fraction) => this.#enter(phase, fraction),
        onRows: (samples, check) => {
          this.#samples = samples;
          this.#check = check;
        },
        onState: (state) => this.#pass(state),
        yieldNow: () => this.#breathe(),
        signal: { aborted: false },
      });
      if (this.#untold.length > 0) this.#report();
      this.#host.post({ kind: 'done', result }, buffersOf(result));
    } catch (error) {
      this.#host.post({ kind: 'failed', error: packError(error) }, []);
    }
  }

  /** Objectives that cannot be minimised are refused; the run goes on with those of before. */
  #take(objectives: readonly DoseGoal[]): void {
    try {
      this.#check?.(objectives);
      this.#objectives = objectives;
    } catch (error) {
      this.#host.post({ kind: 'refused', error: packError(error) }, []);
    }
  }

  #enter(phase: OptimizationPhase, fraction?: number): void {
    const now = this.#host.now();
    if (phase === this.#phase && now - this.#progressAt < PROGRESS_EVERY) return;
    this.#phase = phase;
    this.#progressAt = now;
    this.#host.post({ kind: 'phase', phase, ...(fraction !== undefined && { fraction }) }, []);
  }

  async #pass(state: OptimizationState): Promise<void> {
    const now = this.#host.now();
    this.#untold.push({
      iteration: ++this.#iterations,
      phase: this.#phase,
      seconds: (now - this.#begun - this.#waited) / 1000,
      value: state.value,
      terms: Array.from(state.terms),
      objectives: this.#given.indexOf(state.objectives),
    });
    this.#state = state;
    await this.#host.yieldNow();
    if (this.#pause !== undefined || (this.#heard && now - this.#toldAt >= REPORT_EVERY)) this.#report();
    await this.#wait();
  }

  async #breathe(): Promise<void> {
    await this.#host.yieldNow();
    await this.#wait();
  }

  async #wait(): Promise<void> {
    const pause = this.#pause;
    if (pause === undefined) return;
    const from = this.#host.now();
    this.#host.post({ kind: 'paused' }, []);
    await pause.promise;
    this.#waited += this.#host.now() - from;
    this.#host.post({ kind: 'resumed' }, []);
  }

  #report(): void {
    const { doses, weights } = this.#state!;
    const dvhs = [...this.#samples].map(([roi, sample]) => ({ roi, table: voxelDvh(doses, sample, this.#fractions) }));
    const report = { iterations: this.#untold, dvhs, ...(weights && { weights: weights.slice() }) };
    this.#untold = [];
    this.#heard = false;
    this.#toldAt = this.#host.now();
    this.#host.post({ kind: 'report', report }, buffersOf(report));
  }
}
