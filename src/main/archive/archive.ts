import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createEvents } from './events.ts';
import { importPaths } from './importPaths.ts';
import { type ArchiveIndex, openIndex } from './index/archiveIndex.ts';
import { foundObject } from './index/read/locate.ts';
import { setDamagedIndexAside } from './index/storage/damagedIndex.ts';
import { adoptOrphans, rebuildIndex, verifyArchive } from './maintenance.ts';
import { removeStaleParts, storageError } from './parts.ts';
import { receiveObject, type Store, storeObject } from './receive.ts';
import type { Archive } from './types.ts';

export interface ArchiveOptions {
  /** `postgresql://user@host/database` of an index that workstations with the same objects share; a file in the archive if absent. */
  readonly index?: string;
}

/**
 * Opens the archive in `dir`, creating it if needed. What an earlier process left half received is removed, and complete objects
 * that its index does not know are indexed; a damaged index is set aside and made again.
 * @throws IsocenterError STORAGE, and NETWORK when a shared index cannot be reached
 */
export async function openArchive(dir: string, options: ArchiveOptions = {}): Promise<Archive> {
  const root = resolve(dir);
  const store = await openStore(root, options);
  const { index } = store;
  await removeStaleParts(store.incoming);
  await adoptOrphans(store);

  const locate: Archive['locate'] = (selection) => index.locate(root, selection);
  const find: Archive['find'] = async (sopInstanceUid, selection) =>
    foundObject(await locate({ ...selection, sopInstanceUid }), sopInstanceUid);
  return {
    dir: root,
    events: store.events,
    receive: (options) => receiveObject(store, options),
    store: (bytes, options) => storeObject(store, bytes, options),
    importPaths: (paths, options) => importPaths(store, paths, options),
    query: (query) => index.query(query),
    queryRows: (query) => index.queryRows(query),
    patients: (search = '', limit) => index.patients(search, limit),
    tree: (patientKey) => index.tree(patientKey),
    locate,
    find,
    async read(sopInstanceUid, selection) {
      const { file } = await find(sopInstanceUid, selection);
      return readFile(file).catch((error: unknown) => {
        throw storageError(error, file);
      });
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
    close: () => index.close(),
  };
}

async function openStore(root: string, options: ArchiveOptions): Promise<Store> {
  const incoming = join(root, 'incoming');
  try {
    await mkdir(join(root, 'objects'), { recursive: true });
    await mkdir(incoming, { recursive: true });
    const index = options.index === undefined ? await openOwnIndex(root) : await openIndex(options.index);
    return { dir: root, incoming, index, events: createEvents() };
  } catch (error) {
    throw storageError(error, root);
  }
}

function openOwnIndex(root: string): Promise<ArchiveIndex> {
  const file = join(root, 'index.sqlite');
  const aside = setDamagedIndexAside(file);
  if (aside !== undefined)
    process.emitWarning(`the index was damaged and is made again from the objects; the old one is ${aside}`, 'Archive');
  return openIndex(file);
}
