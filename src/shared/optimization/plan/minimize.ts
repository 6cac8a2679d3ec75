import { keepingConstraints } from '../objectives/constraints.ts';
import type { DoseObjective } from '../objectives/doseObjective.ts';
import type { Goals } from '../objectives/goals.ts';
import type { OptimizationProblem } from '../problem/problem.ts';
import type { OptimizationHooks, OptimizationPhase } from './run.ts';

/** Ends a search where it is. */
class Interruption<Found> extends Error {
  readonly found: Found | undefined;
  readonly enough: boolean;

  constructor(found: Found | undefined, enough: boolean) {
    super('the search was interrupted');
    this.found = found;
    this.enough = enough;
  }
}

/** An iteration of a search. */
interface Step<Found> {
  readonly value: number;
  readonly doses: Float64Array;
  /** What the search would return if it ended here; absent as long as it would have nothing: it begins anew then. */
  readonly found?: () => Found;
  readonly weights?: Float64Array;
  /** Unless it is the minimisation's. */
  readonly phase?: OptimizationPhase;
}

export interface Minimization<Found> {
  readonly phase: OptimizationPhase;
  readonly begin: Found | undefined;
  /** Minimises an objective from a start, if there is one; `step` is awaited after every iteration and may throw. */
  readonly search: (
    objective: DoseObjective,
    from: Found | undefined,
    step: (state: Step<Found>) => Promise<void>,
  ) => Promise<Found>;
}

/** Minimisations of one run over one problem, steered from outside: goals that change, hard constraints, an early end. */
export class Minimizer {
  readonly problem: OptimizationProblem;
  readonly #goals: () => Goals;
  readonly #hooks: OptimizationHooks;
  #iteration = 0;

  constructor(problem: OptimizationProblem, goals: Goals, hooks: OptimizationHooks) {
    this.problem = problem;
    this.#goals = hooks.goals ?? (() => goals);
    this.#hooks = hooks;
  }

  get iterations(): number {
    return this.#iteration;
  }

  /** The goals as they are now. */
  get goals(): Goals {
    return this.#goals();
  }

  /**
   * The minimum for the goals as they are at its end, hard constraints kept as well as rounds of them do; `violation` is what is left, Gy per fraction.
   * @throws as the search does.
   */
  async minimize<Found extends { readonly doses: Float64Array }>({
    phase,
    begin,
    search,
  }: Minimization<Found>): Promise<Found & { readonly violation: number }> {
    this.#hooks.onPhase?.(phase);
    let told = phase;
    let from = begin;
    for (;;) {
      const goals = this.#goals();
      const objective = this.problem.objective(goals);
      const terms = new Float64Array(goals.objectives.length);
      const watched: DoseObjective = {
        ...objective,
        evaluate: (doses, gradient) => objective.evaluate(doses, gradient, terms),
      };
      const step = async ({ value, doses, found, weights, phase: own = phase }: Step<Found>): Promise<void> => {
        const iteration = ++this.#iteration;
        if (own !== told) this.#hooks.onPhase?.((told = own));
        await this.#hooks.onState?.({ phase: own, iteration, value, terms, goals, doses, ...(weights && { weights }) });
        const enough = found !== undefined && (this.#hooks.enough?.(own) ?? false);
        if (enough || this.#goals() !== goals) throw new Interruption(found?.(), enough);
      };
      try {
        return await keepingConstraints<Found>(objective, (found) => search(watched, found ?? from, step));
      } catch (error) {
        if (!(error instanceof Interruption)) throw error;
        const { found, enough } = error as Interruption<Found>;
        if (enough && found !== undefined) return { ...found, violation: objective.tighten(found.doses) };
        from = found ?? begin;
      }
    }
  }
}
