import { throwIfCancelled } from '#shared/contract/errors.ts';
import { digestOf } from './digest.ts';
import { ObjectScan, type Scanned } from './objectScan.ts';
import { readSome } from './readSome.ts';
import type { ArchiveIndex } from './index/archiveIndex.ts';
import type { ListedObject, ObjectReader, ObjectStore, RecoveredObject } from './objects/objectStore.ts';
import type { Store } from './receive.ts';
import type { ImportOptions, MaintenanceReport, VerifyOptions } from './types.ts';

/** Objects read at once: the disk works while one is hashed. */
const WIDTH = 4;
/** Names asked of the index at once. */
const AT_ONCE = 500;

/** Note in the index: 'yes' when every object of the store was offered to it. Otherwise opening the archive goes on filling it. */
const FILLED = 'filled';

/** What came of indexing objects; one that cannot be read never keeps the others, or the archive, from being opened. */
interface Indexed {
  readonly indexed: number;
  readonly unreadable: string[];
}

async function scanned(open: () => Promise<ObjectReader>, name: string): Promise<Scanned | undefined> {
  try {
    await using reader = await open();
    const scan = new ObjectScan(name);
    for await (const chunk of reader.stream()) scan.push(chunk);
    return scan.finish();
  } catch {
    return undefined;
  }
}

/** Run at every start: indexes what a killed process had stored but perhaps not indexed, and goes on filling a new index. */
export async function recoverArchive(store: Store, options: ImportOptions = {}): Promise<void> {
  await store.objects.recover(async (object: RecoveredObject) => {
    const { name, digest, received, source } = object;
    const found = await scanned(() => object.open(), name);
    if (found) await store.index.add(found.header, { path: name, digest, bytes: found.bytes, received, source });
  });
  if ((await store.index.note(FILLED)) !== 'yes') await fillIndex(store, options);
}

/** Offers every object that the index does not know to it. */
async function fillIndex(store: Store, options: ImportOptions): Promise<Indexed> {
  const result = await indexObjects(store, await unknownObjects(store), options);
  await store.index.setNote(FILLED, 'yes');
  return result;
}

/** Objects without a row: their rows were lost or never written. */
async function unknownObjects({ objects, index }: Store): Promise<ListedObject[]> {
  const unknown: ListedObject[] = [];
  for await (const page of pages(objects)) {
    const known = await index.known(page.map(({ name }) => name));
    unknown.push(...page.filter(({ name }) => !known.has(name)));
  }
  return unknown;
}

async function* pages(objects: ObjectStore): AsyncGenerator<ListedObject[]> {
  let page: ListedObject[] = [];
  for await (const object of objects.list()) {
    page.push(object);
    if (page.length < AT_ONCE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Indexes objects in order of their receipt, so that patient keys and variants come out as they were. */
async function indexObjects(store: Store, objects: ListedObject[], options: ImportOptions): Promise<Indexed> {
  objects.sort((a, b) => (a.received === b.received ? (a.name < b.name ? -1 : 1) : a.received < b.received ? -1 : 1));
  let done = 0;
  const unreadable: string[] = [];
  const read = async ({ name, received }: ListedObject) => ({
    name,
    received,
    found: await scanned(() => store.objects.open(name), name),
  });
  let adding: Promise<unknown> = Promise.resolve();
  for await (const { name, received, found } of readSome(objects, WIDTH, read)) {
    throwIfCancelled(options.signal);
    if (found) {
      const { header, digest, bytes } = found;
      const source = options.source ?? 'found on disk';
      await adding;
      adding = store.index.add(header, { path: name, digest, bytes, received, source });
      // It is awaited one object later, and must not count as unhandled until then.
      adding.catch(() => undefined);
    } else unreadable.push(name);
    done++;
    options.onProgress?.(done, objects.length);
  }
  await adding;
  return { indexed: done - unreadable.length, unreadable };
}

/** Note in the index: how far an interrupted verification came, and what it had found. */
const VERIFYING = 'verifying';
/** Objects between two notes: what is read again at most. */
const NOTE_EVERY = 1000;

interface Findings {
  readonly after: number;
  readonly instances: number;
  readonly missing: { readonly id: number; readonly path: string }[];
  readonly changed: string[];
}

/** See `Archive.verify`: reads every file and compares its data set with what was received. */
export async function verifyArchive(store: Store, options: VerifyOptions = {}): Promise<MaintenanceReport> {
  const { index, objects } = store;
  const noted = await index.note(VERIFYING);
  const { after, missing, changed, ...begun } = noted ? (JSON.parse(noted) as Findings) : NOTHING_YET();
  let { instances } = begun;
  const total = await index.count();
  const compare = async (row: { path: string; transferSyntaxUid: string }) => {
    if (!(await objects.exists(row.path))) return undefined;
    await using reader = await objects.open(row.path);
    return await digestOf(row.transferSyntaxUid, reader.stream());
  };
  const rows = index.stored(after);
  for await (const { row, digest } of readSome(rows, WIDTH, async (row) => ({ row, digest: await compare(row) }))) {
    throwIfCancelled(options.signal);
    if (digest === undefined) missing.push({ id: row.id, path: row.path });
    else if (digest !== row.digest) changed.push(row.path);
    instances++;
    options.onProgress?.(instances, Math.max(total, instances));
    if (instances % NOTE_EVERY === 0) await noteFindings(index, { after: row.id, instances, missing, changed });
  }
  const unknown = await unknownObjects(store);
  if (noted || instances >= NOTE_EVERY) await noteFindings(index);
  const report = { instances, missing: pathsOf(missing), changed, orphans: unknown.map(({ name }) => name) };
  if (!options.repair) return { ...report, unreadable: [], repaired: 0 };
  const { indexed, unreadable } = await indexObjects(store, unknown, { signal: options.signal });
  await index.forget(missing.map(({ id }) => id));
  return { ...report, unreadable, repaired: indexed + missing.length };
}

/** Without findings: none are open. A full disk must not keep anybody from reading what is on it. */
async function noteFindings(index: ArchiveIndex, findings?: Findings): Promise<void> {
  await index.setNote(VERIFYING, findings === undefined ? '' : JSON.stringify(findings)).catch(() => undefined);
}

const NOTHING_YET = (): Findings => ({ after: 0, instances: 0, missing: [], changed: [] });
const pathsOf = (rows: readonly { path: string }[]): string[] => rows.map(({ path }) => path);

/** See `Archive.rebuild`. */
export async function rebuildIndex(store: Store, options: ImportOptions = {}): Promise<MaintenanceReport> {
  const { index, objects } = store;
  const orphans = (await unknownObjects(store)).map(({ name }) => name);
  const missing: string[] = [];
  for await (const { row, isThere } of readSome(index.stored(), WIDTH, async (row) => ({
    row,
    isThere: await objects.exists(row.path),
  })))
    if (!isThere) missing.push(row.path);
  if ((await index.note(FILLED)) === 'yes') {
    await index.setNote(FILLED, 'no');
    await index.setNote(VERIFYING, '');
    await index.clear();
  }
  const { unreadable } = await fillIndex(store, options);
  const instances = await index.count();
  return { instances, missing, changed: [], orphans, unreadable, repaired: missing.length + orphans.length };
}
