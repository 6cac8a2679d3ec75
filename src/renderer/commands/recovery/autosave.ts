import { rpc } from '#renderer/client/rpc.ts';
import { localIso } from '#renderer/document/objectContext.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { recoveryRecord } from '#shared/structures/sets/recoveryRecord.ts';
import { isInArchive } from '../contouring/sets/saveStructures.ts';
import { chunkNameOf, putChunk } from './chunks.ts';

/** From an edit until it is kept, ms; edits meanwhile are kept with it. */
const DELAY = 1000;

/** Chunks that main has, by patient: of the edits of this session. */
let kept: { readonly patientKey: string; readonly names: Set<string> } = { patientKey: '', names: new Set() };

/**
 * Keeps unsaved structures with main, about a second after each edit, so that they survive a page or program that breaks down; forgets
 * them when they were saved, taken back, or discarded with the patient. Returns the stop.
 */
export function autosave(delay = DELAY): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let chain = Promise.resolve();
  const enqueue = (work: () => Promise<void>): void => {
    chain = chain.then(work).catch((error: unknown) => {
      setMessage(`Edits are not kept for recovery: ${errorWords(error)}`, 'warning');
    });
  };
  const unsubscribe = useDocument.subscribe(({ document }, { document: before }) => {
    const left = before !== null && before.structuresDirty && document?.patientKey !== before.patientKey;
    if (left || (before?.structuresDirty === true && document?.structuresDirty === false)) {
      clearTimeout(timer);
      timer = undefined;
      enqueue(() => forget(before.patientKey));
    }
    if (document === null || !document.structuresDirty || document.structures === before?.structures) return;
    // Not put off by further edits: what is drawn without a pause is kept as well.
    timer ??= setTimeout(() => {
      timer = undefined;
      const { document: now, stored } = useDocument.getState();
      if (now?.structuresDirty === true) enqueue(() => keep(now, stored.structures));
    }, delay);
  });
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}

async function forget(patientKey: string): Promise<void> {
  await rpc.recovery.clear({ patientKey });
  kept = { patientKey: '', names: new Set() };
}

async function keep(document: ClinicalDocument, stored: StructureSet | undefined): Promise<void> {
  const { patientKey, patient, primary, structures } = document;
  if (kept.patientKey !== patientKey) kept = { patientKey, names: new Set() };
  const record = recoveryRecord(
    structures,
    {
      patientId: patient.patientId,
      frameOfReferenceUid: primary.frameOfReferenceUid,
      seriesInstanceUid: primary.seriesInstanceUid,
      baseUid: archivedUid(document, stored),
      savedAt: localIso(new Date()),
      edits: editCount(structures) - editCount(stored),
    },
    chunkNameOf,
  );
  const chunks = [...new Set(record.rois.map(({ chunk }) => chunk))];
  const put = async (missing: (name: string) => boolean): Promise<void> => {
    for (const { contours } of structures.rois) {
      const name = chunkNameOf(contours);
      if (!missing(name)) continue;
      await putChunk(patientKey, contours);
      kept.names.add(name);
    }
  };
  await put((name) => !kept.names.has(name));
  const text = JSON.stringify(record);
  const { missing } = await rpc.recovery.commit({ patientKey, text, chunks });
  if (missing.length > 0) {
    // Another window, or a program started anew, forgot them.
    await put((name) => missing.includes(name));
    await rpc.recovery.commit({ patientKey, text, chunks });
  }
  kept.names.clear();
  for (const name of chunks) kept.names.add(name);
}

/** A new set has a UID too, another one each time the patient is opened: it is in no archive. */
export const archivedUid = (document: ClinicalDocument, set: StructureSet | undefined): string =>
  set !== undefined && isInArchive(document, set.sopInstanceUid) ? set.sopInstanceUid : '';

const editCount = (set: StructureSet | undefined): number =>
  (set?.history ?? []).reduce((sum, { times }) => sum + times, 0);
