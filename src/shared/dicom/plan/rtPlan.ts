import { IsocenterError } from '../../contract/errors.ts';
import type { ObjectContext } from '../../model/context.ts';
import type { Beam, Plan, Prescription } from '../../model/plan.ts';
import type { Roi } from '../../model/structures.ts';
import { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { checkInstance, commonModules, dateAndTime, NOT_CLINICAL, openObject, PRIVATE_CREATOR } from '../modules.ts';
import { writePart10 } from '../codec/part10.ts';
import { checkNotes, readCheckNotes } from './checkNotes.ts';
import { readIonBeam } from './ionBeams.ts';
import {
  beamItems,
  carriedAttributes,
  carriedDoseReferences,
  fractionGroups,
  type Predecessor,
  prescribedTargets,
} from './predecessor.ts';
import { type BeamDelivery, readBeam } from './planBeams.ts';
import { beamItem } from './planBeamWriter.ts';
import { doseReferences, goalNotes, readGoals } from './planGoals.ts';
import { objectiveNotes, readObjectives } from './planObjectives.ts';
import { readMarks, setupItems } from './setups.ts';
import { fitText } from '../codec/text.ts';
import { RT_ION_PLAN, RT_PLAN, RT_STRUCTURE_SET } from '../uid.ts';

const INTENTS: readonly string[] = ['CURATIVE', 'PALLIATIVE', 'RESEARCH', 'VERIFICATION', 'MACHINE_QA', 'SERVICE'];
const NORMALIZATIONS: readonly string[] = ['D95', 'D50', 'Mean', 'Isocenter', 'None'];

/** Our private block in group 300B: how the MU were normalised, and the course, which RT Plan has no attributes for. */
const NORMALIZATION_KEYS = { creator: 0x300b0010, kind: 0x300b1001, percent: 0x300b1002 };
const COURSE_KEY = 0x300b1003;

export interface ReadPlanOptions {
  /** Fraction Group Number to read where a plan has several; the first by default. */
  readonly fractionGroup?: number;
}

/**
 * Reads an external-beam RT Plan (PS3.3 A.20), an RT Ion Plan (A.49) as far as it can be shown, also vendors' private RT Plan classes. Of
 * several fraction groups one is read: its beams and those of no group make the plan; what the record cannot hold is named in `warnings` and
 * `omitted`. Throws UNSUPPORTED_OBJECT for brachytherapy plans and plans without beams.
 */
export function readPlan(bytes: Uint8Array, name = 'RT Plan', options: ReadPlanOptions = {}): Plan {
  return readPredecessor(bytes, name, options).read;
}

const isOtherPlan = (dataset: DataSet): boolean =>
  dataset.string('SOPClassUID') === RT_ION_PLAN ||
  (!dataset.string('SOPClassUID').startsWith('1.2.840.10008.') &&
    dataset.string('Modality') === 'RTPLAN' &&
    dataset.has('BeamSequence'));

function readPredecessor(bytes: Uint8Array, name: string, options: ReadPlanOptions): Predecessor {
  const { dataset, warnings: fileWarnings } = openObject(bytes, name, RT_PLAN, isOtherPlan);
  const warnings = [...fileWarnings];
  const omitted: string[] = [];
  const sopClass = dataset.string('SOPClassUID');
  const sequence = sopClass === RT_ION_PLAN ? 'IonBeamSequence' : 'BeamSequence';
  if (sopClass !== RT_PLAN && sopClass !== RT_ION_PLAN)
    warnings.push(`private SOP class ${sopClass} read as an RT Plan`);
  if (!dataset.has(sequence)) {
    const what = dataset.has('ApplicationSetupSequence') ? 'a brachytherapy plan' : 'a plan without beams';
    throw new IsocenterError('UNSUPPORTED_OBJECT', `${what} cannot be read as an external-beam plan`, {
      object: name,
      attribute: sequence,
    });
  }
  const group = chooseGroup(dataset, options.fractionGroup, warnings, omitted);
  const fractionGroupNumber = numberedGroup(dataset, group);
  const fractions = group?.number('NumberOfFractionsPlanned') ?? 0;
  if (fractions === 0) warnings.push('the number of fractions is not stated');
  const planName = dataset.string('RTPlanName');
  const description = dataset.string('RTPlanDescription');
  const course = dataset.utf8(NORMALIZATION_KEYS.creator) === PRIVATE_CREATOR ? dataset.utf8(COURSE_KEY) : '';
  const approval = dataset.string('ApprovalStatus');
  const intent = dataset.string('PlanIntent');
  const prescription = readPrescription(dataset, group, warnings);
  const beams = readBeams(dataset, sequence, group, warnings, omitted);
  const goals = readGoals(dataset, warnings);
  const objectives = readObjectives(dataset, warnings);
  const checkOverrides = readCheckNotes(dataset, warnings);
  const items = new Map(dataset.sequence(sequence).map((item) => [item.needNumber('BeamNumber'), item]));
  const patientPosition = readPosition(dataset, omitted);
  const marks = readMarks(dataset, beams, items, patientPosition, warnings);
  const predecessorUids = dataset
    .sequence('ReferencedRTPlanSequence')
    .filter((item) => item.string('RTPlanRelationship') === 'PREDECESSOR')
    .map((item) => item.string('ReferencedSOPInstanceUID'));
  const read: Plan = {
    sopInstanceUid: dataset.needString('SOPInstanceUID'),
    label: dataset.string('RTPlanLabel'),
    ...(planName === '' ? {} : { name: planName }),
    ...(description === '' ? {} : { description }),
    ...(course === '' ? {} : { course }),
    intent: INTENTS.includes(intent) ? (intent as Plan['intent']) : '',
    approval: approval === 'APPROVED' || approval === 'REJECTED' ? approval : 'UNAPPROVED',
    frameOfReferenceUid: dataset.string('FrameOfReferenceUID'),
    structureSetUid: dataset.sequence('ReferencedStructureSetSequence')[0]?.string('ReferencedSOPInstanceUID') ?? '',
    patientPosition,
    ...(prescription === undefined ? {} : { prescription }),
    fractions,
    ...(sopClass === RT_ION_PLAN ? { ion: true } : {}),
    ...(fractionGroupNumber === undefined ? {} : { fractionGroup: fractionGroupNumber }),
    beams,
    ...(marks === undefined ? {} : { marks }),
    ...(goals === undefined ? {} : { goals }),
    ...(objectives === undefined ? {} : { objectives }),
    ...(checkOverrides === undefined ? {} : { checkOverrides }),
    ...(predecessorUids.length === 0 ? {} : { predecessorUids }),
    ...(omitted.length === 0 ? {} : { omitted }),
    warnings: [...warnings, ...omitted],
  };
  return { dataset, read, beams: items, group };
}

/** The number of the group read; undefined where it is the only one and number 1, as in nearly every plan. */
function numberedGroup(dataset: DataSet, group: DataSet | undefined): number | undefined {
  const number = group?.number('FractionGroupNumber');
  return number === 1 && dataset.sequence('FractionGroupSequence').length === 1 ? undefined : number;
}

function chooseGroup(
  dataset: DataSet,
  wanted: number | undefined,
  warnings: string[],
  omitted: string[],
): DataSet | undefined {
  const groups = dataset.sequence('FractionGroupSequence');
  const group = wanted === undefined ? groups[0] : groups.find((item) => item.number('FractionGroupNumber') === wanted);
  if (wanted !== undefined && group === undefined)
    throw dataset.invalid('FractionGroupSequence', `there is no fraction group ${wanted}`);
  if (groups.length > 1)
    warnings.push(
      `the plan has ${groups.length} fraction groups; group ${group?.number('FractionGroupNumber') ?? 1} is read`,
    );
  if (groups.some((item) => (item.number('NumberOfBrachyApplicationSetups') ?? 0) > 0))
    omitted.push('brachytherapy applications of the plan are left out');
  return group;
}

const beamNumbers = (group: DataSet): number[] =>
  group.sequence('ReferencedBeamSequence').map((item) => item.needNumber('ReferencedBeamNumber'));

function readBeams(
  dataset: DataSet,
  sequence: 'BeamSequence' | 'IonBeamSequence',
  group: DataSet | undefined,
  warnings: string[],
  omitted: string[],
): Beam[] {
  const read = sequence === 'BeamSequence' ? readBeam : readIonBeam;
  const deliveries = new Map<number, BeamDelivery>();
  for (const item of group?.sequence('ReferencedBeamSequence') ?? [])
    deliveries.set(item.needNumber('ReferencedBeamNumber'), {
      meterset: item.number('BeamMeterset'),
      beamDose: item.number('BeamDose'),
    });
  const elsewhere = new Set(
    dataset
      .sequence('FractionGroupSequence')
      .flatMap(beamNumbers)
      .filter((number) => !deliveries.has(number)),
  );
  const beams: Beam[] = [];
  const left: number[] = [];
  for (const item of dataset.sequence(sequence)) {
    const number = item.needNumber('BeamNumber');
    if (beams.some((beam) => beam.number === number))
      throw item.invalid('BeamNumber', `${number} is used by two beams`);
    if (elsewhere.has(number)) left.push(number);
    else beams.push(read(item, deliveries.get(number) ?? {}, warnings, omitted));
  }
  const groups = dataset.sequence('FractionGroupSequence');
  const shared = groups
    .filter((item) => item !== group)
    .some((item) => beamNumbers(item).some((n) => deliveries.has(n)));
  if (shared) omitted.push('other fraction groups give the same beams again');
  const ungrouped = beams.filter(({ number, deliveryType }) => deliveryType === 'TREATMENT' && !deliveries.has(number));
  if (groups.length > 0 && ungrouped.length > 0)
    omitted.push(
      `treatment beams in no fraction group, which nobody delivers: ${ungrouped.map(({ number }) => number).join(', ')}`,
    );
  if (left.length > 0) omitted.push(`beams of other fraction groups are left out: ${left.join(', ')}`);
  for (const number of deliveries.keys())
    if (!beams.some((beam) => beam.number === number))
      throw dataset.invalid(sequence, `the fraction group names beam ${number}, which the plan lacks`);
  return beams;
}

function readPosition(dataset: DataSet, omitted: string[]): string {
  const positions = new Set(
    dataset
      .sequence('PatientSetupSequence')
      .map((item) => item.string('PatientPosition'))
      .filter((text) => text !== ''),
  );
  if (positions.size > 1)
    omitted.push(`the set-ups state ${positions.size} patient positions (${[...positions].join(', ')}); one is kept`);
  return [...positions][0] ?? '';
}

/** The first of the prescribed targets. */
function readPrescription(dataset: DataSet, group: DataSet | undefined, warnings: string[]): Prescription | undefined {
  const targets = prescribedTargets(dataset, group);
  if (targets.length === 0) return undefined;
  if (targets.length > 1) warnings.push(`${targets.length} prescriptions; the first is taken`);
  return {
    targetRoiNumber: targets[0].number('ReferencedROINumber') ?? 0,
    targetName: targets[0].string('DoseReferenceDescription'),
    dose: targets[0].needNumber('TargetPrescriptionDose'),
    fractions: group?.number('NumberOfFractionsPlanned') ?? 0,
    normalization: readNormalization(dataset),
  };
}

function readNormalization(dataset: DataSet): Prescription['normalization'] {
  const none = { kind: 'None', percent: 100 } as const;
  if (dataset.utf8(NORMALIZATION_KEYS.creator) !== PRIVATE_CREATOR) return none;
  const kind = dataset.utf8(NORMALIZATION_KEYS.kind);
  const percent = Number(dataset.utf8(NORMALIZATION_KEYS.percent));
  if (!NORMALIZATIONS.includes(kind) || !(percent > 0))
    throw dataset.invalid(NORMALIZATION_KEYS.kind, 'the normalisation cannot be read');
  return { kind: kind as Prescription['normalization']['kind'], percent };
}

export interface WritePlanOptions {
  /** The instance this plan was edited from. */
  readonly predecessorUid?: string;
  /** The structure set's, so that clinical goals are also written as dose references. */
  readonly rois?: readonly Roi[];
  /** That instance itself (Part 10): what it holds and the record does not is written again. */
  readonly predecessor?: Uint8Array;
  /** The plan lies on a structure set that has nothing to do with the predecessor's: numbers of its structures mean others here. */
  readonly onOtherStructures?: boolean;
}

/**
 * Writes an RT Plan (PS3.3 A.20), unapproved whatever the record says: a new instance carries no signature. Beams with a meterset
 * of any delivery type go into its fraction group. Beside its predecessor, beams that were not changed, other fraction groups, further
 * prescriptions, set-ups and tolerance tables are written as they were (private attributes of the plan as a whole are not); an RT Ion Plan
 * is written only so. Throws CONFLICT for another instance UID than the context's, REFERENCE without a structure set, UNSUPPORTED_OBJECT
 * where something would be lost, MISSING_ATTRIBUTE without fractions, and what beamItem throws.
 */
export function writePlan(plan: Plan, context: ObjectContext, options: WritePlanOptions = {}): Uint8Array<ArrayBuffer> {
  checkInstance(plan.sopInstanceUid, context, 'plan');
  const before = predecessorOf(plan, options.predecessor);
  if (plan.structureSetUid === '')
    throw new IsocenterError('REFERENCE', 'a plan needs its structure set', {
      object: plan.label,
      attribute: 'ReferencedStructureSetSequence',
    });
  if (!(plan.fractions > 0))
    throw new IsocenterError('MISSING_ATTRIBUTE', 'a plan needs its number of fractions', {
      object: plan.label,
      attribute: 'NumberOfFractionsPlanned',
    });
  const { date, time } = dateAndTime(context);
  const description =
    plan.description === undefined || plan.description.includes(NOT_CLINICAL)
      ? (plan.description ?? NOT_CLINICAL)
      : `${NOT_CLINICAL}. ${plan.description}`;
  const sopClass = plan.ion === true ? RT_ION_PLAN : RT_PLAN;
  const predecessorUid = before?.dataset.string('SOPInstanceUID') ?? options.predecessorUid;
  const prescribed = plan.prescription === undefined ? {} : prescriptionItems(plan.prescription);
  const own = ownDoseReferences(plan, options.rois ?? []);
  const doseItems = before === undefined ? own : carriedDoseReferences(plan, before, own);
  if (options.onOtherStructures === true) refuseStrangers(plan, doseItems);
  const group = fractionGroup(plan, doseItems[0]);
  const setups = setupItems(plan, before);
  const writeBeam = (beam: Beam): DataSetInput => beamItem(beam, setups.numberOf(beam));
  const dataset: DataSetInput = {
    ...(before === undefined ? {} : carriedAttributes(before)),
    ...commonModules(context, sopClass, 'RTPLAN'),
    FrameOfReferenceUID: plan.frameOfReferenceUid === '' ? undefined : plan.frameOfReferenceUid,
    PositionReferenceIndicator: plan.frameOfReferenceUid === '' ? undefined : '',
    RTPlanLabel: fitText(plan.label === '' ? 'isocenter' : plan.label, 16),
    RTPlanName: plan.name === undefined ? undefined : fitText(plan.name, 64),
    RTPlanDescription: description.slice(0, 1024),
    RTPlanDate: date,
    RTPlanTime: time,
    PlanIntent: plan.intent === '' ? undefined : plan.intent,
    RTPlanGeometry: 'PATIENT',
    ReferencedStructureSetSequence: [
      { ReferencedSOPClassUID: RT_STRUCTURE_SET, ReferencedSOPInstanceUID: plan.structureSetUid },
    ],
    ReferencedRTPlanSequence:
      predecessorUid === undefined
        ? undefined
        : [
            {
              ReferencedSOPClassUID: sopClass,
              ReferencedSOPInstanceUID: predecessorUid,
              RTPlanRelationship: 'PREDECESSOR',
            },
          ],
    ...prescribed,
    ...goalNotes(plan),
    ...objectiveNotes(plan),
    ...checkNotes(plan.checkOverrides),
    ...(plan.course === undefined ? {} : { '300B,0010:LO': PRIVATE_CREATOR, '300B,1003:LO': fitText(plan.course, 64) }),
    DoseReferenceSequence: doseItems.length === 0 ? undefined : doseItems,
    PatientSetupSequence: setups.items,
    FractionGroupSequence: before === undefined ? [group] : fractionGroups(plan, before, group),
    [plan.ion === true ? 'IonBeamSequence' : 'BeamSequence']:
      before === undefined
        ? plan.beams.map(writeBeam)
        : beamItems(plan, before, writeBeam).map((item) => setups.placed(item)),
    ApprovalStatus: 'UNAPPROVED',
  };
  return writePart10(dataset);
}

/** Dose references carried over name structures by number: on another structure set they would be about other structures. */
function refuseStrangers(plan: Plan, items: readonly (DataSet | DataSetInput)[]): void {
  const stranger = items.find((item): item is DataSet => item instanceof DataSet && item.has('ReferencedROINumber'));
  if (stranger === undefined) return;
  const name = stranger.string('DoseReferenceDescription') || `number ${stranger.number('DoseReferenceNumber')}`;
  throw new IsocenterError(
    'CONFLICT',
    `its dose reference ${name} is about a structure of another structure set: save a copy of the plan`,
    {
      object: plan.label,
      attribute: 'ReferencedROINumber',
    },
  );
}

/** Reads the predecessor and checks that this plan can be written beside it, or without it. */
function predecessorOf(plan: Plan, bytes: Uint8Array | undefined): Predecessor | undefined {
  if (bytes === undefined) {
    const lost = [...(plan.omitted ?? []), ...(plan.ion === true ? ['the spots of its beams'] : [])];
    if (lost.length === 0) return undefined;
    throw new IsocenterError(
      'UNSUPPORTED_OBJECT',
      `written without the plan it came from it would lose ${lost.join('; ')}`,
      {
        object: plan.label,
        attribute: 'BeamSequence',
      },
    );
  }
  const group = plan.fractionGroup === undefined ? {} : { fractionGroup: plan.fractionGroup };
  const before = readPredecessor(bytes, `predecessor of ${plan.label}`, group);
  if (before.read.patientPosition !== plan.patientPosition || before.read.ion !== plan.ion)
    throw new IsocenterError('CONFLICT', 'the plan it came from is of another patient position or kind', {
      object: plan.label,
      attribute: 'PatientPosition',
    });
  return before;
}

function prescriptionItems(prescription: Prescription): DataSetInput {
  return {
    PrescriptionDescription: `${prescription.dose} Gy in ${prescription.fractions} fractions, ${prescription.normalization.kind} at ${prescription.normalization.percent} %`,
    '300B,0010:LO': PRIVATE_CREATOR,
    '300B,1001:LO': prescription.normalization.kind,
    '300B,1002:DS': prescription.normalization.percent,
  };
}

/** The prescription's dose reference, and those that clinical goals give. */
function ownDoseReferences(plan: Plan, rois: readonly Roi[]): DataSetInput[] {
  const { prescription } = plan;
  const { target, others } = doseReferences(plan, rois, prescription === undefined ? 1 : 2);
  if (prescription === undefined) return others;
  const prescribed: DataSetInput = {
    DoseReferenceNumber: 1,
    DoseReferenceStructureType: 'VOLUME',
    DoseReferenceDescription: fitText(prescription.targetName, 64),
    ReferencedROINumber: prescription.targetRoiNumber,
    DoseReferenceType: 'TARGET',
    TargetPrescriptionDose: prescription.dose,
    ...target,
  };
  return [prescribed, ...others];
}

function fractionGroup(plan: Plan, target: DataSet | DataSetInput | undefined): DataSetInput {
  const beams = plan.beams.filter((beam) => beam.deliveryType !== 'SETUP' || beam.meterset !== undefined);
  return {
    FractionGroupNumber: plan.fractionGroup ?? 1,
    NumberOfFractionsPlanned: plan.fractions,
    NumberOfBeams: beams.length,
    NumberOfBrachyApplicationSetups: 0,
    ReferencedBeamSequence: beams.map((beam) => ({
      ReferencedBeamNumber: beam.number,
      BeamDose: beam.beamDose,
      BeamMeterset: beam.meterset,
    })),
    ReferencedDoseReferenceSequence:
      plan.prescription === undefined || target === undefined
        ? undefined
        : [{ ReferencedDoseReferenceNumber: numberOf(target) }],
  };
}

const numberOf = (item: DataSet | DataSetInput): number =>
  (item instanceof DataSet ? item.number('DoseReferenceNumber') : Number(item.DoseReferenceNumber)) ?? 1;
