import { mkdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { WebPeer } from '#main/dicomweb/webPeer.ts';
import { createEvents } from './events.ts';
import { importPaths } from './importPaths.ts';
import { type ArchiveIndex, openIndex } from './index/archiveIndex.ts';
import { foundObject } from './index/read/locate.ts';
import { setDamagedIndexAside } from './index/storage/damagedIndex.ts';
import { rebuildIndex, recoverArchive, verifyArchive } from './maintenance.ts';
import { dropCopies } from './objects/copies.ts';
import { syncFile } from './objects/files.ts';
import { openLocalStore } from './objects/localStore.ts';
import type { ObjectStore } from './objects/objectStore.ts';
import { storageError } from './objects/storageError.ts';
import { receiveObject, type Store, storeObject } from './receive.ts';
import type { Archive } from './types.ts';

export interface ArchiveOptions {
  /** `postgresql://user@host/database` of an index that workstations with the same objects share; a file in the archive if absent. */
  readonly index?: string;
  /** Bytes to be left free on the disk; less refuses new objects. */
  readonly reserve?: number;
  /** Another archive, by DICOMweb, that holds the objects; here are only copies of those in use, up to so many bytes. */
  readonly elsewhere?: WebPeer & { readonly copies: number };
}

/**
 * Opens the archive in `dir`, creating it if needed. What an earlier process left half received is removed, and complete objects
 * that its index does not know are indexed; a damaged index is set aside and made again.
 * @throws IsocenterError STORAGE, and NETWORK when a shared index cannot be reached
 */
export async function openArchive(dir: string, options: ArchiveOptions = {}): Promise<Archive> {
  const root = resolve(dir);
  const store = await openStore(root, options);
  const { index, objects } = store;
  await recoverArchive(store);

  const locate: Archive['locate'] = (selection) => index.locate(root, selection);
  const find: Archive['find'] = async (sopInstanceUid, selection) =>
    foundObject(await locate({ ...selection, sopInstanceUid }), sopInstanceUid);
  const open: Archive['open'] = ({ file }) => objects.open(relative(root, file).replaceAll(sep, '/'));
  return {
    dir: root,
    events: store.events,
    prepare: () => objects.prepare(),
    receive: (options) => receiveObject(store, options),
    store: (bytes, options) => storeObject(store, bytes, options),
    importPaths: (paths, options) => importPaths(store, paths, options),
    query: (query) => index.query(query),
    queryRows: (query) => index.queryRows(query),
    patients: (search = '', limit) => index.patients(search, limit),
    tree: (patientKey) => index.tree(patientKey),
    locate,
    find,
    open,
    async bring(objects) {
      for (const object of objects) await (await open(object))[Symbol.asyncDispose]();
    },
    async read(sopInstanceUid, selection) {
      await using reader = await open(await find(sopInstanceUid, selection));
      return await reader.read(0, reader.bytes);
    },
    async references(sopInstanceUid, patientKey) {
      return index.references(await find(sopInstanceUid, { patientKey }));
    },
    conflicts: (selection) => index.conflicts(selection),
    count: () => index.count(),
    arrivals: (after, limit) => index.arrivals(root, after, limit),
    lastPosition: () => index.lastPosition(),
    verify: (options) => verifyArchive(store, options),
    rebuild: (options) => rebuildIndex(store, options),
    async close() {
      try {
        await objects.close();
      } finally {
        await index.close();
      }
    },
  };
}

async function openStore(root: string, options: ArchiveOptions): Promise<Store> {
  try {
    await mkdir(root, { recursive: true });
    const index = options.index === undefined ? await openOwnIndex(root) : await openIndex(options.index);
    // A server's commit is durable; SQLite's is once its write-ahead log is on the disk.
    const flushIndex = () =>
      options.index === undefined ? syncFile(join(root, 'index.sqlite-wal')) : Promise.resolve();
    const local = await openLocalStore(root, { flushIndex, reserve: options.reserve });
    return { objects: await withElsewhere(local, root, options), index, events: createEvents() };
  } catch (error) {
    throw storageError(error, root);
  }
}

/** Copies that came, between two looks at how much room they take. */
const LOOK_EVERY = 100;

async function withElsewhere(local: ObjectStore, dir: string, { elsewhere }: ArchiveOptions): Promise<ObjectStore> {
  if (elsewhere === undefined) return local;
  // What a receiver does not need it does not load: ten megabytes.
  const { openWebStore } = await import('./objects/webStore.ts');
  let came = 0;
  const onCopy = (): void => {
    if (++came % LOOK_EVERY !== 0) return;
    dropCopies({ dir, limit: elsewhere.copies }).catch((error: unknown) =>
      process.emitWarning(`copies cannot be dropped: ${String(error)}`, 'Archive'),
    );
  };
  return openWebStore(local, { dir, peer: elsewhere, onCopy });
}

function openOwnIndex(root: string): Promise<ArchiveIndex> {
  const file = join(root, 'index.sqlite');
  const aside = setDamagedIndexAside(file);
  if (aside !== undefined)
    process.emitWarning(`the index was damaged and is made again from the objects; the old one is ${aside}`, 'Archive');
  return openIndex(file);
}
