import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { ImportReport } from '#shared/contract/rpc/archive.ts';
import type { DroppedFile } from './droppedFiles.ts';

export interface ImportProgress {
  readonly done: number;
  readonly total: number;
  readonly imported: number;
  readonly duplicates: number;
  readonly conflicts: ImportReport['conflicts'];
  readonly refused: ImportReport['refused'];
}

/** Uploads at a time: enough to keep disk and wire busy, few enough to keep memory small. */
const PARALLEL = 4;

/**
 * Imports files one by one; a file that is refused (or whose upload fails) is listed with its reason and never stops the rest.
 * @param importOne the archive's import of one file
 */
export async function importFiles(
  files: readonly DroppedFile[],
  importOne: (file: { name: string; file: File }) => Promise<ImportReport>,
  onProgress: (progress: ImportProgress) => void,
  signal: AbortSignal,
): Promise<ImportProgress> {
  let progress: ImportProgress = {
    done: 0,
    total: files.length,
    imported: 0,
    duplicates: 0,
    conflicts: [],
    refused: [],
  };
  const queue = [...files];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !signal.aborted; next = queue.shift()) {
      const report = await reportOf(next, importOne);
      progress = {
        ...progress,
        done: progress.done + 1,
        imported: progress.imported + report.imported,
        duplicates: progress.duplicates + report.duplicates,
        conflicts: [...progress.conflicts, ...report.conflicts],
        refused: [...progress.refused, ...report.refused],
      };
      onProgress(progress);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return progress;
}

async function reportOf(
  { path, file }: DroppedFile,
  importOne: (file: { name: string; file: File }) => Promise<ImportReport>,
): Promise<ImportReport> {
  try {
    return await importOne({ name: path, file });
  } catch (error) {
    const code = error instanceof IsocenterError ? error.code : 'INTERNAL';
    return { imported: 0, duplicates: 0, conflicts: [], refused: [{ file: path, code, reason: errorWords(error) }] };
  }
}
