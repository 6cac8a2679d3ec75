import { IsocenterError } from '../../contract/errors.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import { copyAttributes } from '../codec/copyAttributes.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { nameOfTag } from '../codec/dictionary.ts';

/** The object that a plan was read from, for what it holds and the record does not. */
export interface Predecessor {
  readonly dataset: DataSet;
  /** The record as read from it. */
  readonly read: Plan;
  /** Beam Sequence or Ion Beam Sequence, by beam number. */
  readonly beams: ReadonlyMap<number, DataSet>;
  /** The fraction group that was read. */
  readonly group: DataSet | undefined;
}

type Item = DataSet | DataSetInput;

/** Attributes that a beam keeps although it was shaped anew: they say how it is set up, not what it delivers. */
const KEPT_OF_BEAMS = [
  'Manufacturer',
  'InstitutionName',
  'InstitutionalDepartmentName',
  'ManufacturerModelName',
  'DeviceSerialNumber',
  'HighDoseTechniqueType',
  'ReferencedToleranceTableNumber',
] as const;

/** What the writer makes itself (PS3.3 C.8.8.9 to C.8.8.14), and what a new instance must not inherit: an approval, a dose's UID. */
const OWN = new Set([
  'RTPlanLabel',
  'RTPlanName',
  'RTPlanDescription',
  'RTPlanDate',
  'RTPlanTime',
  'PlanIntent',
  'RTPlanGeometry',
  'DoseReferenceSequence',
  'FractionGroupSequence',
  'BeamSequence',
  'IonBeamSequence',
  'PatientSetupSequence',
  'PrescriptionDescription',
  'ReferencedStructureSetSequence',
  'ReferencedRTPlanSequence',
  'ReferencedDoseSequence',
]);

/** Groups of the RT modules; 300E holds the approval. */
const CARRIED_GROUPS = new Set([0x300a, 0x300c]);

/** Attributes of the plan as a whole that the record has no place for: tolerance tables, treatment sites, brachytherapy. */
export const carriedAttributes = ({ dataset }: Predecessor): DataSetInput =>
  copyAttributes(dataset, (tag) => CARRIED_GROUPS.has(tag >>> 16) && !OWN.has(nameOfTag(tag)));

const shape = ({ meterset: _meterset, beamDose: _beamDose, ...rest }: Beam): string => JSON.stringify(rest);

/** Whether the record's beam is the one that was read, but for monitor units and dose, which the fraction group states. */
function isUntouched(beam: Beam, { read }: Predecessor): boolean {
  const before = read.beams.find(({ number }) => number === beam.number);
  return before !== undefined && shape(before) === shape(beam);
}

/**
 * The plan's beams and those of other fraction groups: an untouched beam is the item it was read from, byte for byte; a changed one is
 * written anew, without table positions and dose references of its control points. Throws UNSUPPORTED_OBJECT for a changed beam of which `omitted` says more, or that is an ion beam; CONFLICT for a beam under a number of another
 * fraction group's.
 */
export function beamItems(plan: Plan, before: Predecessor, write: (beam: Beam) => DataSetInput): Item[] {
  const others = [...before.beams].filter(([number]) => !before.read.beams.some((beam) => beam.number === number));
  const taken = plan.beams.find(({ number }) => others.some(([other]) => other === number));
  if (taken !== undefined)
    throw new IsocenterError('CONFLICT', `the number is in use in another fraction group of the plan`, {
      object: `beam ${taken.number} (${taken.name})`,
      attribute: 'BeamNumber',
    });
  const items = plan.beams.map((beam): Item => {
    const item = before.beams.get(beam.number);
    if (item === undefined && before.read.ion !== true) return write(beam);
    if (item !== undefined && isUntouched(beam, before)) return item;
    return changedBeam(beam, item, before, write);
  });
  return [...items, ...others.map(([, item]) => item)];
}

function changedBeam(
  beam: Beam,
  item: DataSet | undefined,
  { read }: Predecessor,
  write: (beam: Beam) => DataSetInput,
): DataSetInput {
  const of = `beam ${beam.number} (`;
  const lost = (read.omitted ?? []).filter((text) => text.startsWith(of));
  if (read.ion === true) lost.push('its spots: ion beams are not edited here');
  if (lost.length > 0)
    throw new IsocenterError('UNSUPPORTED_OBJECT', `changed and written here it would lose ${lost.join('; ')}`, {
      object: `${of}${beam.name})`,
      attribute: 'BeamSequence',
    });
  const was = read.beams.find(({ number }) => number === beam.number);
  // Another machine, or another beam under a number that became free, has none of it.
  const isSame = was !== undefined && was.machine === beam.machine && was.name === beam.name;
  const kept = KEPT_OF_BEAMS.filter((name) => isSame && item?.has(name) === true).map((name) => [
    name,
    name.endsWith('Number') && name.startsWith('Referenced') ? item?.numbers(name) : item?.strings(name),
  ]);
  return { ...write(beam), ...(Object.fromEntries(kept) as DataSetInput) };
}

/** The fraction groups: the one read as `own` says, with what it holds besides; the others as they are. */
export function fractionGroups(plan: Plan, before: Predecessor, own: DataSetInput): Item[] {
  const groups = before.dataset.sequence('FractionGroupSequence');
  if (before.group === undefined) return [...groups, own];
  return groups.map((group) => (group === before.group ? mergedGroup(plan, before, group, own) : group));
}

const KEPT_OF_GROUPS = ['FractionGroupDescription', 'FractionPattern', 'BeamDoseMeaning'] as const;
const KEPT_NUMBERS_OF_GROUPS = [
  'FractionGroupNumber',
  'NumberOfFractionPatternDigitsPerDay',
  'RepeatFractionCycleLength',
  'NumberOfBrachyApplicationSetups',
] as const;

function mergedGroup(plan: Plan, before: Predecessor, group: DataSet, own: DataSetInput): DataSetInput {
  const references = new Map(
    group.sequence('ReferencedBeamSequence').map((item) => [item.needNumber('ReferencedBeamNumber'), item]),
  );
  const beams = inOrder(plan.beams, references).flatMap((beam): Item[] => {
    const [reference, read] = [references.get(beam.number), before.read.beams.find((b) => b.number === beam.number)];
    const stated = beam.meterset === read?.meterset && beam.beamDose === read?.beamDose;
    if (reference !== undefined && stated && isUntouched(beam, before)) return [reference];
    // A beam that was in no fraction group is given by nobody: saving does not change that.
    if (reference === undefined && read !== undefined && stated) return [];
    return (own.ReferencedBeamSequence as readonly DataSetInput[]).filter(
      (item) => item.ReferencedBeamNumber === beam.number,
    );
  });
  return {
    ...own,
    ...Object.fromEntries(KEPT_OF_GROUPS.map((name) => [name, group.has(name) ? group.string(name) : undefined])),
    ...Object.fromEntries(KEPT_NUMBERS_OF_GROUPS.map((name) => [name, group.number(name) ?? own[name]])),
    ReferencedBrachyApplicationSetupSequence: itemsOf(group, 'ReferencedBrachyApplicationSetupSequence'),
    // Gamma Knife plans count a beam that they do not name.
    NumberOfBeams: references.size + beams.length === 0 ? (group.number('NumberOfBeams') ?? 0) : beams.length,
    ReferencedBeamSequence: beams,
    ReferencedDoseReferenceSequence:
      (isPrescribedAsRead(plan, before) ? itemsOf(group, 'ReferencedDoseReferenceSequence') : undefined) ??
      own.ReferencedDoseReferenceSequence,
  };
}

/** Beams in the order of the object read, new ones after them. */
const inOrder = (beams: readonly Beam[], read: ReadonlyMap<number, DataSet>): readonly Beam[] => {
  const order = [...read.keys()];
  const place = ({ number }: Beam): number => (read.has(number) ? order.indexOf(number) : order.length);
  return beams.toSorted((a, b) => place(a) - place(b));
};

const itemsOf = (set: DataSet, sequence: string): readonly DataSet[] | undefined =>
  set.has(sequence) ? set.sequence(sequence) : undefined;

/** The targets of Dose Reference Sequence (PS3.3 C.8.8.10) that state a dose; those the fraction group names if it names any. */
export function prescribedTargets(dataset: DataSet, group: DataSet | undefined): readonly DataSet[] {
  const named =
    group?.sequence('ReferencedDoseReferenceSequence').map((item) => item.number('ReferencedDoseReferenceNumber')) ??
    [];
  const stated = dataset
    .sequence('DoseReferenceSequence')
    .filter((item) => item.string('DoseReferenceType') === 'TARGET' && item.has('TargetPrescriptionDose'));
  const ours = stated.filter((item) => named.includes(item.number('DoseReferenceNumber')));
  return ours.length > 0 ? ours : stated;
}

const isPrescribedAsRead = (plan: Plan, { read }: Predecessor): boolean =>
  JSON.stringify([plan.prescription, plan.goals]) === JSON.stringify([read.prescription, read.goals]);

/** Whether the record's goals hold all that a dose reference of an organ at risk says (planGoals.ts). */
const becameGoal = (item: DataSet): boolean =>
  item.string('DoseReferenceType') === 'ORGAN_AT_RISK' &&
  (item.has('OrganAtRiskLimitDose') || item.has('OrganAtRiskOverdoseVolumeFraction'));

/**
 * Dose References: as they are while prescription and goals are those read; else `own` (the prescription's first) in the place of the target and
 * organs at risk that became the record, under numbers that are free, and the rest as it was.
 */
export function carriedDoseReferences(plan: Plan, before: Predecessor, own: readonly DataSetInput[]): Item[] {
  const items = before.dataset.sequence('DoseReferenceSequence');
  if (isPrescribedAsRead(plan, before)) return [...items];
  const [chosen] = prescribedTargets(before.dataset, before.group);
  const rest = items.filter((item) => item !== chosen && !becameGoal(item));
  // Numbers of items that are gone stay theirs: control points may name them.
  let free = Math.max(0, ...items.map((item) => item.number('DoseReferenceNumber') ?? 0));
  const numbered = own.map((item, index) => {
    const keeps = index === 0 && plan.prescription !== undefined ? chosen?.number('DoseReferenceNumber') : undefined;
    return { ...item, DoseReferenceNumber: keeps ?? ++free };
  });
  return [...numbered, ...rest];
}
