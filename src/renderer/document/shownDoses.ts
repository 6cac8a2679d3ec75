import type { Volume } from '#shared/geometry/volume.ts';
import { courseDose, doseMeaning } from '#shared/evaluation/doses/doseMeaning.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';
import { allPlans, type PlanFields } from './plans.ts';
import type { ClinicalDocument, DoseSumRecord } from './records.ts';

/** A dose that can be looked at, compared, added and evaluated. All lie in the primary image's frame of reference. */
export interface ShownDose {
  /** Names it as long as the patient is open: `plan:0`, `beam:0:2`, `sum:1`, `stored:UID`. */
  readonly key: string;
  readonly kind: 'plan' | 'beam' | 'sum' | 'stored';
  readonly name: string;
  /** Of a whole course, but for a stored dose whose `notes` say otherwise. */
  readonly dose: DoseVolume;
  /** Why it does not belong to what is shown beside it. */
  readonly stale?: string;
  /** Gy that 100 % stand for; absent without a prescription. */
  readonly prescribed?: number;
  /** Fractions of its plan. */
  readonly fractions?: number;
  /** Index of its plan (`PlanRecord.index`). */
  readonly plan?: number;
  /** Of a sum: how many of its doses reach each voxel. */
  readonly reached?: Volume<Uint8Array>;
  readonly notes: readonly string[];
  /** Names of the registrations that it came through, if any. */
  readonly through?: readonly string[];
}

export type DoseFields = PlanFields & Pick<ClinicalDocument, 'doseSums' | 'storedDoses'>;

const known = new WeakMap<DoseFields, readonly ShownDose[]>();

/**
 * Every dose of the open patient: of the plans (the active one first), of their beams where they were computed here, the sums and the
 * stored doses that were opened. The same array for the same document.
 */
export function shownDoses(document: DoseFields): readonly ShownDose[] {
  let doses = known.get(document);
  if (doses === undefined) {
    const plain = [...planDoses(document), ...storedDoses(document)];
    doses = [...plain, ...(document.doseSums ?? []).map((sum) => sumDose(sum, plain))];
    known.set(document, doses);
  }
  return doses;
}

/** Sums that would be lost with the window. */
export const unsavedSums = ({ doseSums = [] }: DoseFields): readonly DoseSumRecord[] =>
  doseSums.filter(({ saved }) => saved !== true);

export const doseOfKey = (document: DoseFields, key: string): ShownDose | undefined =>
  shownDoses(document).find((shown) => shown.key === key);

function planDoses(document: DoseFields): ShownDose[] {
  const records = allPlans(document);
  const plans = records.flatMap(({ index, plan, dose, doseStale }): ShownDose[] => {
    if (dose === undefined) return [];
    const course = courseOf(dose, plan);
    return [
      {
        key: `plan:${index}`,
        kind: 'plan',
        name: plan.label,
        dose: course ?? dose,
        stale: doseStale,
        prescribed: plan.prescription?.dose,
        fractions: plan.fractions,
        plan: index,
        notes: dose.summation === 'PLAN' ? [] : [`its dose stands for: ${doseMeaning(dose)}`],
      },
    ];
  });
  const beams = records.flatMap(({ index, plan, beamDoses, doseStale }) =>
    beamDoses.map(
      (dose): ShownDose => ({
        key: `beam:${index}:${dose.beamNumber ?? 0}`,
        kind: 'beam',
        name: `${plan.label}: ${plan.beams.find(({ number }) => number === dose.beamNumber)?.name ?? doseMeaning(dose)}`,
        dose,
        stale: doseStale,
        prescribed: plan.prescription?.dose,
        fractions: plan.fractions,
        plan: index,
        notes: [],
      }),
    ),
  );
  return [...plans, ...planless(document), ...beams];
}

const courses = new WeakMap<DoseVolume, { readonly fractions: number; readonly course: DoseVolume | undefined }>();

/** The same object for the same dose and fractions: a sum of it stands as long as its voxels are the same ones. */
function courseOf(dose: DoseVolume, plan: Plan): DoseVolume | undefined {
  let made = courses.get(dose);
  if (made?.fractions !== plan.fractions) {
    made = { fractions: plan.fractions, course: courseDose(dose, plan) };
    courses.set(dose, made);
  }
  return made.course;
}

/** A dose that was opened without its plan. */
function planless({ plan, planIndex, dose, doseStale }: DoseFields): ShownDose[] {
  if (plan !== undefined || dose === undefined) return [];
  const notes = [`its plan is not open; it stands for: ${doseMeaning(dose)}`];
  return [{ key: `plan:${planIndex}`, kind: 'plan', name: 'Dose', dose, stale: doseStale, plan: planIndex, notes }];
}

const storedDoses = ({ storedDoses: stored = [] }: DoseFields): ShownDose[] =>
  stored.map(({ name, dose, notes, through, fractions, prescribed }) => ({
    key: `stored:${dose.sopInstanceUid}`,
    kind: 'stored',
    name,
    dose,
    notes,
    through,
    fractions,
    prescribed,
  }));

function sumDose(
  { id, name, dose, reached, terms, prescribed }: DoseSumRecord,
  others: readonly ShownDose[],
): ShownDose {
  const stale = terms
    .map(({ key, name: of, data }) => {
      const now = others.find((one) => one.key === key);
      if (now === undefined) return `${of} is no longer open`;
      if (now.dose.data !== data) return `${of} has another dose now`;
      return now.stale === undefined ? undefined : `${of}: ${now.stale}`;
    })
    .find((reason) => reason !== undefined);
  return { key: `sum:${id}`, kind: 'sum', name, dose, reached, stale, prescribed, notes: dose.warnings };
}
