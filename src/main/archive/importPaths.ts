import { open, opendir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describeError, IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import type { ImportReport } from '#shared/contract/rpc/archive.ts';
import { storageError } from './objects/storageError.ts';
import { receiveObject, type Store } from './receive.ts';
import type { ImportOptions, StoreResult } from './types.ts';

/** Said of an object that was stored although another one has its UID. */
export const KEPT_APART = 'kept apart: another object has this SOP Instance UID and other bytes';

/** Files in work at once: enough to keep the disk busy while one waits for its fsync. */
const IN_FLIGHT = 8;
/** Read at a time, bytes. */
const CHUNK = 1 << 19;

/**
 * Imports files and folders (with everything below). Each file that is no usable object is refused with its reason; a full disk
 * ends the import, as every further file would fail the same way. @throws NOT_FOUND STORAGE CANCELLED
 */
export async function importPaths(
  store: Store,
  paths: readonly string[],
  options: ImportOptions = {},
): Promise<ImportReport> {
  const files: string[] = [];
  for (const path of paths) await collect(path, files, options);
  const report: ImportReport = { imported: 0, duplicates: 0, conflicts: [], refused: [] };
  let done = 0;
  const queue = files.entries();
  const worker = async (): Promise<void> => {
    for (const [, file] of queue) {
      throwIfCancelled(options.signal);
      await importFile(store, file, options.source ?? 'import', report);
      options.onProgress?.(++done, files.length);
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: IN_FLIGHT }, worker));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  report.refused.sort((a, b) => a.file.localeCompare(b.file));
  return report;
}

/** Every regular file below `path`, in order of name; links are followed once, at the top. */
async function collect(path: string, files: string[], options: ImportOptions): Promise<void> {
  throwIfCancelled(options.signal);
  const kind = await stat(path).catch(() => undefined);
  if (!kind) throw new IsocenterError('NOT_FOUND', 'no such file or folder', { object: path });
  if (!kind.isDirectory()) {
    files.push(path);
    return;
  }
  const names: { name: string; folder: boolean }[] = [];
  for await (const entry of await opendir(path))
    if (entry.isDirectory() || entry.isFile()) names.push({ name: entry.name, folder: entry.isDirectory() });
  names.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, folder } of names) {
    if (folder) await collect(join(path, name), files, options);
    else files.push(join(path, name));
  }
}

/** One file through the same door as what the network brings; memory does not depend on its size. */
async function storeFile(store: Store, file: string, source: string): Promise<StoreResult> {
  const receiving = await receiveObject(store, { source, name: file });
  try {
    for await (const chunk of fileChunks(file)) await receiving.write(chunk);
    return await receiving.commit();
  } catch (error) {
    await receiving.abort();
    throw error;
  }
}

/** A chunk is valid until the next is asked for. @throws NOT_FOUND when the file cannot be read */
async function* fileChunks(file: string): AsyncGenerator<Uint8Array> {
  const unreadable = (error: unknown): never => {
    const { code = 'EIO' } = error as NodeJS.ErrnoException;
    throw new IsocenterError('NOT_FOUND', `cannot be read (${code})`, { object: file, cause: error });
  };
  await using handle = await open(file).catch(unreadable);
  const { size } = await handle.stat();
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, size)));
  for (;;) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null).catch(unreadable);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

async function importFile(store: Store, file: string, source: string, report: ImportReport): Promise<void> {
  try {
    const { outcome, sopInstanceUid } = await storeFile(store, file, source);
    if (outcome === 'duplicate') report.duplicates++;
    else report.imported++;
    if (outcome === 'conflict')
      report.conflicts.push({
        file,
        sopInstanceUid,
        reason: KEPT_APART,
      });
  } catch (error) {
    const known = error instanceof IsocenterError ? error : storageError(error, file);
    if (known.code === 'STORAGE') throw known;
    report.refused.push({ file, code: known.code, reason: reasonOf(known) });
  }
}

/** The description without code and file, which the report has in fields of their own. */
const reasonOf = (error: IsocenterError): string =>
  describeError(new IsocenterError(error.code, error.message, { attribute: error.attribute })).slice(
    error.code.length + 2,
  );
