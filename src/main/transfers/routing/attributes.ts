import { ROUTE_ATTRIBUTES, type RouteAttribute } from '#shared/contract/rpc/routing.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';

/** A stored object, to be read by ranges. */
interface Readable {
  /** Size of the whole file. */
  readonly bytes: number;
  read(start: number, end: number): Promise<Uint8Array>;
}

const FIRST_READ = 64 * 1024;
const LONGEST_READ = 16 * 1024 * 1024;
/** All of `ROUTE_ATTRIBUTES` lie in groups 0008 and 0018. */
const STOP_BEFORE = 0x00200000;

/**
 * What rules may ask of an object, from its beginning alone (a deflated data set is read whole, up to 16 MiB).
 * @param name what errors call it
 * @throws what `readPart10` and `read` throw
 */
export async function readRouteAttributes(object: Readable, name: string): Promise<Map<RouteAttribute, string>> {
  for (let length = Math.min(FIRST_READ, object.bytes); ; length = Math.min(length * 8, object.bytes)) {
    try {
      const { dataset } = readPart10(await object.read(0, length), name, { stopBefore: STOP_BEFORE });
      return new Map(ROUTE_ATTRIBUTES.map((keyword) => [keyword, dataset.string(keyword)]));
    } catch (error) {
      const isCut = error instanceof IsocenterError && (error.code === 'TRUNCATED' || error.code === 'DECODE_FAILED');
      if (!isCut || length === object.bytes || length >= LONGEST_READ) throw error;
    }
  }
}
