import { open } from 'node:fs/promises';
import { ROUTE_ATTRIBUTES, type RouteAttribute } from '#shared/contract/rpc/routing.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readPart10 } from '#shared/dicom/part10.ts';

const FIRST_READ = 64 * 1024;
const LONGEST_READ = 16 * 1024 * 1024;
/** All of `ROUTE_ATTRIBUTES` lie in groups 0008 and 0018. */
const STOP_BEFORE = 0x00200000;

/**
 * What rules may ask of a file, from its beginning alone (a deflated data set is read whole, up to 16 MiB).
 * @throws what `readPart10` throws, and Node's own errors when the file cannot be read
 */
export async function readRouteAttributes(file: string): Promise<Map<RouteAttribute, string>> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  for (let length = Math.min(FIRST_READ, size); ; length = Math.min(length * 8, size)) {
    const { buffer, bytesRead } = await handle.read({ buffer: new Uint8Array(length), position: 0 });
    try {
      const { dataset } = readPart10(buffer.subarray(0, bytesRead), file, { stopBefore: STOP_BEFORE });
      return new Map(ROUTE_ATTRIBUTES.map((keyword) => [keyword, dataset.string(keyword)]));
    } catch (error) {
      const isCut = error instanceof IsocenterError && (error.code === 'TRUNCATED' || error.code === 'DECODE_FAILED');
      if (!isCut || length === size || length >= LONGEST_READ) throw error;
    }
  }
}
