import { throwIfCancelled, IsocenterError } from '#shared/contract/errors.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { withSurfaceDistances } from '#shared/beamsEye/statedDistances.ts';
import { bolusesOf } from '#shared/dosimetry/patient/boluses.ts';
import { unsavableReason, withUnitsRemark } from '#shared/dosimetry/standing/doseStanding.ts';
import type { ObjectContext } from '#shared/model/context.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import { planOfIndex, withPlanChanged } from '#renderer/document/plans.ts';
import type { ClinicalDocument, PlanRecord } from '#renderer/document/records.ts';
import { storedObject } from '#renderer/document/storedObject.ts';
import { markStored, patchDocument, useDocument } from '#renderer/document/store.ts';
import { adoptStored, isInArchive, storeAll, storeStructures } from '../../contouring/sets/saveStructures.ts';
import { openedDocument } from '../../longWork.ts';
import { openedRecord } from './records.ts';

const PLAN_SERIES = 302;
const DOSE_SERIES = 303;
const BEAM_DOSE_SERIES = 304;

export interface StoredPlan {
  readonly patientKey: string;
  /** As it was in the document when it was written. */
  readonly from: PlanRecord;
  readonly plan: Plan;
  readonly dose?: DoseVolume;
}

/** The open document with its structures stored, as plans must refer to them. @throws IsocenterError CONFLICT, STORAGE. */
export async function withStoredStructures(document: ClinicalDocument, signal: AbortSignal): Promise<ClinicalDocument> {
  if (!needsStructures(document)) return document;
  const structures = await storeStructures(document);
  throwIfCancelled(signal);
  adoptStored(structures);
  const current = openedDocument();
  if (needsStructures(current))
    throw new IsocenterError('CONFLICT', 'the structures were edited while they were being saved: save again', {
      object: structures.stored.label,
    });
  return current;
}

const needsStructures = (document: ClinicalDocument): boolean =>
  document.structuresDirty || !isInArchive(document, document.structures.sopInstanceUid);

/** How doses are stored: bits of a voxel, and whether each beam's goes with the plan's. */
export interface DoseChoice {
  readonly bits: 16 | 32;
  readonly beamDoses: boolean;
}

/**
 * Writes and stores one open plan with its dose, as far as that may stand for it; the caller adopts it.
 * @throws IsocenterError REFERENCE for a bolus that the structure set lacks, and as writePlan and storeAll.
 */
export async function storePlan(
  document: ClinicalDocument,
  index: number,
  { bits, beamDoses }: DoseChoice,
): Promise<StoredPlan> {
  const { patientKey, structures } = document;
  const from = openedRecord(index, document);
  for (const beam of from.plan.beams) bolusesOf(beam, structures);
  const before = useDocument.getState().stored.plans.get(index);
  const predecessorUid = before?.sopInstanceUid;
  const context = await objectContext(document, PLAN_SERIES, `Plan ${from.plan.label}`);
  const structureSetUid = structures.sopInstanceUid;
  const drafted: Plan = { ...from.plan, sopInstanceUid: context.sopInstanceUid, structureSetUid };
  const measured = withSurfaceDistances(drafted, structures, {
    has: (beam) => before?.beams.includes(beam) === true,
    onThisSet: before?.structureSetUid === structureSetUid,
  });
  const plan = withUnitsRemark(measured, from.dose);
  // Opened beside a set that has nothing to do with its own, a plan lost its target (document/reading/boundPlan.ts).
  const onOtherStructures = before?.prescription?.targetRoiNumber === 0;
  const known = predecessorUid !== undefined && isInArchive(document, predecessorUid);
  const predecessor = known ? await storedObject(patientKey, predecessorUid) : undefined;
  const files = [
    writePlan(plan, context, { rois: structures.rois, ...(predecessor && { predecessor, onOtherStructures }) }),
  ];
  if (from.dose === undefined || unsavableReason(from.dose, from.doseStale) !== undefined) {
    await storeAll(files);
    return { patientKey, from, plan };
  }
  const dose = { ...from.dose, sopInstanceUid: newUid(), planUid: plan.sopInstanceUid, structureSetUid };
  const doseContext = {
    ...context,
    sopInstanceUid: dose.sopInstanceUid,
    seriesInstanceUid: newUid(),
    seriesNumber: DOSE_SERIES,
    seriesDescription: `Dose ${plan.label}`,
  };
  if (beamDoses) files.push(...beamDoseFiles(from, plan, doseContext, bits));
  // After those of its beams: the newest dose of a plan is the one that is opened with it.
  files.push(writeDose(dose, doseContext, { bits }));
  await storeAll(files);
  return { patientKey, from, plan, dose };
}

/** The doses of the plan's beams over all fractions (summation type BEAM), as a series of their own. */
function beamDoseFiles(from: PlanRecord, plan: Plan, context: ObjectContext, bits: 16 | 32): Uint8Array<ArrayBuffer>[] {
  const seriesInstanceUid = newUid();
  return from.beamDoses.map((dose) => {
    const sopInstanceUid = newUid();
    const beam = plan.beams.find(({ number }) => number === dose.beamNumber);
    const seriesDescription = `Dose of beam ${beam?.name ?? dose.beamNumber ?? ''}`;
    return writeDose(
      { ...dose, sopInstanceUid, planUid: plan.sopInstanceUid, structureSetUid: plan.structureSetUid },
      { ...context, sopInstanceUid, seriesInstanceUid, seriesNumber: BEAM_DOSE_SERIES, seriesDescription },
      { bits },
    );
  });
}

/** The stored plan and dose become the document's, unless they were edited or closed while being stored. */
export function adoptPlan({ patientKey, from, plan, dose }: StoredPlan): void {
  const { document } = useDocument.getState();
  if (document === null || document.patientKey !== patientKey) return;
  const { index } = from;
  const now = planOfIndex(document, index);
  if (dose !== undefined && now?.dose === from.dose)
    patchDocument(withPlanChanged(document, index, () => ({ dose })) ?? {});
  if (now?.plan === from.plan) markStored({ plan: { index, plan } });
  const uids = [plan.sopInstanceUid, ...(dose === undefined ? [] : [dose.sopInstanceUid])];
  patchDocument({ savedInstances: [...document.savedInstances, ...uids] });
}
