import { IsocenterError } from '../../contract/errors.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { ApertureFluence } from '../aperture/apertureFluence.ts';
import type { Apertures, Exposure, Succession } from '../aperture/apertures.ts';
import { ExposedFluence } from '../aperture/exposedFluence.ts';
import {
  type ApertureOptions,
  type ApertureProblem,
  type OptimizedApertures,
  optimizeApertures,
} from '../aperture/optimizeApertures.ts';
import type { DoseOperator } from '../influence/doseOperator.ts';
import type { DoseObjective } from '../objectives/doseObjective.ts';
import { jawsOf } from './field.ts';
import { FieldOperator } from './fieldOperator.ts';
import { areaRule, leastSegmentArea } from './segmentArea.ts';
import { leastSegmentMu, type SequencedField, type SequencingMethod } from './sequenceField.ts';

/** A field and the direction of the operator that it shines from. */
export interface PlacedField extends SequencedField {
  readonly direction: number;
}

export interface FieldDoses {
  readonly fields: readonly PlacedField[];
  /** Gy per fraction by the aperture model, by row. */
  readonly doses: Float64Array;
  readonly value: number;
}

export interface FieldProblem {
  readonly operator: DoseOperator;
  /** The same over whole bixels, where the operator has parts of those that weights are of. */
  readonly maps?: DoseOperator;
  readonly objective: Pick<DoseObjective, 'evaluate'>;
  readonly machine: Machine;
}

export interface FieldOptions extends Omit<ApertureOptions, 'onIteration'> {
  /** After every iteration, with the doses last looked at; a promise makes the search wait. */
  readonly onIteration?: (state: FieldIteration) => void | Promise<void>;
}

interface FieldIteration {
  readonly iteration: number;
  readonly value: number;
  readonly doses: Float64Array;
  /** The fields as they are, within the machine's rules: what to start from again, or to end with. */
  readonly found: () => readonly PlacedField[];
}

/** What fields give by the aperture model, as they are. */
export async function fieldDoses(fields: readonly PlacedField[], problem: FieldProblem): Promise<FieldDoses> {
  const { operator, models, scheme } = apertureProblem(fields, problem);
  const bixels = new Float64Array(operator.columns);
  new ExposedFluence(operator, models, scheme.exposures).forward(aperturesOf(fields), bixels);
  const doses = new Float64Array(operator.rows);
  await operator.times(bixels, doses);
  return { fields, doses, value: problem.objective.evaluate(doses, new Float64Array(doses.length)) };
}

/**
 * Direct aperture optimisation of fields from where they are: leaf positions and MU within the machine's rules (optimizeApertures). Standing
 * segments may lose all their MU; those that end below the least of the method are dropped, and the rest is optimised on with at least that. They keep
 * the method's least area all the while.
 */
export async function optimizeFields(
  fields: readonly PlacedField[],
  problem: FieldProblem,
  method: SequencingMethod,
  options: FieldOptions = {},
): Promise<FieldDoses> {
  const minimumMu = leastSegmentMu(method, problem.machine);
  const minimumArea = leastSegmentArea(method);
  const { onIteration, ...rest } = options;
  const search = (from: readonly PlacedField[], least: number, before: number): Promise<OptimizedApertures> =>
    optimizeApertures(apertureProblem(from, problem, least, minimumArea), aperturesOf(from), {
      ...rest,
      onIteration: ({ iteration, found, ...state }) =>
        onIteration?.({
          ...state,
          iteration: before + iteration,
          found: () => withoutWeak(withApertures(from, found()), minimumMu),
        }),
    });
  const first = await search(fields, 0, 0);
  const kept = withoutWeak(withApertures(fields, first), minimumMu);
  if (kept.length === 0) throw new IsocenterError('DOSE', `no segment keeps ${minimumMu} MU`);
  const second = await search(kept, minimumMu, first.iterations);
  return { fields: withApertures(kept, second), doses: second.doses, value: second.value };
}

function apertureProblem(
  fields: readonly PlacedField[],
  { operator, objective, machine }: FieldProblem,
  minimumMu = 0,
  minimumArea = 0,
): ApertureProblem {
  const exposures: Exposure[] = [];
  const successions: Succession[] = [];
  const least: number[] = [];
  let shape = 0;
  for (const [direction, { moving, shapes, mu, field, doseRate, leastMu }] of fields.entries()) {
    const first = shape;
    for (let n = 0; n < mu.length; n++) {
      exposures.push({ direction, from: shape, to: moving ? shape + 1 : shape });
      least.push(moving ? leastMu : minimumMu);
      shape++;
    }
    shape = first + shapes.length;
    if (!moving) continue;
    const travel = ((field.mlc.leafSpeed ?? Infinity) * 60 * leastMu) / doseRate;
    successions.push({ shapes: shapes.map((_, n) => first + n), travel });
  }
  const directions = new FieldOperator(operator, fields.map(({ direction }) => direction)); // biome-ignore format: short
  return {
    operator: directions,
    objective,
    machine,
    models: fields.map(({ field }, n) => new ApertureFluence(directions.directions[n].lattice, machine, jawsOf(field))),
    scheme: { exposures, successions },
    leastWeights: Float64Array.from(least),
    areas: fields.flatMap((one) => one.shapes.map((shape) => areaRule(shape, one, minimumArea))),
  };
}

const aperturesOf = (fields: readonly PlacedField[]): Apertures => ({
  shapes: fields.flatMap(({ shapes }) => shapes),
  weights: Float64Array.from(fields.flatMap(({ mu }) => [...mu])),
});

function withApertures(fields: readonly PlacedField[], { shapes, weights }: Apertures): PlacedField[] {
  let [shape, weight] = [0, 0];
  return fields.map((field) => ({
    ...field,
    shapes: shapes.slice(shape, (shape += field.shapes.length)),
    mu: weights.slice(weight, (weight += field.mu.length)),
  }));
}

function withoutWeak(fields: readonly PlacedField[], minimumMu: number): PlacedField[] {
  return fields.flatMap((field) => {
    if (field.moving) return field;
    const strong = field.shapes.map((_, n) => n).filter((n) => field.mu[n] >= minimumMu);
    if (strong.length === 0) return [];
    return {
      ...field,
      shapes: strong.map((n) => field.shapes[n]),
      mu: Float64Array.from(strong, (n) => field.mu[n]),
    };
  });
}
