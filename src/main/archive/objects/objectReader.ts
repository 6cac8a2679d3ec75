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
  const readInto = async (buffer: Buffer, start: number, end: number): Promise<Buffer> => {
    let filled = 0;
    const wanted = Math.min(buffer.length, end - start);
    try {
      while (filled < wanted) {
        const { bytesRead } = await file.read(buffer, filled, wanted - filled, start + filled);
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
    read(start, end) {
      const length = Math.max(0, Math.min(end, size) - start);
      return readInto(Buffer.allocUnsafe(length), start, start + length);
    },
    async *stream(start = 0, end = size) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(0, end - start)));
      for (let at = start; at < end; ) {
        const chunk = await readInto(buffer, at, end);
        if (chunk.length === 0) return;
        yield chunk;
        at += chunk.length;
      }
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}
