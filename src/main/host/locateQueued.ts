import type { Archive, StoredObject } from '#main/archive/types.ts';
import type { FileToSend } from '#main/services/storeScu.ts';
import { identityOf } from '#main/transfers/queuedObject.ts';
import type { QueuedObject } from '#main/transfers/types.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

/** From so many objects of a series on, the series is looked up as a whole. */
const MANY = 8;

/** The files of queued objects, on this disk, or why an object has none: see `TransferServices.locate`. */
export async function locateAll(
  archive: Pick<Archive, 'locate' | 'bring'>,
  objects: readonly QueuedObject[],
): Promise<(FileToSend | Error)[]> {
  const series = await wholeSeries(archive, objects);
  const results: (FileToSend | Error)[] = [];
  for (const object of objects)
    try {
      const known = series.get(seriesKey(object));
      results.push(await locate(archive, object, known?.get(object.sopInstanceUid)));
    } catch (error) {
      results.push(error instanceof Error ? error : new Error(String(error)));
    }
  return results;
}

const seriesKey = ({ patientKey, seriesInstanceUid, variant }: QueuedObject): string =>
  JSON.stringify([patientKey, seriesInstanceUid, variant]);

/** By series and UID, for those series of which many objects are wanted: one query instead of hundreds. */
async function wholeSeries(
  archive: Pick<Archive, 'locate'>,
  objects: readonly QueuedObject[],
): Promise<Map<string, Map<string, StoredObject>>> {
  const wanted = Map.groupBy(objects, seriesKey);
  const found = new Map<string, Map<string, StoredObject>>();
  for (const [key, [{ patientKey, seriesInstanceUid, variant }, ...others]] of wanted) {
    if (others.length + 1 < MANY) continue;
    const located = await archive.locate({ patientKey, seriesInstanceUid, variant });
    found.set(key, new Map(located.map((object) => [object.sopInstanceUid, object])));
  }
  return found;
}

async function locate(
  archive: Pick<Archive, 'locate' | 'bring'>,
  { sopInstanceUid, patientKey, variant, identity }: QueuedObject,
  known: StoredObject | undefined,
): Promise<FileToSend> {
  const [found] = known === undefined ? await archive.locate({ sopInstanceUid, patientKey, variant }) : [known];
  if (found === undefined)
    throw new IsocenterError('NOT_FOUND', 'no longer in the archive', { object: sopInstanceUid });
  if (identityOf(found) !== identity)
    throw new IsocenterError('CONFLICT', 'the archive holds other bytes under this UID than when it was queued', {
      object: sopInstanceUid,
    });
  await archive.bring([found]);
  return { path: found.file, sopInstanceUid };
}
