import { couchShift, marksOf } from '../../dosimetry/plan/arrange/setupShifts.ts';
import { iecFromPatient } from '../../geometry/iec.ts';
import { length, subtract, type Vec3 } from '../../geometry/vec.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { CouchShift, SetupMarks } from '../../model/setup.ts';
import { copyAttributes } from '../codec/copyAttributes.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import type { Predecessor } from './predecessor.ts';

/** Marks and isocenters nearer than this are one, mm. */
const SAME = 0.05;
/** Set-ups whose shifts lead to marks further apart than this (mm) are not set-ups from one set of marks. */
const AGREE = 0.5;

const SHIFTS = {
  vertical: 'TableTopVerticalSetupDisplacement',
  longitudinal: 'TableTopLongitudinalSetupDisplacement',
  lateral: 'TableTopLateralSetupDisplacement',
} as const;

/** The set-up a beam refers to; one that says nothing has the plan's first. */
const setupOf = (beam: DataSet | undefined, setups: readonly DataSet[]): number =>
  beam?.number('ReferencedPatientSetupNumber') ?? setups[0]?.number('PatientSetupNumber') ?? 1;
const isSame = (a: Vec3, b: Vec3, within = SAME): boolean => length(subtract(a, b)) <= within;

/** The marks that the couch shifts of a plan's set-ups start from; undefined where they state none or, with a warning, different ones. */
export function readMarks(
  dataset: DataSet,
  beams: readonly Beam[],
  items: ReadonlyMap<number, DataSet>,
  patientPosition: string,
  warnings: string[],
): SetupMarks | undefined {
  if (iecFromPatient(patientPosition) === undefined) return undefined;
  const setups = dataset.sequence('PatientSetupSequence');
  const found = beams.flatMap((beam): SetupMarks[] => {
    const setup = setups.find((one) => one.number('PatientSetupNumber') === setupOf(items.get(beam.number), setups));
    const shift = setup && shiftOf(setup);
    if (setup === undefined || shift === undefined) return [];
    const description = setup.string('SetupTechniqueDescription');
    const position = marksOf(shift, beam.controlPoints[0].isocenter, patientPosition);
    return [{ position, ...(description === '' ? {} : { description }) }];
  });
  const [first] = found;
  if (first === undefined) return undefined;
  if (found.every(({ position }) => isSame(position, first.position, AGREE))) return first;
  warnings.push('the couch shifts of the set-ups start from different marks: none are shown');
  return undefined;
}

function shiftOf(setup: DataSet): CouchShift | undefined {
  const [vertical, longitudinal, lateral] = Object.values(SHIFTS).map((name) => setup.number(name));
  if (vertical === undefined || longitudinal === undefined || lateral === undefined) return undefined;
  return { vertical, longitudinal, lateral };
}

export interface WrittenSetups {
  readonly items: readonly (DataSet | DataSetInput)[];
  /** Patient Setup Number of each beam. */
  readonly numberOf: (beam: Beam) => number;
  /** A beam's item that says so, whatever it said before. */
  readonly placed: (item: DataSet | DataSetInput) => DataSet | DataSetInput;
}

/**
 * Patient Setup Sequence (PS3.3 C.8.8.12): with marks an item for each isocenter, which says how the couch moves there from the marks; items of the
 * plan read stay as they are while they still say so.
 */
export function setupItems(plan: Plan, before: Predecessor | undefined): WrittenSetups {
  const read = before?.dataset.sequence('PatientSetupSequence') ?? [];
  const numbers = new Map<number, number>();
  const places = new Map<number, Vec3>();
  // Beams that the plan read has come first: their numbers stay where they can.
  const ordered = plan.beams.toSorted((a, b) => Number(isNew(a, before)) - Number(isNew(b, before)));
  for (const beam of ordered) {
    const { isocenter } = beam.controlPoints[0];
    const old = setupOf(before?.beams.get(beam.number), read);
    const isFree = (number: number): boolean => {
      const place = places.get(number);
      return plan.marks === undefined || place === undefined || isSame(place, isocenter);
    };
    let number = old;
    const taken = [...read.map((item) => item.number('PatientSetupNumber') ?? 0), ...places.keys()];
    if (!isFree(number)) number = [...places.keys()].find(isFree) ?? Math.max(0, ...taken) + 1;
    numbers.set(beam.number, number);
    if (!places.has(number)) places.set(number, isocenter);
  }
  if (places.size === 0) places.set(1, [0, 0, 0]);
  const known = read.map((item) => item.number('PatientSetupNumber') ?? 0);
  const carried = read.map((item, n) => {
    const place = places.get(known[n]);
    return place === undefined ? item : setupItem(plan, known[n], place, item, before);
  });
  const added = [...places].filter(([number]) => !known.includes(number)).sort(([a], [b]) => a - b);
  const own = added.map(([number, place]) => setupItem(plan, number, place, undefined, before));
  return {
    items: [...carried, ...own],
    numberOf: ({ number }) => numbers.get(number) ?? 1,
    placed: (item) => {
      if (!isDataSet(item)) return item;
      const number = numbers.get(item.number('BeamNumber') ?? Number.NaN);
      if (number === undefined || number === setupOf(item, read)) return item;
      return { ...copyAttributes(item), ReferencedPatientSetupNumber: number };
    },
  };
}

const isDataSet = (item: DataSet | DataSetInput): item is DataSet => 'elements' in item && item.elements instanceof Map;

const isNew = ({ number }: Beam, before: Predecessor | undefined): boolean => before?.beams.has(number) !== true;

function setupItem(
  plan: Plan,
  number: number,
  place: Vec3,
  item: DataSet | undefined,
  before: Predecessor | undefined,
): DataSet | DataSetInput {
  const shift = plan.marks && couchShift(plan.marks.position, place, plan.patientPosition);
  const stated = item && shiftOf(item);
  if (
    item !== undefined &&
    isStill(shift, stated, before?.read.marks === undefined && isUnmoved(plan, number, before)) &&
    plan.marks?.description === before?.read.marks?.description
  )
    return item;
  return {
    ...(item === undefined
      ? { PatientSetupNumber: number, PatientPosition: plan.patientPosition, SetupTechnique: 'ISOCENTRIC' }
      : copyAttributes(item)),
    ...describedBy(plan, before),
    ...Object.fromEntries(
      Object.entries(SHIFTS).map(([key, name]) => [
        name,
        shift && Math.round(shift[key as keyof CouchShift] * 1000) / 1000,
      ]),
    ),
  };
}

/** The marks' description in the place of the one read with marks; words of a set-up that had none stay. */
function describedBy({ marks }: Plan, before: Predecessor | undefined): DataSetInput {
  if (marks?.description === undefined && before?.read.marks?.description === undefined) return {};
  return { SetupTechniqueDescription: marks?.description?.slice(0, 1024) };
}

/** Whether what a set-up states holds: it is the shift there is, or states none, or what it states was never understood and nothing moved. */
function isStill(shift: CouchShift | undefined, stated: CouchShift | undefined, isForeign: boolean): boolean {
  if (shift === undefined) return stated === undefined || isForeign;
  return (
    stated !== undefined &&
    (['vertical', 'longitudinal', 'lateral'] as const).every((key) => Math.abs(stated[key] - shift[key]) < SAME)
  );
}

/** Whether every beam of a set-up has the isocenter that it was read with. */
function isUnmoved(plan: Plan, number: number, before: Predecessor | undefined): boolean {
  const setups = before?.dataset.sequence('PatientSetupSequence') ?? [];
  return plan.beams.every((beam) => {
    if (setupOf(before?.beams.get(beam.number), setups) !== number) return true;
    const was = before?.read.beams.find((one) => one.number === beam.number);
    return was !== undefined && isSame(was.controlPoints[0].isocenter, beam.controlPoints[0].isocenter);
  });
}
