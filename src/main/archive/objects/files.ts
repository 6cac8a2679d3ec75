import { type FileHandle, open } from 'node:fs/promises';

/** Writes all of `buffers` at `position` (absent: where the last write ended), however little the system takes at a time. */
export async function writeAll(file: FileHandle, buffers: readonly Uint8Array[], position?: number): Promise<void> {
  const total = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
  const { bytesWritten } = await file.writev(buffers as Uint8Array[], position);
  if (bytesWritten === total) return;
  const rest = Buffer.concat(buffers).subarray(bytesWritten);
  let at = 0;
  while (at < rest.length) {
    const target = position === undefined ? undefined : position + bytesWritten + at;
    at += (await file.write(rest, at, rest.length - at, target)).bytesWritten;
  }
}

/** A name is on the disk only when its folder is (POSIX); Windows neither needs nor allows it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await openIfThere(folder, 'r');
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

/** Forces what was written to a file to the disk; a file that is gone needs nothing. */
export async function syncFile(path: string): Promise<void> {
  // Windows flushes only what is open for writing.
  const handle = await openIfThere(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await handle?.datasync();
  } finally {
    await handle?.close();
  }
}

const openIfThere = (path: string, flags: string): Promise<FileHandle | undefined> =>
  open(path, flags).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
