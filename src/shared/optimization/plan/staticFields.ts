import type { Machine } from '../../dosimetry/machine/machine.ts';
import { fieldDoses, type FieldDoses, optimizeFields, type PlacedField } from '../sequencing/optimizeFields.ts';
import { beamsOf, sequenceFields, type SequencingReport } from '../sequencing/sequenceBeams.ts';
import { leastSegmentArea, smallFields } from '../sequencing/segmentArea.ts';
import type { SequencingMethod } from '../sequencing/sequenceField.ts';
import type { Deliverable } from './deliverable.ts';
import { type FoundFluence, smoothedFluence } from './fluence.ts';
import type { Minimizer } from './minimize.ts';
import type { OptimizationHooks } from './run.ts';

/** Fields as a delivery, with what its sequencing came to. */
export interface StaticFields extends Deliverable<StaticFields> {
  readonly sequencing: SequencingReport;
}

/** A search that was ended `early` has its fields, with the doses that were looked at last: before leaves and segments kept the rules. */
interface FoundFields extends FieldDoses {
  readonly early?: boolean;
}

/** Iterations of an aperture optimisation; a correction needs fewer. */
const ITERATIONS = 100;
const FEWER = 40;

/** Bixel weights as static fields: sequenced, then optimised as apertures. @throws as sequenceFields and optimizeFields. */
export async function staticFields(
  minimizer: Minimizer,
  fluence: FoundFluence,
  machine: Machine,
  method: SequencingMethod,
  hooks: OptimizationHooks,
): Promise<StaticFields> {
  const { operator, maps = operator } = minimizer.problem;
  const { signal } = hooks;
  const smooth = await smoothedFluence(minimizer, hooks, fluence);
  const objective = minimizer.problem.objective(minimizer.goals);
  const sequenced = await sequenceFields({ operator, maps, objective, machine }, smooth.x, method, signal);

  const optimized = async (begin: FieldDoses, offset: Float64Array | undefined, iterations: number) => {
    const found = await minimizer.minimize<FoundFields>({
      phase: offset === undefined ? 'apertures' : 'corrections',
      begin,
      search: async (objective, from = begin, step) =>
        await optimizeFields(from.fields, { operator, objective, machine }, method, {
          maxIterations: iterations,
          ...(offset && { doseOffset: offset }),
          ...(signal && { signal }),
          onIteration: ({ value, doses, found: fields }) =>
            step({ value, doses, found: () => ({ fields: fields(), doses: doses.slice(), value, early: true }) }),
        }),
    });
    return delivered(found.early === true ? await asTheyAre(found.fields, offset) : found, offset);
  };

  const asTheyAre = async (
    fields: readonly PlacedField[],
    offset: Float64Array | undefined,
  ): Promise<FieldDoses & { readonly violation: number }> => {
    const objective = minimizer.problem.objective(minimizer.goals);
    const { doses } = await fieldDoses(fields, { operator, objective, machine });
    for (let row = 0; row < doses.length; row++) doses[row] += offset?.[row] ?? 0;
    const value = objective.evaluate(doses, new Float64Array(doses.length));
    return { fields, doses, value, violation: objective.tighten(doses) };
  };

  const delivered = (
    found: FieldDoses & { readonly violation: number },
    offset: Float64Array | undefined,
  ): StaticFields => {
    const values = { fluence: fluence.value, sequenced: sequenced.value, final: found.value };
    const { beams, report } = beamsOf(found, machine, values);
    const given = new Set(beams.map(({ number }) => number));
    return {
      beams,
      sequencing: report,
      doses: offset === undefined ? found.doses : found.doses.map((dose, row) => dose - offset[row]),
      value: found.value,
      violation: found.violation,
      warnings: [
        ...operator.directions
          .filter(({ beam }) => !given.has(beam.number))
          .map(({ beam }) => `Beam ${beam.number} (${beam.name}) is left out: too little is left for it that ${machine.name} can give`), // biome-ignore format: one text
        ...smallFields(found.fields, method)
          .filter(({ field: { like } }) => given.has(like.number))
          .map(({ field: { like }, area }) => `Beam ${like.number} (${like.name}) has no room for segments of ${leastSegmentArea(method) / 100} cm²: its smallest has ${(area / 100).toFixed(1)} cm²`), // biome-ignore format: one text
      ],
      improved: async (next) => await optimized(found, next, FEWER),
    };
  };
  return await optimized(sequenced, undefined, ITERATIONS);
}
