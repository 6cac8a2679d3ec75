import { IsocenterError } from '#shared/contract/errors.ts';
import type { InstanceHeader } from '#shared/dicom/header.ts';
import type { EventHub } from './events.ts';
import { fileHead } from './fileMeta.ts';
import type { ArchiveIndex } from './index/archiveIndex.ts';
import { ObjectScan, type Scanned } from './objectScan.ts';
import { type NewObject, objectName, type ObjectStore } from './objects/objectStore.ts';
import { storageError } from './objects/storageError.ts';
import type { Receiving, ReceiveOptions, StoreResult } from './types.ts';

/** What receiving needs of the archive it receives into. */
export interface Store {
  readonly objects: ObjectStore;
  readonly index: ArchiveIndex;
  readonly events: EventHub;
}

/** A bare data set has told its identity long before this, bytes. */
const LONGEST_FRONT = 1 << 20;

/** Streams one object into the store while its header and digest are taken from the bytes that pass. */
export async function receiveObject(store: Store, options: ReceiveOptions): Promise<Receiving> {
  const name = options.name ?? options.meta?.sopInstanceUid ?? 'object';
  const scan = new ObjectScan(name);
  const object = await store.objects.create();
  let open = true;
  /** Held back until it is known what has to stand before it. */
  let front: Uint8Array | undefined = new Uint8Array(0);

  /** Bytes of the object as kept that did not come from its sender. */
  let added = 0;
  /** Writes what stood back and `next`, once it is known what has to come before them. */
  const release = async (next: Uint8Array): Promise<void> => {
    const head = scan.missingHead;
    if (front === undefined || head === undefined) return;
    const parts = [head, front, next];
    added = head.length;
    front = undefined;
    for (const part of parts) if (part.length > 0) await object.write(part);
  };
  const take = (chunk: Uint8Array): Promise<void> | undefined => {
    if (!open) throw new IsocenterError('INTERNAL', 'written to after its end', { object: name });
    scan.push(chunk);
    if (front === undefined) return object.write(chunk);
    if (scan.missingHead !== undefined) return release(chunk);
    if (front.length + chunk.length > LONGEST_FRONT)
      throw new IsocenterError('NOT_DICOM', 'no SOP Instance UID at the beginning of a bare data set', {
        object: name,
      });
    front = Buffer.concat([front, chunk]);
    return undefined;
  };
  if (options.meta)
    try {
      await take(fileHead(options.meta));
    } catch (error) {
      await object.discard();
      throw error;
    }

  return {
    async write(chunk) {
      await take(chunk);
    },
    async commit() {
      if (!open) throw new IsocenterError('INTERNAL', 'committed after its end', { object: name });
      open = false;
      try {
        const scanned = scan.finish();
        await release(new Uint8Array(0));
        checkHeader(scanned.header, options);
        return await settle(store, object, { ...scanned, bytes: scanned.bytes + added }, options);
      } catch (error) {
        await object.discard();
        throw error;
      }
    },
    async abort() {
      open = false;
      await object.discard();
    },
  };
}

/** Stores one object whose bytes are in memory: Part 10 as it is, a bare data set behind a preamble and File Meta Information. */
export async function storeObject(store: Store, bytes: Uint8Array, options: ReceiveOptions): Promise<StoreResult> {
  const receiving = await receiveObject(store, options);
  try {
    await receiving.write(bytes);
    return await receiving.commit();
  } catch (error) {
    await receiving.abort();
    throw error;
  }
}

/** An object fit to be kept can be found again by its own identifiers, and is the one announced. */
function checkHeader(header: InstanceHeader, options: ReceiveOptions): void {
  const object = options.name ?? options.meta?.sopInstanceUid;
  const uids = {
    SOPClassUID: header.sopClassUid,
    SOPInstanceUID: header.sopInstanceUid,
    StudyInstanceUID: header.studyInstanceUid,
    SeriesInstanceUID: header.seriesInstanceUid,
  };
  // Leading zeros are wrong and common; `..` is no UID at all, whatever else it might be taken for.
  for (const [attribute, uid] of Object.entries(uids))
    if (uid.length > 64 || !/^\d+(\.\d+)*$/.test(uid))
      throw new IsocenterError('INVALID_ATTRIBUTE', `'${uid}' is no UID`, { object, attribute });
  const { meta } = options;
  if (meta && meta.sopInstanceUid !== header.sopInstanceUid)
    throw new IsocenterError('REFERENCE', `announced as ${meta.sopInstanceUid}`, {
      object,
      attribute: 'SOPInstanceUID',
    });
  if (meta && meta.sopClassUid !== header.sopClassUid)
    throw new IsocenterError('REFERENCE', `announced as ${meta.sopClassUid}`, { object, attribute: 'SOPClassUID' });
  if (options.studyInstanceUid !== undefined && options.studyInstanceUid !== header.studyInstanceUid)
    throw new IsocenterError('REFERENCE', `belongs to study ${header.studyInstanceUid}`, {
      object,
      attribute: 'StudyInstanceUID',
    });
}

/** Durable and named, then indexed, then told; what is held already is not kept again. */
async function settle(
  store: Store,
  object: NewObject,
  { header, digest, bytes }: Scanned,
  options: ReceiveOptions,
): Promise<StoreResult> {
  const path = objectName(header.sopInstanceUid, digest);
  // The store is asked first: for what is new, which is nearly everything, the answer costs nothing.
  const held = (await store.objects.exists(path)) ? await store.index.held(header.sopInstanceUid, digest) : undefined;
  if (held) {
    await object.discard();
    return resultOf(header, 'duplicate', held.patientKey, held.variant);
  }
  const received = new Date().toISOString();
  const { source } = options;
  const file = { path, digest, bytes, received, source };
  const facts = { name: path, digest, source, received };
  await object.ready();
  // Rows are made while the disk works; where keeping takes longer than that, nobody may have to wait for the index meanwhile.
  const keeping = object.keep(facts);
  if (!store.objects.keepsQuickly) await keeping;
  const [kept, indexed] = await Promise.allSettled([keeping, store.index.add(header, file, keeping)]);
  if (kept.status === 'rejected') throw kept.reason;
  if (indexed.status === 'rejected') {
    // Refused objects leave nothing behind, unless another sender of the same bytes got them indexed meanwhile.
    // An index that cannot be asked may know it: then the file stays, for the sender to send again or `verify` to find.
    const mayBeKnown = await store.index.known([path]).then(
      (known) => known.has(path),
      () => true,
    );
    if (mayBeKnown) kept.value.settle();
    else await kept.value.undo();
    throw storageError(indexed.reason, header.sopInstanceUid);
  }
  kept.value.settle();
  const { added, contested, patientKey, variant } = indexed.value;
  const outcome = !added ? 'duplicate' : contested ? 'conflict' : 'stored';
  const result = resultOf(header, outcome, patientKey, variant);
  if (added) store.events.emit({ result, source });
  return result;
}

const resultOf = (
  header: InstanceHeader,
  outcome: StoreResult['outcome'],
  patientKey: string,
  variant: number,
): StoreResult => ({
  outcome,
  patientKey,
  variant,
  sopClassUid: header.sopClassUid,
  sopInstanceUid: header.sopInstanceUid,
  studyInstanceUid: header.studyInstanceUid,
  seriesInstanceUid: header.seriesInstanceUid,
});
