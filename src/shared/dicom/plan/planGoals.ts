import { goalSheetSchema } from '../../evaluation/goals/goalSheet.ts';
import { structureOfGoal } from '../../evaluation/goals/goalStructure.ts';
import { type Goal, parseGoal } from '../../evaluation/goals/goalText.ts';
import type { GoalSheet, PlanGoal } from '../../model/goals.ts';
import type { Plan, Prescription } from '../../model/plan.ts';
import type { Roi } from '../../model/structures.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { PRIVATE_CREATOR } from '../modules.ts';
import { fitText } from '../codec/text.ts';

/**
 * Clinical goals of an RT Plan: (300B,1010) UT of our private block holds the sheet as JSON. What Dose Reference Sequence (PS3.3 C.8.8.10) has a
 * place for is written there too, for other systems: see `doseReferences`.
 */
const KEYS = { creator: 0x300b0010, goals: 0x300b1010 };

/** The private attribute; nothing without goals. */
export function goalNotes({ goals }: Pick<Plan, 'goals'>): DataSetInput {
  if (goals === undefined) return {};
  return { '300B,0010:LO': PRIVATE_CREATOR, '300B,1010:UT': JSON.stringify(goals) };
}

/** What goals say of the prescription's own dose reference, and further dose references numbered from `first`. */
export interface GoalReferences {
  readonly target: DataSetInput;
  readonly others: DataSetInput[];
}

/**
 * Goals in DICOM's own terms, each limit in Gy. Of the prescribed target: least dose, greatest dose, and the volume that may get less than
 * the prescription. Of other structures: the greatest dose anywhere (limit dose), and the volume that may get more than a dose (maximum dose of what is not
 * overdosed, overdose volume fraction). Means, absolute volumes, what must stay below a dose, and priorities have no place there.
 */
export function doseReferences(
  { goals, prescription }: Pick<Plan, 'goals' | 'prescription'>,
  rois: readonly Roi[],
  first: number,
): GoalReferences {
  const target: DataSetInput = {};
  const others: DataSetInput[] = [];
  for (const goal of goals?.goals ?? []) {
    const { roi } = structureOfGoal(goal, rois, prescription);
    if (roi === undefined) continue;
    const parsed = parseGoal(goal.text);
    if (prescription !== undefined && roi.number === prescription.targetRoiNumber) {
      Object.assign(target, targetPart(parsed, prescription));
      continue;
    }
    const part = organPart(parsed, prescription);
    if (part === undefined) continue;
    others.push({
      DoseReferenceNumber: first + others.length,
      DoseReferenceStructureType: 'VOLUME',
      DoseReferenceDescription: fitText(roi.name, 64),
      ReferencedROINumber: roi.number,
      DoseReferenceType: 'ORGAN_AT_RISK',
      ...part,
    });
  }
  return { target, others };
}

type Dose = { readonly value: number; readonly unit: 'Gy' | '%' | 'cm3' };

const grayOf = ({ value, unit }: Dose, prescription: Prescription | undefined): number | undefined =>
  unit === 'Gy' ? value : prescription === undefined ? undefined : (value / 100) * prescription.dose;

function targetPart({ metric, comparison, limit }: Goal, prescription: Prescription): DataSetInput {
  const most = comparison.startsWith('<');
  const isPrescribed = (dose: Dose): boolean =>
    Math.abs((grayOf(dose, prescription) ?? 0) - prescription.dose) < 1e-6 * prescription.dose;
  if (metric.kind === 'min' && !most) return { TargetMinimumDose: grayOf(limit, prescription) };
  if (metric.kind === 'max' && most) return { TargetMaximumDose: grayOf(limit, prescription) };
  if (metric.kind === 'doseAtVolume' && !most && metric.at.unit === '%' && isPrescribed(limit))
    return { TargetUnderdoseVolumeFraction: 100 - metric.at.value };
  if (metric.kind === 'volumeAtDose' && !most && limit.unit === '%' && isPrescribed(metric.at))
    return { TargetUnderdoseVolumeFraction: 100 - limit.value };
  return {};
}

function organPart(
  { metric, comparison, limit }: Goal,
  prescription: Prescription | undefined,
): DataSetInput | undefined {
  if (!comparison.startsWith('<')) return undefined;
  const over = (dose: Dose, percent: number): DataSetInput | undefined => {
    const gray = grayOf(dose, prescription);
    return gray === undefined
      ? undefined
      : { OrganAtRiskMaximumDose: gray, OrganAtRiskOverdoseVolumeFraction: percent };
  };
  if (metric.kind === 'max') {
    const gray = grayOf(limit, prescription);
    return gray === undefined ? undefined : { OrganAtRiskLimitDose: gray };
  }
  if (metric.kind === 'doseAtVolume' && metric.at.unit === '%') return over(limit, metric.at.value);
  if (metric.kind === 'volumeAtDose' && limit.unit === '%') return over(metric.at, limit.value);
  return undefined;
}

/** Our goals as they were stored, or of other systems what their dose references say of organs at risk. */
export function readGoals(dataset: DataSet, warnings: string[]): GoalSheet | undefined {
  const ours = dataset.utf8(KEYS.creator) === PRIVATE_CREATOR ? dataset.utf8(KEYS.goals) : '';
  if (ours === '') return foreignGoals(dataset);
  try {
    return goalSheetSchema.parse(JSON.parse(ours));
  } catch {
    warnings.push('the clinical goals kept in the plan cannot be read');
    return undefined;
  }
}

function foreignGoals(dataset: DataSet): GoalSheet | undefined {
  const goals: PlanGoal[] = [];
  for (const item of dataset.sequence('DoseReferenceSequence')) {
    const said = item.string('DoseReferenceDescription').trim();
    const roiNumber = item.number('ReferencedROINumber');
    if (item.string('DoseReferenceType') !== 'ORGAN_AT_RISK' || (said === '' && roiNumber === undefined)) continue;
    // What is said may be anything: "Sensitive Structure" of all of them.
    const about = { structure: said === '' ? `ROI ${roiNumber}` : said, ...(roiNumber !== undefined && { roiNumber }) };
    const add = (text: string): void => {
      goals.push({ ...about, text, priority: 2, source: 'dose reference of the RT Plan as received' });
    };
    const [limit, most] = [item.number('OrganAtRiskLimitDose'), item.number('OrganAtRiskMaximumDose')];
    const fraction = item.number('OrganAtRiskOverdoseVolumeFraction');
    if (limit !== undefined && limit > 0) add(`max <= ${decimal(limit)} Gy`);
    if (most !== undefined && most > 0 && fraction !== undefined && fraction >= 0 && fraction <= 100)
      add(`V${decimal(most)}Gy <= ${decimal(fraction)} %`);
  }
  if (goals.length === 0) return undefined;
  return { name: 'Dose references of the plan', description: 'What the plan’s maker wrote of organs at risk', goals };
}

/** As goals are written: no exponents. */
const decimal = (value: number): string => String(Number(value.toFixed(4)));
