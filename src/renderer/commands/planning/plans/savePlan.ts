import { IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import { writeDose } from '#shared/dicom/rtDose.ts';
import { writePlan } from '#shared/dicom/rtPlan.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { unsavableReason, withUnitsRemark } from '#shared/dosimetry/standing/doseStanding.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import { planOfIndex, withPlanChanged } from '#renderer/document/plans.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { storedObject } from '#renderer/document/storedObject.ts';
import { markStored, patchDocument, useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../../command.ts';
import { adoptStored, isInArchive, storeAll, storeStructures } from '../../contouring/sets/saveStructures.ts';
import { longWork, openedDocument } from '../../longWork.ts';
import { openedPlan } from '../plans.ts';

const PLAN_SERIES = 302;
const DOSE_SERIES = 303;

/**
 * Stores the plan and its dose as new instances that refer to each other and to the structure set, which is stored first when it was
 * edited. A dose that is stale, approximate or of unknown origin is left out; a plan without monitor units is refused where it has been normalised but not computed.
 */
export const savePlan: Command<[bits: 16 | 32]> = {
  name: 'savePlan',
  label: 'Save plan and dose',
  undo: 'Stored instances stay; undo goes back to the earlier plan, to be saved as another instance.',
  perform: async (bits) => {
    if (openedPlan().beams.length === 0)
      throw new IsocenterError('USAGE', 'the plan has no beams', { object: openedPlan().label });
    const saved = await longWork('Saving plan', async (document, { signal }) => {
      if (!needsStructures(document)) return storePlan(document, bits);
      const structures = await storeStructures(document);
      throwIfCancelled(signal);
      adoptStored(structures);
      const current = openedDocument();
      if (needsStructures(current))
        throw new IsocenterError('CONFLICT', 'the structures were edited while they were being saved: save again', {
          object: structures.stored.label,
        });
      return storePlan(current, bits);
    });
    if (saved === undefined) return;
    adopt(saved);
    const { plan, dose, from } = saved;
    if (dose !== undefined) toast(`Plan "${plan.label}" and its dose saved`, 'success');
    else {
      const reason = from.dose === undefined ? 'none is computed' : unsavableReason(from.dose, from.doseStale);
      toast(`Plan "${plan.label}" saved without dose: ${reason}`, 'warning');
    }
  },
};

interface SavedPlan {
  readonly from: ClinicalDocument;
  readonly plan: Plan;
  readonly dose?: DoseVolume;
}

const needsStructures = (document: ClinicalDocument): boolean =>
  document.structuresDirty || !isInArchive(document, document.structures.sopInstanceUid);

async function storePlan(document: ClinicalDocument, bits: 16 | 32): Promise<SavedPlan> {
  const predecessorUid = useDocument.getState().stored.plans.get(document.planIndex)?.sopInstanceUid;
  const context = await objectContext(document, PLAN_SERIES, `Plan ${openedPlan(document).label}`);
  const structureSetUid = document.structures.sopInstanceUid;
  const drafted: Plan = { ...openedPlan(document), sopInstanceUid: context.sopInstanceUid, structureSetUid };
  const plan = withUnitsRemark(drafted, document.dose);
  const known = predecessorUid !== undefined && isInArchive(document, predecessorUid);
  const predecessor = known ? await storedObject(document.patientKey, predecessorUid) : undefined;
  const files = [writePlan(plan, context, { rois: document.structures.rois, ...(predecessor && { predecessor }) })];
  if (document.dose === undefined || unsavableReason(document.dose, document.doseStale) !== undefined) {
    await storeAll(files);
    return { from: document, plan };
  }
  const dose = { ...document.dose, sopInstanceUid: newUid(), planUid: plan.sopInstanceUid, structureSetUid };
  const doseContext = {
    ...context,
    sopInstanceUid: dose.sopInstanceUid,
    seriesInstanceUid: newUid(),
    seriesNumber: DOSE_SERIES,
    seriesDescription: `Dose ${plan.label}`,
  };
  files.push(writeDose(dose, doseContext, { bits }));
  await storeAll(files);
  return { from: document, plan, dose };
}

/** The stored plan and dose become the document's, unless they were edited while being stored. */
function adopt({ from, plan, dose }: SavedPlan): void {
  const { document } = useDocument.getState();
  if (document === null || document.patientKey !== from.patientKey) return;
  const index = from.planIndex;
  const now = planOfIndex(document, index);
  if (dose !== undefined && now?.dose === from.dose)
    patchDocument(withPlanChanged(document, index, () => ({ dose })) ?? {});
  if (now?.plan === from.plan) markStored({ plan: { index, plan } });
  const uids = [plan.sopInstanceUid, ...(dose === undefined ? [] : [dose.sopInstanceUid])];
  patchDocument({ savedInstances: [...document.savedInstances, ...uids] });
}
