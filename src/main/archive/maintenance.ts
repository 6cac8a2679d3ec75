import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '#shared/contract/errors.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { digestOf } from './digest.ts';
import type { Store } from './receive.ts';
import type { ImportOptions, MaintenanceReport } from './types.ts';

/** Paths of all object files relative to the archive, with forward slashes. */
async function objectFiles(dir: string): Promise<string[]> {
  const root = join(dir, 'objects');
  const files: string[] = [];
  for (const shard of await readdir(root))
    for (const name of await readdir(join(root, shard)))
      if (name.endsWith('.dcm')) files.push(`objects/${shard}/${name}`);
  return files;
}

/** Files that the index does not know: complete objects whose rows were lost or never written. */
async function unknownFiles(store: Store): Promise<string[]> {
  const rows = await store.index.db.selectFrom('instance').select('path').execute();
  const known = new Set(rows.map((row) => row.path));
  return (await objectFiles(store.dir)).filter((path) => !known.has(path));
}

/** What came of indexing files; a file that cannot be read never keeps the others, or the archive, from being opened. */
interface Indexed {
  readonly indexed: number;
  readonly unreadable: string[];
}

/** Indexes files in order of their receipt, so that patient keys and variants come out as they were. */
async function indexFiles(store: Store, paths: readonly string[], options: ImportOptions): Promise<Indexed> {
  const dated = await Promise.all(
    paths.map(async (path) => ({ path, received: (await stat(join(store.dir, path))).mtime.toISOString() })),
  );
  dated.sort((a, b) => (a.received === b.received ? (a.path < b.path ? -1 : 1) : a.received < b.received ? -1 : 1));
  let indexed = 0;
  const unreadable: string[] = [];
  for (const [done, { path, received }] of dated.entries()) {
    throwIfCancelled(options.signal);
    const file = await readStored(store, path);
    if (file) {
      const facts = {
        path,
        received,
        source: options.source ?? 'found on disk',
        digest: file.digest,
        bytes: file.bytes,
      };
      await store.index.add(file.header, facts);
      indexed++;
    } else unreadable.push(path);
    options.onProgress?.(done + 1, dated.length);
  }
  return { indexed, unreadable };
}

async function readStored(store: Store, path: string) {
  try {
    const bytes = await readFile(join(store.dir, path));
    const header = readHeader(bytes, path);
    return { header, digest: digestOf(header.transferSyntaxUid, bytes), bytes: bytes.length };
  } catch {
    return undefined;
  }
}

/** Run at every start: finds objects that reached the disk but not the index (a kill or power cut between the two). */
export async function adoptOrphans(store: Store, options: ImportOptions = {}): Promise<number> {
  return (await indexFiles(store, await unknownFiles(store), options)).indexed;
}

/** See `Archive.verify`: reads every file and compares its data set with what was received. */
export async function verifyArchive(
  store: Store,
  options: { readonly repair?: boolean; readonly signal?: ImportOptions['signal'] } = {},
): Promise<MaintenanceReport> {
  const rows = await store.index.db
    .selectFrom('instance')
    .select(['id', 'path', 'digest', 'transfer_syntax'])
    .execute();
  const missing: typeof rows = [];
  const changed: typeof rows = [];
  for (const row of rows) {
    throwIfCancelled(options.signal);
    const bytes = await readFile(join(store.dir, row.path)).catch(() => undefined);
    if (!bytes) missing.push(row);
    else if (digestOf(row.transfer_syntax, bytes) !== row.digest) changed.push(row);
  }
  const orphans = await unknownFiles(store);
  const report = { instances: rows.length, missing: pathsOf(missing), changed: pathsOf(changed), orphans };
  if (!options.repair) return { ...report, unreadable: [], repaired: 0 };
  const { indexed, unreadable } = await indexFiles(store, orphans, { signal: options.signal });
  await store.index.forget(missing.map(({ id }) => id));
  return { ...report, unreadable, repaired: indexed + missing.length };
}

const pathsOf = (rows: readonly { path: string }[]): string[] => rows.map(({ path }) => path);

/** See `Archive.rebuild`. */
export async function rebuildIndex(store: Store, options: ImportOptions = {}): Promise<MaintenanceReport> {
  const before = await store.index.db.selectFrom('instance').select('path').execute();
  const files = await objectFiles(store.dir);
  const present = new Set(files);
  const known = new Set(pathsOf(before));
  const missing = pathsOf(before).filter((path) => !present.has(path));
  const orphans = files.filter((path) => !known.has(path));
  await store.index.clear();
  const { indexed, unreadable } = await indexFiles(store, files, options);
  return { instances: indexed, missing, changed: [], orphans, unreadable, repaired: missing.length + orphans.length };
}
