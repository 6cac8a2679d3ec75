import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openIndex } from './index/storage/sqlite.ts';
import { setDamagedIndexAside } from './index/storage/damagedIndex.ts';
import { createEvents } from './events.ts';
import { importPaths } from './importPaths.ts';
import { countConflicts, findObject, locateObjects } from './index/read/locate.ts';
import { adoptOrphans, rebuildIndex, verifyArchive } from './maintenance.ts';
import { removeStaleParts, storageError } from './parts.ts';
import { queryIndex } from './index/query/query.ts';
import { receiveObject, type Store, storeObject } from './receive.ts';
import { resolveReferences } from './index/read/references.ts';
import { listPatients, patientTree } from './index/read/tree.ts';
import type { Archive } from './types.ts';

/**
 * Opens the archive in `dir`, creating it if needed. What an earlier process left half received is removed, and complete objects
 * that its index does not know are indexed; a damaged index is set aside and made again. @throws IsocenterError STORAGE
 */
export async function openArchive(dir: string): Promise<Archive> {
  const root = resolve(dir);
  const store = await openStore(root);
  const { db } = store.index;
  await removeStaleParts(store.incoming);
  await adoptOrphans(store);

  const find: Archive['find'] = (sopInstanceUid, selection) => findObject(db, root, sopInstanceUid, selection);
  return {
    dir: root,
    events: store.events,
    receive: (options) => receiveObject(store, options),
    store: (bytes, options) => storeObject(store, bytes, options),
    importPaths: (paths, options) => importPaths(store, paths, options),
    query: (query) => queryIndex(db, query),
    patients: (search = '') => listPatients(db, search),
    tree: (patientKey) => patientTree(db, patientKey),
    locate: (selection) => locateObjects(db, root, selection),
    find,
    async read(sopInstanceUid, selection) {
      const { file } = await find(sopInstanceUid, selection);
      return readFile(file).catch((error: unknown) => {
        throw storageError(error, file);
      });
    },
    async references(sopInstanceUid, patientKey) {
      const object = await find(sopInstanceUid, { patientKey });
      return resolveReferences(db, object);
    },
    conflicts: (selection) => countConflicts(db, selection),
    async count() {
      const row = await db
        .selectFrom('instance')
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow();
      return row.n;
    },
    verify: (options) => verifyArchive(store, options),
    rebuild: (options) => rebuildIndex(store, options),
    async close() {
      await store.index.write(async () => undefined);
      store.index.close();
    },
  };
}

async function openStore(root: string): Promise<Store> {
  const incoming = join(root, 'incoming');
  try {
    await mkdir(join(root, 'objects'), { recursive: true });
    await mkdir(incoming, { recursive: true });
    const file = join(root, 'index.sqlite');
    const aside = setDamagedIndexAside(file);
    if (aside !== undefined)
      process.emitWarning(
        `the index was damaged and is made again from the objects; the old one is ${aside}`,
        'Archive',
      );
    return { dir: root, incoming, index: openIndex(file), events: createEvents() };
  } catch (error) {
    throw storageError(error, root);
  }
}
