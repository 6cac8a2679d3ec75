import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';

/** Part files of this process that are still being written; any other one under our process id is from an earlier life. */
const live = new Set<string>();

/**
 * A file under `incoming` while it is being received. Its name carries the process id, so that others know whether to clean it.
 * Chunks are gathered, as a write for each PDU would cost more than the data; a small object is written when it is kept.
 */
export interface PartFile {
  /** Takes a chunk, which must not be changed afterwards. */
  write(chunk: Uint8Array): Promise<void>;
  /** Everything written so far. */
  contents(): Promise<Buffer>;
  /** Forces the bytes to the disk and gives the file its final name; safe against a power cut when it returns. */
  moveTo(target: string, folder: string): Promise<void>;
  discard(): Promise<void>;
}

/** Bytes gathered before they are written. */
const GATHER = 1 << 20;

export function createPart(incoming: string): PartFile {
  const path = join(incoming, `${process.pid}-${randomUUID()}.part`);
  let handle: FileHandle | undefined;
  let gathered: Uint8Array[] = [];
  let size = 0;

  const flush = async (): Promise<FileHandle> => {
    const bytes = Buffer.concat(gathered);
    gathered = [];
    size = 0;
    try {
      live.add(path);
      handle ??= await open(path, 'wx+');
      let at = 0;
      while (at < bytes.length) at += (await handle.write(bytes, at)).bytesWritten;
      return handle;
    } catch (error) {
      throw storageError(error, path);
    }
  };
  const close = async (): Promise<void> => {
    const closing = handle;
    handle = undefined;
    await closing?.close();
  };
  return {
    async write(chunk) {
      gathered.push(chunk);
      size += chunk.length;
      if (size >= GATHER) await flush();
    },
    async contents() {
      if (!handle) return Buffer.concat(gathered);
      await flush();
      return readFile(path);
    },
    async moveTo(target, folder) {
      try {
        await (await flush()).datasync();
        await close();
        await rename(path, target);
        await syncFolder(folder);
      } catch (error) {
        throw storageError(error, target);
      } finally {
        live.delete(path);
      }
    },
    async discard() {
      gathered = [];
      await close().catch(() => undefined);
      await rm(path, { force: true });
      live.delete(path);
    },
  };
}

/** A name is on the disk only when its folder is (POSIX); Windows neither needs nor allows it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what a killed process left behind; files of processes that still run are theirs. Returns how many were removed. */
export async function removeStaleParts(incoming: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    const pid = Number.parseInt(name, 10);
    if (live.has(path) || (pid !== process.pid && isRunning(pid))) continue;
    await rm(path, { force: true });
    removed++;
  }
  return removed;
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Names what the file system said: a full disk is the one people can do something about. */
export function storageError(error: unknown, object: string): IsocenterError {
  if (error instanceof IsocenterError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = FULL.has(code) ? `no space left in the archive (${code})` : message;
  return new IsocenterError('STORAGE', reason, { object, cause: error });
}
