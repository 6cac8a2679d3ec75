import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type InstanceHeader, readHeader } from '#shared/dicom/header.ts';
import type { ArchiveIndex } from './index/archiveIndex.ts';
import { digestOf } from './digest.ts';
import type { EventHub } from './events.ts';
import { fileHead, isPart10, missingHead } from './fileMeta.ts';
import { createPart, type PartFile, storageError, syncFolder } from './parts.ts';
import type { Receiving, ReceiveOptions, StoreResult } from './types.ts';

/** What receiving needs of the archive it receives into. */
export interface Store {
  readonly dir: string;
  readonly incoming: string;
  readonly index: ArchiveIndex;
  readonly events: EventHub;
}

/** Streams one object into a part file; `commit` reads its header back, makes it durable and indexes it. */
export async function receiveObject(store: Store, options: ReceiveOptions): Promise<Receiving> {
  const part = createPart(store.incoming);
  let open = true;
  if (options.meta) await part.write(fileHead(options.meta));
  return {
    async write(chunk) {
      if (!open) throw new IsocenterError('INTERNAL', 'written to after its end', { object: options.name });
      await part.write(chunk);
    },
    async commit() {
      if (!open) throw new IsocenterError('INTERNAL', 'committed after its end', { object: options.name });
      open = false;
      try {
        const bytes = await part.contents();
        if (options.meta || isPart10(bytes)) return await keep(store, part, bytes, options);
        // A bare data set: the same bytes once more, behind a preamble that says what they are.
        await part.discard();
        return await storeObject(store, bytes, options);
      } catch (error) {
        await part.discard();
        throw error;
      }
    },
    async abort() {
      open = false;
      await part.discard();
    },
  };
}

/** Stores one object whose bytes are in memory: Part 10 as it is, a bare data set behind a preamble and File Meta Information. */
export async function storeObject(store: Store, given: Uint8Array, options: ReceiveOptions): Promise<StoreResult> {
  const bytes = options.meta ? Buffer.concat([fileHead(options.meta), given]) : given;
  const header = checkedHeader(bytes, options);
  const head = missingHead(bytes, header);
  const digest = digestOf(header.transferSyntaxUid, bytes);
  const held = await findHeld(store, header, digest);
  if (held) return held;
  const part = createPart(store.incoming);
  try {
    await part.write(head);
    await part.write(bytes);
    return await settle(store, part, header, digest, head.length + bytes.length, options);
  } catch (error) {
    await part.discard();
    throw error;
  }
}

async function keep(store: Store, part: PartFile, bytes: Uint8Array, options: ReceiveOptions): Promise<StoreResult> {
  const header = checkedHeader(bytes, options);
  const digest = digestOf(header.transferSyntaxUid, bytes);
  const held = await findHeld(store, header, digest);
  if (held) {
    await part.discard();
    return held;
  }
  return settle(store, part, header, digest, bytes.length, options);
}

/** The header of an object fit to be kept: it can be found again by its own identifiers, and is the one announced. */
function checkedHeader(bytes: Uint8Array, options: ReceiveOptions): InstanceHeader {
  const object = options.name ?? options.meta?.sopInstanceUid;
  const header = readHeader(bytes, object ?? 'object');
  const uids = {
    SOPClassUID: header.sopClassUid,
    SOPInstanceUID: header.sopInstanceUid,
    StudyInstanceUID: header.studyInstanceUid,
    SeriesInstanceUID: header.seriesInstanceUid,
  };
  for (const [attribute, uid] of Object.entries(uids))
    if (!/^[0-9.]{1,64}$/.test(uid))
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
  return header;
}

async function findHeld(store: Store, header: InstanceHeader, digest: string): Promise<StoreResult | undefined> {
  const held = await store.index.held(header.sopInstanceUid, digest);
  if (!held || !existsSync(join(store.dir, held.path))) return undefined;
  return resultOf(header, 'duplicate', held.patientKey, held.variant);
}

/** fsync → rename → index → event. The name carries the digest, so that a rename never replaces other bytes. */
async function settle(
  store: Store,
  part: PartFile,
  header: InstanceHeader,
  digest: string,
  bytes: number,
  options: ReceiveOptions,
): Promise<StoreResult> {
  const shard = createHash('sha256').update(header.sopInstanceUid).digest('hex').slice(0, 2);
  const path = `objects/${shard}/${header.sopInstanceUid}~${digest.slice(0, 16)}.dcm`;
  const folder = join(store.dir, 'objects', shard);
  const file = join(store.dir, path);
  try {
    const created = await mkdir(folder, { recursive: true });
    if (created !== undefined) await syncFolder(join(store.dir, 'objects'));
  } catch (error) {
    throw storageError(error, folder);
  }
  await part.moveTo(file, folder);
  const received = new Date().toISOString();
  const facts = { path, digest, bytes, received, source: options.source };
  try {
    const indexed = await store.index.add(header, facts);
    const outcome = !indexed.added ? 'duplicate' : indexed.contested ? 'conflict' : 'stored';
    const result = resultOf(header, outcome, indexed.patientKey, indexed.variant);
    if (indexed.added) store.events.emit({ result, source: options.source });
    return result;
  } catch (error) {
    // Refused objects leave nothing behind, unless another sender of the same bytes got them indexed meanwhile.
    const known = await store.index.known([path]);
    if (!known.has(path)) await rm(file, { force: true });
    throw storageError(error, header.sopInstanceUid);
  }
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
