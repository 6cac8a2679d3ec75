import { IsocenterError } from '../../contract/errors.ts';
import { structureOfGoal } from '../../evaluation/goals/goalStructure.ts';
import type { Prescription } from '../../model/plan.ts';
import type { Roi } from '../../model/structures.ts';
import { isClosed } from '../../structures/contours/stack.ts';
import { tg263NameFor } from '../../structures/sets/tg263.ts';
import type { DoseGoal } from '../objectives/goals.ts';
import type { ObjectiveTemplate, TemplateObjective } from './objectiveTemplate.ts';

export interface FittedTemplate {
  /** Names of ROIs that are there, doses in Gy over the whole course; in the template's order. */
  readonly objectives: readonly DoseGoal[];
  /** Structures for which nothing was found, each once, with the reason. */
  readonly unmatched: readonly { readonly structure: string; readonly reason: string }[];
}

/**
 * A template's objectives for the structures of a patient: matched as clinical goals are (name, TG-263 meaning, type), never by guess.
 * @param prescription Gy over the whole course; what percent in the template are of
 * @throws IsocenterError USAGE for percent without a prescription.
 */
export function fitTemplate(
  template: ObjectiveTemplate,
  rois: readonly Roi[],
  prescription?: Pick<Prescription, 'targetRoiNumber' | 'dose'>,
): FittedTemplate {
  const unmatched = new Map<string, string>();
  const objectives = template.objectives.flatMap(({ unit, objective }): DoseGoal[] => {
    const found = structureOfGoal({ structure: objective.roi }, rois, prescription);
    const reason = found.roi === undefined ? found.reason : withoutInterior(found.roi);
    if (found.roi === undefined || reason !== undefined) {
      unmatched.set(objective.roi, reason ?? '');
      return [];
    }
    return [{ ...inGray(objective, unit, prescription?.dose, template.name), roi: found.roi.name }];
  });
  return { objectives, unmatched: Array.from(unmatched, ([structure, reason]) => ({ structure, reason })) };
}

const withoutInterior = ({ name, contours }: Roi): string | undefined =>
  contours.some(isClosed) ? undefined : `${name} has no contours`;

function inGray(objective: DoseGoal, unit: 'Gy' | '%', prescribed: number | undefined, template: string): DoseGoal {
  if (unit === 'Gy') return objective;
  if (prescribed === undefined || !(prescribed > 0))
    throw new IsocenterError('USAGE', 'has doses in percent: prescribe a dose first', { object: template });
  return scaled(objective, prescribed / 100);
}

/** The objective with its doses multiplied, to 1e-4 Gy; doses that belong to a biological model stay in Gy. */
function scaled(objective: DoseGoal, factor: number): DoseGoal {
  const of = (dose: number): number => Math.round(dose * factor * 1e4) / 1e4;
  if (!('dose' in objective)) return objective;
  return objective.type === 'fall-off'
    ? { ...objective, dose: of(objective.dose), low: of(objective.low) }
    : { ...objective, dose: of(objective.dose) };
}

const TARGETS: readonly Roi['type'][] = ['PTV', 'CTV', 'GTV'];

/**
 * A template of objectives as they stand: structures under their TG-263 names, the prescription's target as PTV; doses of targets and
 * fall-offs in percent of the prescription, of organs in Gy, meant for about this dose per fraction.
 */
export function templateOf(
  name: string,
  objectives: readonly DoseGoal[],
  rois: readonly Roi[],
  prescription: Pick<Prescription, 'targetRoiNumber' | 'dose' | 'fractions'>,
): ObjectiveTemplate {
  const each = prescription.dose / prescription.fractions;
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    name,
    description: 'Own objectives',
    fractionation: { dosePerFraction: [round(each * 0.9), round(each * 1.1)] },
    objectives: objectives.map((objective): TemplateObjective => {
      const roi = rois.find((one) => one.name === objective.roi);
      const called =
        roi?.number === prescription.targetRoiNumber ? 'PTV' : (tg263NameFor(objective.roi) ?? objective.roi);
      const relative =
        objective.type === 'fall-off' || ('dose' in objective && roi !== undefined && TARGETS.includes(roi.type));
      const kept = relative ? scaled(objective, 100 / prescription.dose) : objective;
      return { unit: relative ? '%' : 'Gy', objective: { ...kept, roi: called } };
    }),
  };
}
