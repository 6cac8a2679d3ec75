import type { FileHandle } from 'node:fs/promises';
import { IsocenterError } from '#shared/contract/errors.ts';

/**
 * Bytes `start` to `end` of a file in chunks. Every chunk lies in `buffer`, so it has to be used before the next is
 * asked for; memory is that buffer, whatever the size of the file.
 * @throws IsocenterError TRUNCATED when the file has become shorter than `end`.
 */
export async function* fileRange(
  file: FileHandle,
  name: string,
  start: number,
  end: number,
  buffer: Uint8Array,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = start;
  while (at < end) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, end - at), at);
    if (bytesRead === 0)
      throw new IsocenterError('TRUNCATED', `the file ends at byte ${at} of ${end}`, { object: name });
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}
