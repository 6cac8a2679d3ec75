import type { Plan } from '../../model/plan.ts';
import { checkObjectives, type DoseGoal } from '../../optimization/objectives/goals.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { PRIVATE_CREATOR } from '../modules.ts';

/** (300B,1012) UT of our private block: what the plan is optimised for, the objectives of a goals file as JSON. */
const KEYS = { creator: 0x300b0010, objectives: 0x300b1012 };

/** The private attribute; nothing without objectives. */
export function objectiveNotes({ objectives }: Pick<Plan, 'objectives'>): DataSetInput {
  if (objectives === undefined || objectives.length === 0) return {};
  return { '300B,0010:LO': PRIVATE_CREATOR, '300B,1012:UT': JSON.stringify(objectives) };
}

/** What a plan of ours kept. */
export function readObjectives(dataset: DataSet, warnings: string[]): readonly DoseGoal[] | undefined {
  const text = dataset.utf8(KEYS.creator) === PRIVATE_CREATOR ? dataset.utf8(KEYS.objectives) : '';
  if (text === '') return undefined;
  try {
    return checkObjectives(JSON.parse(text));
  } catch {
    warnings.push('the optimisation objectives kept in the plan cannot be read');
    return undefined;
  }
}
