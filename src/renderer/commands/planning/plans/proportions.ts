import { IsocenterError } from '#shared/contract/errors.ts';
import { isModulated } from '#shared/dosimetry/beam/modulated.ts';
import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { doseByDvh } from '#shared/dosimetry/plan/doseInRoi.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { targetOf } from '../plans.ts';

/**
 * A plan whose monitor units were what counted, about to be normalised: with modulated beams the weights become what each beam gives to the
 * target now, so that normalising multiplies all monitor units by one factor (to 0.01 %). Weights of 1 would set them all anew.
 * @throws IsocenterError USAGE without a dose of the plan as it is, beam by beam.
 */
export function keepProportions(plan: Plan, { structures, dose, doseStale, beamDoses }: ClinicalDocument): Plan {
  const treated = plan.beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT');
  if (!treated.some(isModulated) || treated.length < 2) return plan;
  const doses = treated.map(({ number }) => beamDoses.find(({ beamNumber }) => beamNumber === number));
  const [first] = doses;
  if (dose === undefined || doseStale !== undefined || first === undefined || doses.includes(undefined))
    throw new IsocenterError(
      'USAGE',
      'the monitor units of modulated beams stay in proportion by the dose of each beam: compute the dose first (F5)',
      { object: plan.label },
    );
  const { mean } = doseByDvh(targetOf(plan, structures), first);
  const means = new Map(treated.map(({ number }, n) => [number, mean(doses[n]?.data ?? first.data)]));
  const total = [...means.values()].reduce((sum, value) => sum + value, 0);
  if (!(total > 0)) throw new IsocenterError('DOSE', 'no beam gives dose to the target', { object: plan.label });
  const weighed = (beam: Beam): Beam => {
    const given = means.get(beam.number);
    if (given === undefined) return beam;
    return withNote(beam, { ...beamNote(beam), weight: Math.round((1e4 * treated.length * given) / total) / 1e4 });
  };
  return { ...plan, beams: plan.beams.map(weighed) };
}
