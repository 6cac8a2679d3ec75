import { rpc } from '#renderer/client/rpc.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { editDocument } from '#renderer/document/store.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import {
  parseRecoveryRecord,
  recoveredStructures,
  type RecoveryRecord,
} from '#shared/structures/sets/recoveryRecord.ts';
import { archivedUid } from './autosave.ts';
import { getChunk } from './chunks.ts';

/** Unsaved edits found for a patient. */
export interface Recovery {
  readonly record: RecoveryRecord;
  readonly structures: StructureSet;
  /** Structures that could not be read. */
  readonly lost: readonly string[];
  /** What else the user must know before deciding. */
  readonly remarks: readonly string[];
}

/**
 * The newest unsaved edits of the open patient that can be read whole, or failing that those of which most can; null where there are
 * none. What is damaged is said in the remarks.
 */
export async function findRecovery(document: ClinicalDocument): Promise<Recovery | 'damaged' | null> {
  const { patientKey } = document;
  const { texts, problems } = await rpc.recovery.find({ patientKey });
  let best: Recovery | undefined;
  let damaged = problems.length > 0;
  for (const text of texts) {
    const record = parseRecoveryRecord(text);
    if (record === undefined || record.patientId !== document.patient.patientId) {
      damaged = true;
      continue;
    }
    const found = await read(patientKey, record);
    if (best === undefined || found.lost.length < best.lost.length) best = found;
    if (best.lost.length === 0) break;
    damaged = true;
  }
  if (best === undefined) return damaged ? 'damaged' : null;
  return { ...best, remarks: remarksOf(best.record, document, damaged) };
}

async function read(patientKey: string, record: RecoveryRecord): Promise<Recovery> {
  const contours = new Map<string, Awaited<ReturnType<typeof getChunk>>>();
  for (const { chunk } of record.rois) if (!contours.has(chunk)) contours.set(chunk, await getChunk(patientKey, chunk));
  const whole = new Map([...contours].flatMap(([name, list]) => (list === undefined ? [] : [[name, list] as const])));
  return { record, ...recoveredStructures(record, whole), remarks: [] };
}

function remarksOf(record: RecoveryRecord, document: ClinicalDocument, damaged: boolean): string[] {
  const { primary, structures } = document;
  const remarks: string[] = [];
  if (damaged) remarks.push('What was kept last is damaged in part; it is put aside, not deleted.');
  if (record.baseUid !== archivedUid(document, structures))
    remarks.push('The edits were made on another structure set than the one that is open now.');
  if (record.seriesInstanceUid !== primary.seriesInstanceUid)
    remarks.push('The edits were made on another image series in the same frame of reference.');
  return remarks;
}

/** Puts the recovered structures in place of the open ones, as an edit that can be undone; nothing stored changes. */
export function acceptRecovery({ structures }: Recovery): void {
  editDocument('Recover unsaved edits', ({ primary, structures: { warnings } }) => ({
    structures: { ...structures, referencedImages: primary.slices, warnings },
  }));
}

export const discardRecovery = (patientKey: string, keep: boolean): Promise<void> =>
  rpc.recovery.clear({ patientKey, keep }) as Promise<void>;
