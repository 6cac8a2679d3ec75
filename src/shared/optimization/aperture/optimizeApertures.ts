import { IsocenterError } from '../../contract/errors.ts';
import { leafRange } from '../../dosimetry/machine/deliveryLimits.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { DoseOperator } from '../influence/doseOperator.ts';
import type { DoseObjective } from '../objectives/doseObjective.ts';
import { type BoundedMinimum, boundedMinimum, type MinimumOptions } from '../solver/boundedMinimum.ts';
import type { ApertureFluence } from './apertureFluence.ts';
import type { Apertures, ApertureScheme } from './apertures.ts';
import { ExposedFluence } from './exposedFluence.ts';
import { makeFeasible } from './feasibleLeaves.ts';
import { type LeafRules, machineRules, rulePenalty } from './leafRules.ts';

export interface ApertureOptions extends Omit<MinimumOptions, 'onIteration'> {
  /** Gy per fraction in every row besides the model's: what the final dose has and the model lacks. */
  readonly doseOffset?: Float64Array;
  /** Iterations over weights alone, after the leaves have found their places. */
  readonly weightIterations?: number;
  /** After every iteration, with the doses last looked at; a promise makes the search wait. */
  readonly onIteration?: (state: ApertureIteration) => void | Promise<void>;
}

interface ApertureIteration {
  readonly iteration: number;
  readonly value: number;
  readonly doses: Float64Array;
  /** Copies of the apertures as they are, put where the rules hold: what to start from again, or to end with. */
  readonly found: () => Apertures;
}

export interface OptimizedApertures extends Apertures {
  /** Gy per fraction, the offset with them. */
  readonly doses: Float64Array;
  readonly value: number;
  readonly iterations: number;
  readonly evaluations: number;
}

/** What apertures are optimised over. */
export interface ApertureProblem {
  readonly operator: DoseOperator;
  readonly objective: Pick<DoseObjective, 'evaluate'>;
  readonly machine: Machine;
  /** By direction of the operator. */
  readonly models: readonly ApertureFluence[];
  readonly scheme: ApertureScheme;
  /** MU: the least and the most of every exposure; no most unless given. */
  readonly leastWeights: Float64Array;
  readonly mostWeights?: Float64Array;
  /** By shape, of those that keep a least area. */
  readonly areas?: LeafRules['areas'];
}

/** A step of so many mm by one leaf counts as one of 1 in the search for weights scaled to their mean. */
const WEIGHT_UNIT = 20;
/** What breaking a rule by 1 mm costs, in the largest slope that a leaf has at the start. */
const RULE_FACTOR = 0.03;
/** Steps that the search remembers: with thousands of leaves more are worth their time. */
const MEMORY = 30;

/**
 * Leaf positions and MU of apertures that minimise an objective on dose per fraction, within the machine's rules: L-BFGS-B over both
 * with a quadratic penalty on broken rules, then the exact way back to them (feasibleLeaves.ts), positions rounded to 0.01 mm, and the
 * weights alone once more, which is a convex problem for a convex objective. The same input gives the same apertures, bit by bit.
 * @throws IsocenterError USAGE for apertures that do not fit their scheme; as boundedMinimum does.
 */
export async function optimizeApertures(
  problem: ApertureProblem,
  start: Apertures,
  options: ApertureOptions = {},
): Promise<OptimizedApertures> {
  const search = new ApertureSearch(problem, start, options);
  const joint = await search.minimize(true, 0);
  search.settle();
  const { weightIterations = 20 } = options;
  const alone = await search.minimize(false, joint.iterations, weightIterations);
  return search.result(joint.iterations + alone.iterations, joint.evaluations + alone.evaluations);
}

class ApertureSearch {
  readonly #problem: ApertureProblem;
  readonly #options: ApertureOptions;
  readonly #rules: LeafRules;
  readonly #fluence: ExposedFluence;
  readonly #shapes: Float64Array[];
  readonly #weights: Float64Array;
  readonly #bixels: Float64Array;
  readonly #doses: Float64Array;
  readonly #doseGradient: Float64Array;
  readonly #shapeGradients: Float64Array[];
  readonly #weightGradient: Float64Array;
  readonly #weightUnit: number;
  #ruleFactor = 0;
  #value = Number.NaN;

  constructor(problem: ApertureProblem, start: Apertures, options: ApertureOptions) {
    const { operator, scheme, models } = problem;
    if (start.weights.length !== scheme.exposures.length || models.length !== operator.directions.length)
      throw new IsocenterError('USAGE', 'apertures do not fit their scheme and directions');
    this.#problem = problem;
    this.#options = options;
    this.#rules = {
      ...machineRules(problem.machine),
      reach: reachOf(problem, start.shapes.length),
      successions: scheme.successions,
      ...(problem.areas && { areas: problem.areas }),
    };
    this.#fluence = new ExposedFluence(operator, models, scheme.exposures);
    this.#shapes = start.shapes.map((shape) => shape.slice());
    makeFeasible(this.#shapes, this.#rules);
    const { leastWeights, mostWeights } = problem;
    this.#weights = start.weights.map((weight, n) =>
      Math.max(leastWeights[n], Math.min(mostWeights?.[n] ?? Infinity, weight)),
    );
    this.#bixels = new Float64Array(operator.columns);
    this.#doses = new Float64Array(operator.rows);
    this.#doseGradient = new Float64Array(operator.rows);
    this.#shapeGradients = this.#shapes.map((shape) => new Float64Array(shape.length));
    this.#weightGradient = new Float64Array(this.#weights.length);
    this.#weightUnit = mean(this.#weights) / WEIGHT_UNIT;
  }

  /** Over leaves and weights, or weights alone. */
  async minimize(withLeaves: boolean, before: number, most?: number): Promise<BoundedMinimum> {
    const { leastWeights, mostWeights = leastWeights.map(() => Infinity) } = this.#problem;
    const { signal, memory, maxEvaluations, gradientTolerance, valueTolerance, maxIterations, onIteration } =
      this.#options;
    const moving = withLeaves ? this.#moving() : [];
    const unit = this.#weightUnit;
    const weights = this.#weights.length;
    const start = Float64Array.from([
      ...this.#weights.map((weight) => weight / unit),
      ...moving.flatMap(({ shape, low, high }) => {
        const [a, b] = [this.#shapes[shape][low], this.#shapes[shape][high]];
        return [(a + b) / 2, (b - a) / 2];
      }),
    ]);
    const bounds = {
      lower: Float64Array.from([
        ...leastWeights.map((least) => least / unit),
        ...moving.flatMap(({ least }) => [least, this.#rules.gap / 2]),
      ]),
      upper: Float64Array.from([
        ...mostWeights.map((most) => most / unit),
        ...moving.flatMap(({ most }) => [most, Infinity]),
      ]),
    };
    const take = (x: Float64Array): void => {
      for (let n = 0; n < weights; n++) this.#weights[n] = x[n] * unit;
      for (const [n, { shape, low, high }] of moving.entries()) {
        const [middle, half] = [x[weights + 2 * n], x[weights + 2 * n + 1]];
        this.#shapes[shape][low] = middle - half;
        this.#shapes[shape][high] = middle + half;
      }
    };
    if (withLeaves) await this.#evaluate(true, true);
    const found = await boundedMinimum(
      async (x, gradient) => {
        take(x);
        const value = await this.#evaluate(withLeaves, false);
        for (let n = 0; n < weights; n++) gradient[n] = this.#weightGradient[n] * unit;
        for (const [n, { shape, low, high }] of moving.entries()) {
          const [a, b] = [this.#shapeGradients[shape][low], this.#shapeGradients[shape][high]];
          gradient[weights + 2 * n] = a + b;
          gradient[weights + 2 * n + 1] = b - a;
        }
        return value;
      },
      start,
      bounds,
      {
        maxIterations: most ?? maxIterations ?? 60,
        valueTolerance: valueTolerance ?? 1e-4,
        memory: memory ?? MEMORY,
        ...(signal === undefined ? {} : { signal }),
        ...(maxEvaluations === undefined ? {} : { maxEvaluations }),
        ...(gradientTolerance === undefined ? {} : { gradientTolerance }),
        onIteration: ({ iteration, value }) =>
          onIteration?.({ iteration: before + iteration, value, doses: this.#doses, found: () => this.#found() }),
      },
    );
    take(found.x);
    return found;
  }

  /** Puts the leaves where the rules hold, to 0.01 mm. */
  settle(shapes = this.#shapes): void {
    makeFeasible(shapes, this.#rules);
    for (const shape of shapes)
      for (let leaf = 0; leaf < shape.length; leaf++) shape[leaf] = Math.round(shape[leaf] * 100) / 100;
  }

  #found(): Apertures {
    const shapes = this.#shapes.map((shape) => shape.slice());
    this.settle(shapes);
    return { shapes, weights: this.#weights.slice() };
  }

  async result(iterations: number, evaluations: number): Promise<OptimizedApertures> {
    await this.#evaluate(false, false);
    return {
      shapes: this.#shapes,
      weights: this.#weights,
      doses: this.#doses,
      value: this.#value,
      iterations,
      evaluations,
    };
  }

  async #evaluate(withLeaves: boolean, first: boolean): Promise<number> {
    const { operator, objective } = this.#problem;
    const { doseOffset } = this.#options;
    const apertures: Apertures = { shapes: this.#shapes, weights: this.#weights };
    this.#fluence.forward(apertures, this.#bixels);
    await operator.times(this.#bixels, this.#doses);
    if (doseOffset !== undefined)
      for (let row = 0; row < this.#doses.length; row++) this.#doses[row] += doseOffset[row];
    this.#value = objective.evaluate(this.#doses, this.#doseGradient);
    await operator.transposeTimes(this.#doseGradient, this.#bixels);
    for (const gradient of this.#shapeGradients) gradient.fill(0);
    this.#weightGradient.fill(0);
    this.#fluence.backward(apertures, this.#bixels, this.#shapeGradients, this.#weightGradient);
    if (first) this.#ruleFactor = RULE_FACTOR * largest(this.#shapeGradients);
    if (!withLeaves) return this.#value;
    return this.#value + rulePenalty(this.#shapes, this.#rules, this.#ruleFactor, this.#shapeGradients);
  }

  /** Pairs that may be moved: indices of their leaves, and between what their middles may lie. */
  #moving(): readonly MovingPair[] {
    return this.#rules.reach.flatMap(({ pairs, banks: [low, high] }, shape) => {
      const bank = this.#shapes[shape].length / 2;
      const [least, most] = [0, 1].map((end) => (low[end] + high[end]) / 2);
      return pairs.map((pair) => ({ shape, low: pair, high: bank + pair, least, most }));
    });
  }
}

interface MovingPair {
  readonly shape: number;
  readonly low: number;
  readonly high: number;
  readonly least: number;
  readonly most: number;
}

/** Leaves may stand so far beside the bixels, mm: shut pairs there leak behind a jaw and not into the field. */
const BESIDE = 10;

/**
 * What the directions that see a shape let its leaves do: all pairs, and all places over any of their bixels or a little beside that a leaf
 * comes to; one goes further out on its own side than past the axis.
 */
function reachOf({ models, scheme, machine }: ApertureProblem, shapes: number): LeafRules['reach'] {
  const along = machine.mlc?.type === 'MLCY' ? 1 : 0;
  const reach = Array.from({ length: shapes }, () => ({ pairs: new Set<number>(), low: Infinity, high: -Infinity }));
  for (const { direction, from, to } of scheme.exposures) {
    const { grid, pairs } = models[direction];
    const first = grid.first[along] - grid.width / 2 - BESIDE;
    const last = first + grid.width * (along === 0 ? grid.columns : grid.rows) + 2 * BESIDE;
    for (const shape of [reach[from], reach[to]]) {
      for (const pair of pairs) shape.pairs.add(pair);
      shape.low = Math.min(shape.low, first);
      shape.high = Math.max(shape.high, last);
    }
  }
  const within = (bank: 0 | 1, low: number, high: number): readonly [number, number] => {
    const [least, most] = machine.mlc === undefined ? [-Infinity, Infinity] : leafRange(machine.mlc, bank);
    return [Math.max(least, low), Math.min(most, high)];
  };
  return reach.map(({ pairs, low, high }) => ({
    pairs: [...pairs].sort((a, b) => a - b),
    banks: [within(0, low, high), within(1, low, high)],
  }));
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function largest(gradients: readonly Float64Array[]): number {
  return gradients.reduce((most, gradient) => gradient.reduce((so, value) => Math.max(so, Math.abs(value)), most), 0);
}
