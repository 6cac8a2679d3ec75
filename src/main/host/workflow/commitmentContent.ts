import type { Archive } from '#main/archive/types.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { CommitmentContent } from '#shared/contract/rpc/commitment.ts';
import { isImageClass } from './imageClass.ts';

/** Whose objects these are and what, by patient, modality and label; those that the archive cannot tell apart are left out. */
export async function commitmentContent(
  archive: Pick<Archive, 'find' | 'tree'>,
  objects: readonly { readonly sopClassUid: string; readonly sopInstanceUid: string }[],
): Promise<CommitmentContent[]> {
  const patients = new Map<string, Pick<CommitmentContent, 'patientName' | 'patientId'>>();
  const groups = new Map<string, CommitmentContent>();
  for (const { sopClassUid, sopInstanceUid } of objects)
    try {
      const { patientKey, modality, label: named } = await archive.find(sopInstanceUid);
      const { patientName, patientId } = patients.get(patientKey) ?? (await archive.tree(patientKey));
      patients.set(patientKey, { patientName, patientId });
      const label = isImageClass(sopClassUid) ? '' : named;
      const key = JSON.stringify([patientKey, modality, label]);
      const count = (groups.get(key)?.count ?? 0) + 1;
      groups.set(key, { patientName, patientId, modality, label, count });
    } catch (error) {
      if (error instanceof IsocenterError && (error.code === 'NOT_FOUND' || error.code === 'CONFLICT')) continue;
      throw error;
    }
  return [...groups.values()];
}
