import { allPlans } from './plans.ts';
import type { ClinicalDocument, PlanRecord } from './records.ts';

/** The course of a patient's first plan, where nobody said. */
const FIRST_COURSE = 'C1';

/** A course and its open plans by index. */
export interface Course {
  readonly name: string;
  readonly plans: readonly PlanRecord[];
}

/**
 * The course of a plan: what it says itself (a private attribute of ours), failing that the description or ID of the study that it is
 * stored in, which is what other systems use for it.
 */
export function courseOf({ tree }: Pick<ClinicalDocument, 'tree'>, { plan }: PlanRecord): string {
  if (plan.course !== undefined) return plan.course;
  const study = tree.tree.find(({ series }) =>
    series.some(({ objects }) => objects.some(({ sopInstanceUid }) => sopInstanceUid === plan.sopInstanceUid)),
  );
  const id = study === undefined || study.studyId === '' ? '' : `Study ${study.studyId}`;
  return study?.studyDescription || id || FIRST_COURSE;
}

/** The open plans by course: courses by name, plans in the order in which they came. */
export function coursesOf(document: ClinicalDocument): readonly Course[] {
  const courses = new Map<string, PlanRecord[]>();
  for (const record of [...allPlans(document)].sort((a, b) => a.index - b.index)) {
    const name = courseOf(document, record);
    courses.set(name, [...(courses.get(name) ?? []), record]);
  }
  const byName = [...courses].sort(([a], [b]) => a.localeCompare(b, undefined, { numeric: true }));
  return byName.map(([name, plans]) => ({ name, plans }));
}

/** The course of the active plan, for one that is made beside it. */
export function currentCourse(document: ClinicalDocument): string {
  const active = allPlans(document).find(({ index }) => index === document.planIndex);
  return active === undefined ? FIRST_COURSE : courseOf(document, active);
}
