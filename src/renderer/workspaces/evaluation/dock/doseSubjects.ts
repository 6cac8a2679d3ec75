import { allPlans } from '#renderer/document/plans.ts';
import { shownDoses } from '#renderer/document/shownDoses.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';

/** A dose that is evaluated, with the plan it is of where one is open. */
export interface DoseSubject {
  /** Of the plan; 0 for a dose without, negative for sums and stored doses. */
  readonly index: number;
  /** Place among the open plans in order of creation: its dash. */
  readonly rank: number;
  readonly name: string;
  readonly active: boolean;
  readonly plan?: Plan;
  readonly dose?: DoseVolume;
  /** Why the dose does not belong to its plan and structures: no number of it may stand then. */
  readonly stale?: string;
}

const known = new WeakMap<ClinicalDocument, readonly DoseSubject[]>();

/** Every open plan, and a dose without plan, in order of creation; then sums and stored doses that were opened. The same array for the same document. */
export function doseSubjects(document: ClinicalDocument): readonly DoseSubject[] {
  let subjects = known.get(document);
  if (subjects === undefined) {
    subjects = made(document);
    known.set(document, subjects);
  }
  return subjects;
}

function made(document: ClinicalDocument): DoseSubject[] {
  const records = [...allPlans(document)].sort((a, b) => a.index - b.index);
  const subjects = records.map((record, rank): DoseSubject => {
    const { index, plan, dose, doseStale } = record;
    const twin = records.some((other) => other !== record && other.plan.label === plan.label);
    const name = twin ? `${plan.label} (${rank + 1})` : plan.label;
    const active = index === document.planIndex;
    return { index, rank, name, active, plan, ...(dose && { dose }), ...(doseStale && { stale: doseStale }) };
  });
  if (document.plan === undefined && document.dose !== undefined) {
    const { dose, doseStale: stale, planIndex: index } = document;
    subjects.push({ index, rank: subjects.length, name: 'Dose', active: true, dose, ...(stale && { stale }) });
  }
  return [...subjects, ...withoutPlan(document, subjects.length)];
}

/** Sums, and stored doses that were opened, after the plans; under indices that no plan has and that stay. */
function withoutPlan(document: ClinicalDocument, first: number): DoseSubject[] {
  let opened = 0;
  return shownDoses(document)
    .filter(({ kind }) => kind === 'sum' || kind === 'stored')
    .map(({ key, kind, name, dose, stale }, n): DoseSubject => {
      const index = kind === 'sum' ? -2 * Number(key.slice('sum:'.length)) : -2 * opened++ - 1;
      return { index, rank: first + n, name, active: false, dose, ...(stale !== undefined && { stale }) };
    });
}

/** Solid for the first plan, then dashes that stay apart at a width of 1.75 px. */
const DASHES: readonly (readonly number[])[] = [[], [9, 4], [2, 3], [10, 3, 2, 3], [16, 5], [5, 2, 1, 2, 1, 2]];

export const dashOf = ({ rank }: Pick<DoseSubject, 'rank'>): readonly number[] => DASHES[rank % DASHES.length];
