import { measureRoi } from '#shared/evaluation/statistics.ts';
import { voxelDvh, type VoxelSample } from '#shared/evaluation/voxelDvh.ts';
import type { Goals } from '#shared/optimization/objectives/goals.ts';
import type { OptimizationHooks, OptimizationPhase, OptimizationState } from '#shared/optimization/plan/run.ts';
import type { OptimizationProblem } from '#shared/optimization/problem/problem.ts';
import { buffersOf } from '../jobs/backend.ts';
import { packError } from '../jobs/base.ts';
import type { FromOptimizer, IterationReport, OptimizationRequest, OptimizationResult, ToOptimizer } from './base.ts';

/** Between two reports, and between two words about how far a phase is, ms. */
const REPORT_EVERY = 250;
const PROGRESS_EVERY = 100;

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
  #request: OptimizationRequest | undefined;
  /** Every set of goals that the page gave, in its order. */
  #given: Goals[] = [];
  /** The last of them that can be minimised. */
  #goals: Goals | undefined;
  #problem: Pick<OptimizationProblem, 'objective'> | undefined;
  #samples: ReadonlyMap<string, VoxelSample> = new Map();
  #phase: OptimizationPhase = 'preparing';
  /** The phase that the page has had enough of. */
  #enough: OptimizationPhase | undefined;
  #state: Pick<OptimizationState, 'doses' | 'weights'> | undefined;
  #begun = 0;
  /** ms that were spent waiting. */
  #waited = 0;
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
        this.#take({ ...this.#given[0], objectives: [...message.objectives] });
        break;
      case 'proceed':
        this.#enough = message.phase;
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
    this.#request = request;
    this.#given = [request.goals];
    this.#goals = request.goals;
    try {
      const result = await this.#optimize(request, {
        goals: () => this.#goals ?? request.goals,
        onPhase: (phase, fraction) => this.#enter(phase, fraction),
        onProblem: (problem) => this.#lay(problem),
        onState: (state) => this.#pass(state),
        enough: (phase) => this.#enough === phase,
        yieldNow: () => this.#breathe(),
      });
      if (this.#untold.length > 0) this.#report();
      this.#host.post({ kind: 'done', result }, buffersOf(result));
    } catch (error) {
      this.#host.post({ kind: 'failed', error: packError(error) }, []);
    }
  }

  /** Goals that cannot be minimised are refused; the run goes on with those of before. */
  #take(goals: Goals): void {
    this.#given.push(goals);
    try {
      this.#problem?.objective(goals);
      this.#goals = goals;
    } catch (error) {
      this.#host.post({ kind: 'refused', error: packError(error) }, []);
    }
  }

  #lay(problem: OptimizationProblem): void {
    this.#problem = problem;
    const rois = this.#request?.structures.rois ?? [];
    const volume = (name: string): number =>
      measureRoi(rois.find((roi) => roi.name === name)?.contours ?? [])?.volume ?? 0;
    this.#samples = new Map([...problem.rowsOf].map(([name, rows]) => [name, { rows, volume: volume(name) }]));
  }

  #enter(phase: OptimizationPhase, fraction?: number): void {
    const now = this.#host.now();
    if (phase === this.#phase && now - this.#progressAt < PROGRESS_EVERY) return;
    this.#phase = phase;
    this.#progressAt = now;
    const seconds = this.#seconds(now);
    this.#host.post({ kind: 'phase', phase, seconds, ...(fraction !== undefined && { fraction }) }, []);
  }

  async #pass(state: OptimizationState): Promise<void> {
    const { iteration, phase, value, terms, goals } = state;
    const now = this.#host.now();
    const seconds = this.#seconds(now);
    const objectives = this.#given.indexOf(goals);
    this.#untold.push({ iteration, phase, seconds, value, terms: Array.from(terms), objectives });
    // Histograms told are the optimiser's own: the page has final doses whole, in the end.
    if (phase !== 'final dose' || this.#state === undefined) this.#state = state;
    await this.#host.yieldNow();
    if (this.#pause !== undefined || (this.#heard && now - this.#toldAt >= REPORT_EVERY)) this.#report();
    await this.#wait();
  }

  #seconds(now: number): number {
    return (now - this.#begun - this.#waited) / 1000;
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
    const { fractions } = this.#given[0].prescription;
    const dvhs = [...this.#samples].map(([roi, sample]) => ({ roi, table: voxelDvh(doses, sample, fractions) }));
    const report = { iterations: this.#untold, dvhs, ...(weights && { weights: weights.slice() }) };
    this.#untold = [];
    this.#heard = false;
    this.#toldAt = this.#host.now();
    this.#host.post({ kind: 'report', report }, buffersOf(report));
  }
}
