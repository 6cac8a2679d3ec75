import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { retrieveFromPeer } from '#main/dicomweb/retrieve.ts';
import { searchPeer } from '#main/dicomweb/search.ts';
import { storeAtPeer } from '#main/dicomweb/store.ts';
import type { WebPeer } from '#main/dicomweb/webPeer.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { ObjectScan } from '../objectScan.ts';
import {
  type Kept,
  type KeptFacts,
  type NewObject,
  objectName,
  type ObjectStore,
  type RecoveredObject,
} from './objectStore.ts';

export interface WebStoreOptions {
  /** Folder of the archive: copies and marks lie in it. */
  readonly dir: string;
  readonly peer: WebPeer;
  /** Called after each object came here, to drop copies that are not needed: see copies.ts. */
  readonly onCopy?: () => void;
}

/** Names asked of the other archive at once. */
const PAGE = 200;

/**
 * The objects of another archive that speaks DICOMweb; `local` keeps copies of those in use and takes what comes in. An object
 * counts as kept only when the other archive gave back the very bytes; its mark under `elsewhere/` says so, and only marked
 * copies may be dropped. What that archive cannot hold (other bytes under a UID it has) stays here.
 * All errors are STORAGE, with the other archive's words.
 */
export function openWebStore(local: ObjectStore, options: WebStoreOptions): ObjectStore {
  const { peer } = options;
  const mark = (name: string): string => join(options.dir, 'elsewhere', name.slice('objects/'.length));
  const isMarked = (name: string): Promise<boolean> =>
    stat(mark(name)).then(
      () => true,
      () => false,
    );

  /** Reads an object of the other archive; undefined when it has none of that UID. `take` gets the bytes as they come. */
  const readThere = async (sopInstanceUid: string, take?: (chunk: Uint8Array) => Promise<void> | undefined) => {
    const [row] = await searchPeer(peer, 'instance', { SOPInstanceUID: sopInstanceUid });
    if (row === undefined) return undefined;
    const scan = new ObjectScan(`${sopInstanceUid} at ${peer.name}`);
    const place = {
      studyInstanceUid: String(row['StudyInstanceUID'] ?? ''),
      seriesInstanceUid: String(row['SeriesInstanceUID'] ?? ''),
      sopInstanceUid,
    };
    for await (const object of retrieveFromPeer(peer, place))
      for await (const chunk of object) {
        scan.push(chunk);
        await take?.(chunk);
      }
    return scan.finish();
  };

  /** The other archive has the object, proven by its bytes, when this returns true; false when it has other bytes of that UID. */
  const sendThere = async ({ name, digest }: KeptFacts): Promise<boolean> => {
    const uid = uidOf(name);
    const before = await readThere(uid);
    if (before === undefined) {
      await using reader = await local.open(name);
      const { failed } = await storeAtPeer(peer, [{ sopInstanceUid: uid, content: () => reader.stream() }]);
      if (failed.length > 0) throw new Error(failed[0].reason);
    }
    const there = before ?? (await readThere(uid));
    if (there?.digest !== digest) {
      if (before !== undefined) return false;
      throw new Error('it did not give back the bytes it was sent');
    }
    await mkdir(dirname(mark(name)), { recursive: true });
    await writeFile(mark(name), '');
    return true;
  };

  /** Makes a copy here. @throws NOT_FOUND, STORAGE */
  const bring = async (name: string): Promise<void> => {
    const object = await local.create();
    try {
      const found = await readThere(uidOf(name), (chunk) => object.write(chunk));
      if (found === undefined || objectName(uidOf(name), found.digest) !== name)
        throw new IsocenterError('NOT_FOUND', `${peer.name} ${found ? 'has other bytes' : 'does not have it'}`, {
          object: name,
        });
      const facts = { name, digest: found.digest, source: peer.name, received: new Date().toISOString() };
      await object.ready();
      (await object.keep(facts)).settle();
      options.onCopy?.();
    } catch (error) {
      await object.discard();
      throw asStorageError(error, peer, name);
    }
  };

  /** Kept here first, so that its bytes are at hand whatever the other archive does. */
  const keep = async (object: NewObject, facts: KeptFacts): Promise<Kept> => {
    const kept = await object.keep(facts);
    try {
      await sendThere(facts);
    } catch (error) {
      await kept.undo();
      throw asStorageError(error, peer, facts.name);
    }
    options.onCopy?.();
    return kept;
  };

  return {
    keepsQuickly: false,
    prepare: () => local.prepare(),
    async create() {
      const object = await local.create();
      return {
        write: (chunk) => object.write(chunk),
        ready: () => object.ready(),
        keep: (facts) => keep(object, facts),
        discard: () => object.discard(),
      };
    },
    async open(name) {
      if (!(await local.exists(name))) await bring(name);
      return local.open(name);
    },
    exists: async (name) => (await local.exists(name)) || (await isMarked(name)),
    async *list() {
      const here = new Set<string>();
      for await (const object of local.list()) {
        here.add(uidOf(object.name));
        yield object;
      }
      for (let offset = 0; ; offset += PAGE) {
        const rows = await searchPeer(peer, 'instance', {}, { limit: PAGE, offset });
        for (const { SOPInstanceUID } of rows) {
          const uid = String(SOPInstanceUID);
          if (here.has(uid)) continue;
          // Its name holds its digest, which only its bytes tell.
          const found = await readThere(uid);
          if (found !== undefined) yield { name: objectName(uid, found.digest), received: new Date().toISOString() };
        }
        if (rows.length < PAGE) return;
      }
    },
    async remove(name) {
      await local.remove(name);
      await rm(mark(name), { force: true });
    },
    recover: (adopt) =>
      local.recover(async (object: RecoveredObject) => {
        await adopt(object);
        // It was acknowledged, or will be sent again: it stays here without a mark when the other archive cannot be asked now.
        await sendThere(object).catch((error: unknown) =>
          process.emitWarning(`${object.name} stays here: ${describeError(error)}`, 'Archive'),
        );
      }),
    close: () => local.close(),
  };
}

const uidOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1, name.lastIndexOf('~'));

function asStorageError(error: unknown, peer: WebPeer, object: string): IsocenterError {
  if (error instanceof IsocenterError && (error.code === 'STORAGE' || error.code === 'NOT_FOUND')) return error;
  const words = error instanceof Error ? error.message : String(error);
  return new IsocenterError('STORAGE', `the archive ${peer.name} that holds the objects: ${words}`, {
    object,
    cause: error,
  });
}
