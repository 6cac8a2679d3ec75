import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '#shared/contract/errors.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { dataSetOffset } from './fileMeta.ts';
import { indexObject } from './indexObject.ts';
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

/** Indexes files in order of their receipt, so that patient keys and variants come out as they were. Returns how many. */
async function indexFiles(store: Store, paths: readonly string[], options: ImportOptions): Promise<number> {
  const dated = await Promise.all(
    paths.map(async (path) => ({ path, received: (await stat(join(store.dir, path))).mtime.toISOString() })),
  );
  dated.sort((a, b) => (a.received === b.received ? (a.path < b.path ? -1 : 1) : a.received < b.received ? -1 : 1));
  let indexed = 0;
  for (const { path, received } of dated) {
    throwIfCancelled(options.signal);
    const bytes = await readFile(join(store.dir, path));
    const header = readHeader(bytes, path);
    const digest = digestOf(header.transferSyntaxUid, bytes.subarray(dataSetOffset(bytes)));
    const facts = { path, digest, bytes: bytes.length, received, source: options.source ?? 'found on disk' };
    await store.index.write((db) => indexObject(db, header, facts));
    options.onProgress?.(++indexed, dated.length);
  }
  return indexed;
}

/** Run at every start: finds objects that reached the disk but not the index (a kill or power cut between the two). */
export async function adoptOrphans(store: Store, options: ImportOptions = {}): Promise<number> {
  return indexFiles(store, await unknownFiles(store), options);
}

/** See `Archive.verify`: reads every file and compares size and digest. */
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
    else if (digestOf(row.transfer_syntax, bytes.subarray(dataSetOffset(bytes))) !== row.digest) changed.push(row);
  }
  const orphans = await unknownFiles(store);
  let repaired = 0;
  if (options.repair) {
    repaired += await indexFiles(store, orphans, { signal: options.signal });
    await store.index.write(async (db) => {
      for (const { id } of missing) {
        await db.deleteFrom('reference').where('instance', '=', id).execute();
        await db.deleteFrom('instance').where('id', '=', id).execute();
      }
    });
    repaired += missing.length;
  }
  return {
    instances: rows.length,
    missing: missing.map(({ path }) => path),
    changed: changed.map(({ path }) => path),
    orphans,
    repaired,
  };
}

/** See `Archive.rebuild`. */
export async function rebuildIndex(store: Store, options: ImportOptions = {}): Promise<MaintenanceReport> {
  const before = await store.index.db.selectFrom('instance').select('path').execute();
  const files = await objectFiles(store.dir);
  const present = new Set(files);
  const known = new Set(before.map((row) => row.path));
  const missing = before.map((row) => row.path).filter((path) => !present.has(path));
  const orphans = files.filter((path) => !known.has(path));
  store.index.clear();
  const instances = await indexFiles(store, files, options);
  return { instances, missing, changed: [], orphans, repaired: missing.length + orphans.length };
}

const digestOf = (transferSyntaxUid: string, dataSet: Uint8Array): string =>
  createHash('sha256').update(transferSyntaxUid).update('\0').update(dataSet).digest('hex');
