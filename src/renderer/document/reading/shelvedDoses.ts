import { addNotes } from '#renderer/stores/notesStore.ts';
import { knownRecords } from '#shared/dosimetry/machine/machines.ts';
import { contoursHash } from '#shared/dosimetry/standing/contentHash.ts';
import { basisMismatch } from '#shared/dosimetry/standing/doseBasis.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import { type PlacedObject, structureObjects } from '../choose.ts';
import { planOfIndex, withPlanChanged } from '../plans.ts';
import { inFrameOf, type ReadContext, readObject, readPlanDose, staleReason } from '../readObjects.ts';
import type { ClinicalDocument } from '../records.ts';
import { patchDocument, useDocument } from '../store.ts';

/** Dose grids of plans beside the active one that are read without being asked for, bytes. */
const BUDGET = 512 * 2 ** 20;

/** Reads doses of the plans beside the active one, as many as may lie in memory; the rest is read when its plan is made active. */
export async function readShelvedDoses(signal?: AbortSignal): Promise<void> {
  const patientKey = useDocument.getState().document?.patientKey;
  for (;;) {
    const { document } = useDocument.getState();
    if (document === null || document.patientKey !== patientKey) return;
    const room = BUDGET - document.otherPlans.reduce((sum, { dose }) => sum + (dose?.data.byteLength ?? 0), 0);
    const next = [...document.unreadDoses].find(([, [newest]]) => 2 * newest.object.bytes <= room);
    if (next === undefined) return;
    await readShelvedDose(next[0], signal);
  }
}

/**
 * Reads the stored dose of a plan that has none yet, and judges whether it belongs to it. What cannot be read is noted; only cancelling
 * throws.
 */
export async function readShelvedDose(index: number, signal?: AbortSignal): Promise<void> {
  const { document } = useDocument.getState();
  const doses = document?.unreadDoses.get(index);
  if (document === null || doses === undefined) return;
  const { patientKey, tree, primary } = document;
  const context: ReadContext = { patientKey, patientId: tree.patientId, problems: [], signal };
  const read = await readPlanDose(doses, context);
  const placed = doses.find(({ object }) => object.sopInstanceUid === read?.sopInstanceUid);
  const dose = inFrameOf(primary, read, placed, 'Dose', context.problems);
  const { document: now, stored } = useDocument.getState();
  if (now?.patientKey !== patientKey) return;
  const plan = stored.plans.get(index) ?? planOfIndex(now, index)?.plan;
  // As they were opened: what was edited since makes it stale by itself.
  const structures = stored.structures ?? now.structures;
  const stale = dose === undefined ? undefined : await judged(dose, plan, structures, now, context);
  const { document: later } = useDocument.getState();
  if (later?.patientKey !== patientKey || !later.unreadDoses.has(index)) return;
  const unreadDoses = new Map(later.unreadDoses);
  unreadDoses.delete(index);
  const shown = withPlanChanged(later, index, (record) => {
    if (dose === undefined || record.dose !== undefined || plan === undefined) return {};
    return stale === undefined ? { dose, doseBasis: { primary, structures, plan } } : { dose, doseStale: stale };
  });
  patchDocument({ ...shown, unreadDoses });
  addNotes(context.problems);
}

async function judged(
  dose: DoseVolume,
  plan: Plan | undefined,
  structures: StructureSet,
  document: ClinicalDocument,
  context: ReadContext,
): Promise<string | undefined> {
  const mismatch =
    staleReason(dose, plan) ??
    basisMismatch(dose, { ct: document.primary, structures, ...(plan && { plan }) }, knownRecords);
  if (mismatch !== undefined || plan === undefined || plan.structureSetUid === structures.sopInstanceUid)
    return mismatch;
  return targetChange(plan, structures, document, context);
}

/** Whether the target that the monitor units were normalised to is another one in the set shown than in the plan's own. */
async function targetChange(
  { prescription, structureSetUid }: Plan,
  structures: StructureSet,
  { tree }: ClinicalDocument,
  context: ReadContext,
): Promise<string | undefined> {
  if (prescription === undefined || ['None', 'Isocenter'].includes(prescription.normalization.kind)) return undefined;
  const own: PlacedObject | undefined = structureObjects(tree).find(
    ({ object }) => object.sopInstanceUid === structureSetUid,
  );
  const set = own && (await readObject(own, readStructures, context));
  if (set === undefined) return 'the structure set it was planned on is not there';
  const hash = ({ rois }: StructureSet): string =>
    contoursHash(rois.filter(({ number }) => number === prescription.targetRoiNumber).flatMap((roi) => roi.contours));
  return hash(set) === hash(structures) ? undefined : `the target ${prescription.targetName} was changed since`;
}
