import { type FileHandle, open } from 'node:fs/promises';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { ObjectReader } from './objectStore.ts';
import { storageError } from './storageError.ts';

const CHUNK = 256 * 1024;

/** Opens an object's file. @throws NOT_FOUND, STORAGE */
export async function openReader(path: string): Promise<ObjectReader> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new IsocenterError('NOT_FOUND', 'the file of this object is gone', { object: path, cause: error });
    throw storageError(error, path);
  }
  const { size } = await file.stat();
  const read = async (start: number, end: number): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(end, size) - start));
    let filled = 0;
    try {
      while (filled < buffer.length) {
        const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, start + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
    } catch (error) {
      throw storageError(error, path);
    }
    return buffer.subarray(0, filled);
  };
  return {
    bytes: size,
    read,
    async *stream(start = 0, end = size) {
      for (let at = start; at < end; ) {
        const chunk = await read(at, Math.min(at + CHUNK, end));
        if (chunk.length === 0) return;
        yield chunk;
        at += chunk.length;
      }
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
