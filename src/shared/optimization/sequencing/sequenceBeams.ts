import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../../contract/errors.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { Beam } from '../../model/plan.ts';
import { deliverySeconds, fieldBeam } from './fieldBeam.ts';
import { withoutHeadScatter } from './headScatter.ts';
import {
  fieldDoses,
  type FieldDoses,
  type FieldOptions,
  type FieldProblem,
  optimizeFields,
  type PlacedField,
} from './optimizeFields.ts';
import { sequenceField, type SequencingMethod } from './sequenceField.ts';

interface BeamReport {
  /** Segments that stand still, or control points where leaves move. */
  readonly segments: number;
  readonly mu: number;
  /** Radiation and the ways of leaves, without what is between beams. */
  readonly seconds: number;
}

export interface SequencingReport extends BeamReport {
  /** The objective of the bixel weights, of the fields as they were sequenced from them, and of the fields at last. */
  readonly objective: { readonly fluence: number; readonly sequenced: number; readonly final: number };
  readonly beams: readonly (BeamReport & { readonly number: number })[];
  /** Numbers of beams left out, since they would have had fewer MU than the machine can give. */
  readonly leftOut: readonly number[];
}

export interface SequencedBeams extends FieldDoses {
  readonly beams: readonly Beam[];
  readonly report: SequencingReport;
}

/**
 * Bixel weights of all directions as beams that the machine can deliver: sequenced, then optimised as apertures on the objective itself.
 * @param options of the aperture optimisation; `maxIterations: 0` leaves it out.
 * @throws IsocenterError MACHINE naming the beam that the machine cannot deliver; DOSE where nothing has any weight; CANCELLED by the signal.
 */
export async function sequenceBeams(
  problem: FieldProblem,
  weights: Float64Array,
  method: SequencingMethod,
  options: FieldOptions = {},
): Promise<SequencedBeams> {
  const doses = new Float64Array(problem.operator.rows);
  await (problem.maps ?? problem.operator).times(weights, doses);
  const fluence = problem.objective.evaluate(doses, new Float64Array(doses.length));
  const sequenced = await sequenceFields(problem, weights, method, options.signal);
  const found =
    options.maxIterations === 0 ? sequenced : await optimizeFields(sequenced.fields, problem, method, options);
  return beamsOf(found, problem.machine, { fluence, sequenced: sequenced.value, final: found.value });
}

/** Bixel weights of all directions as fields, before any optimisation of their apertures. */
export async function sequenceFields(
  problem: FieldProblem,
  weights: Float64Array,
  method: SequencingMethod,
  signal?: AbortSignalLike,
): Promise<FieldDoses> {
  const { operator, maps = operator, machine } = problem;
  let last = operator.directions.reduce((most, { beam }) => Math.max(most, beam.number), 0);
  const fields = maps.directions.flatMap(({ beam, lattice, from, to }, direction): PlacedField[] => {
    throwIfCancelled(signal);
    const open = withoutHeadScatter(lattice, weights.subarray(from, to), machine);
    return sequenceField(beam, lattice, open, machine, method, () => ++last).map((field) => ({ ...field, direction }));
  });
  if (fields.length === 0) throw new IsocenterError('DOSE', 'no bixel has any weight: there is nothing to sequence');
  return await fieldDoses(fields, problem);
}

/** Fields as beams, with what they come to. */
export function beamsOf(found: FieldDoses, machine: Machine, objective: SequencingReport['objective']): SequencedBeams {
  const made = found.fields.map((field) => ({ field, beam: fieldBeam(field, machine) }));
  const given = made.flatMap(({ field, beam }) => (beam === undefined ? [] : [{ field, beam }]));
  const beams = given.map(({ field, beam }) => ({
    number: beam.number,
    segments: field.shapes.length,
    mu: beam.meterset!,
    seconds: deliverySeconds(field),
  }));
  const sum = (what: keyof BeamReport): number => beams.reduce((total, beam) => total + beam[what], 0);
  return {
    ...found,
    beams: given.map(({ beam }) => beam),
    report: {
      segments: sum('segments'),
      mu: sum('mu'),
      seconds: sum('seconds'),
      objective,
      beams,
      leftOut: made.flatMap(({ field, beam }) => (beam === undefined ? [field.like.number] : [])),
    },
  };
}
