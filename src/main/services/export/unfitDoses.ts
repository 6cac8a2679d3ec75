import { readFile } from 'node:fs/promises';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import { readOrigin } from '#shared/dicom/dose/doseProvenance.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { RT_DOSE, RT_PLAN, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import { basisMismatch } from '#shared/dosimetry/standing/doseBasis.ts';
import { unfitReason } from '#shared/dosimetry/standing/doseStanding.ts';
import { knownRecords } from '#shared/dosimetry/machine/machines.ts';
import type { StoredObject } from '#main/archive/types.ts';

type Outgoing = Pick<StoredObject, 'sopInstanceUid' | 'sopClassUid' | 'file'>;

/**
 * The RT Doses among what is to leave together with their RT Plan that may not leave as its dose, with the reason: approximate ones, and
 * those made for other contents of the plan or of its structure set. The files must be on this disk (`Archive.bring`).
 */
export async function unfitDoses(objects: readonly Outgoing[]): Promise<ReadonlyMap<string, string>> {
  const unfit = new Map<string, string>();
  const find = (sopClass: string, uid: string | undefined): Outgoing | undefined =>
    objects.find(({ sopClassUid, sopInstanceUid }) => sopClassUid === sopClass && sopInstanceUid === uid);
  if (!objects.some(({ sopClassUid }) => sopClassUid === RT_PLAN)) return unfit;
  for (const object of objects)
    if (object.sopClassUid === RT_DOSE)
      try {
        const reason = await reasonAgainst(object, find);
        if (reason !== undefined) unfit.set(object.sopInstanceUid, reason);
      } catch (error) {
        if (!(error instanceof IsocenterError)) throw error;
        unfit.set(object.sopInstanceUid, `cannot be checked against its plan: ${errorWords(error)}`);
      }
  return unfit;
}

async function reasonAgainst(
  object: Outgoing,
  find: (sopClass: string, uid: string | undefined) => Outgoing | undefined,
): Promise<string | undefined> {
  const { dataset } = readPart10(await readFile(object.file), object.sopInstanceUid);
  const planObject = find(RT_PLAN, dataset.sequence('ReferencedRTPlanSequence')[0]?.string('ReferencedSOPInstanceUID'));
  if (planObject === undefined) return undefined;
  const origin = readOrigin(dataset);
  // A dose that does not say what it was made for is not ours to judge; neither are the objects that it came with.
  if (origin.provenance === undefined) return undefined;
  const plan = readPlan(await readFile(planObject.file), planObject.sopInstanceUid);
  const setObject = find(RT_STRUCTURE_SET, plan.structureSetUid);
  const structures =
    setObject === undefined ? undefined : readStructureSet(await readFile(setObject.file), setObject.sopInstanceUid);
  return unfitReason(origin, basisMismatch(origin, { plan, ...(structures && { structures }) }, knownRecords));
}
