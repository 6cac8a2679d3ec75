import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type KeptFacts, objectName } from '#main/archive/objects/objectStore.ts';
import { openLocalStore } from '#main/archive/objects/localStore.ts';
import { ObjectScan } from '#main/archive/objectScan.ts';
import { ctSlice, scratch } from '../objects.ts';

type Store = Awaited<ReturnType<typeof openLocalStore>>;
/** A folder with stores over it, closed and removed when disposed. */
async function place() {
  const folder = await scratch();
  const open: Store[] = [];
  return {
    dir: folder.dir,
    async open(options: { flushIndex?: () => Promise<void>; reserve?: number } = {}) {
      const store = await openLocalStore(folder.dir, { flushIndex: async () => undefined, ...options });
      open.push(store);
      return store;
    },
    async [Symbol.asyncDispose]() {
      for (const store of open) await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** An object with `pixels` 16-bit pixels and what has to be written down of it. */
function object(n: number, pixels: number): { bytes: Uint8Array; facts: KeptFacts } {
  const bytes = ctSlice(n, { Rows: pixels / 100, Columns: 100, PixelData: new Uint16Array(pixels).fill(n) });
  const scan = new ObjectScan('object');
  scan.push(bytes);
  const { header, digest } = scan.finish();
  const name = objectName(header.sopInstanceUid, digest);
  return { bytes, facts: { name, digest, source: 'SCU', received: '2026-01-02T03:04:05.678Z' } };
}

async function keep(store: Store, { bytes, facts }: ReturnType<typeof object>) {
  const coming = await store.create();
  for (let at = 0; at < bytes.length; at += 65_536) await coming.write(bytes.subarray(at, at + 65_536));
  await coming.ready();
  return coming.keep(facts);
}

describe.each([
  ['small', 2000],
  ['large', 900_000],
])('a %s object', (_, pixels) => {
  it('is there under its name once kept, byte for byte, by ranges too', async () => {
    await using folder = await place();
    const store = await folder.open();
    const one = object(1, pixels);
    expect(await store.exists(one.facts.name)).toBe(false);
    (await keep(store, one)).settle();
    expect(await store.exists(one.facts.name)).toBe(true);
    await using reader = await store.open(one.facts.name);
    expect(reader.bytes).toBe(one.bytes.length);
    const chunks: Uint8Array[] = [];
    for await (const chunk of reader.stream()) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(one.bytes)).toBe(true);
    expect(Buffer.from(await reader.read(100, 300)).equals(one.bytes.subarray(100, 300))).toBe(true);
    expect(await reader.read(one.bytes.length - 3, one.bytes.length + 50)).toHaveLength(3);
    const listed: string[] = [];
    for await (const { name } of store.list()) listed.push(name);
    expect(listed).toEqual([one.facts.name]);
  });

  it('is gone when undone or removed, and stays gone after a crash', async () => {
    await using folder = await place();
    const store = await folder.open();
    const [undone, removed] = [object(1, pixels), object(2, pixels)];
    await (await keep(store, undone)).undo();
    (await keep(store, removed)).settle();
    await store.remove(removed.facts.name);
    // What a crash would leave: the journal as it is now, under the name of a process that is gone.
    const journals = join(folder.dir, 'journal');
    for (const name of await readdir(journals))
      await writeFile(join(journals, '999999999-x.journal'), await readFile(join(journals, name)));
    const names: string[] = [];
    await (await folder.open()).recover(async ({ name }) => {
      names.push(name);
    });
    expect(names).toEqual([]);
    for (const { facts } of [undone, removed]) expect(await store.exists(facts.name)).toBe(false);
    expect(await readdir(join(folder.dir, 'incoming'))).toEqual([]);
  });

  it('leaves nothing when it is not kept', async () => {
    await using folder = await place();
    const store = await folder.open();
    const coming = await store.create();
    await coming.write(object(1, pixels).bytes);
    await coming.discard();
    await coming.discard();
    expect(await readdir(join(folder.dir, 'incoming'))).toEqual([]);
    expect(await readdir(join(folder.dir, 'objects'))).toEqual([]);
  });
});

it('forces files and index to the disk before the journal forgets them, and goes on with a full journal', async () => {
  await using folder = await place();
  let flushes = 0;
  const store = await folder.open({
    flushIndex: async () => {
      flushes++;
    },
  });
  // More than both halves of the journal hold.
  const many: string[] = [];
  const lanes = Array.from({ length: 5 }, async (_, lane) => {
    for (let n = lane; n < 275; n += 5) {
      const one = object(n + 1, 510_000);
      many.push(one.facts.name);
      (await keep(store, one)).settle();
    }
  });
  await Promise.all(lanes);
  expect(flushes).toBeGreaterThan(0);
  let count = 0;
  for await (const { name } of store.list()) {
    expect(many).toContain(name);
    count++;
  }
  expect(count).toBe(many.length);
}, 60_000);

it('refuses new objects while less than the reserve is free', async () => {
  await using folder = await place();
  const store = await folder.open({ reserve: Number.MAX_SAFE_INTEGER });
  await expect(store.create()).rejects.toMatchObject({ code: 'STORAGE' });
  await expect(store.create()).rejects.toThrow(/no space left in the archive/);
});

it('says of an object that is not there that it is not', async () => {
  await using folder = await place();
  const store = await folder.open();
  await expect(store.open('objects/00/1.2~0123456789abcdef.dcm')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

it('brings back what lies in a journal of an earlier version, whose halves were half as long', async () => {
  await using folder = await place();
  const store = await folder.open();
  const one = object(1, 2000);
  (await keep(store, one)).settle();
  const journals = join(folder.dir, 'journal');
  const [current] = await readdir(journals);
  const records = await readFile(join(journals, current));
  await store.remove(one.facts.name);
  await using old = await open(join(journals, '999999999-x.journal'), 'w');
  await old.write(records, 0, records.length, 64 * 1024 * 1024);
  const found: KeptFacts[] = [];
  await (await folder.open()).recover(async (facts) => {
    found.push(facts);
  });
  expect(found).toMatchObject([one.facts]);
  await using reader = await store.open(one.facts.name);
  expect(Buffer.from(await reader.read(0, reader.bytes)).equals(one.bytes)).toBe(true);
});

it('leaves the journals of living processes alone', async () => {
  await using folder = await place();
  await mkdir(join(folder.dir, 'journal'), { recursive: true });
  const living = `${process.ppid}-x.journal`;
  await writeFile(join(folder.dir, 'journal', living), 'its own');
  await (await folder.open()).recover(async () => undefined);
  expect(await readdir(join(folder.dir, 'journal'))).toEqual([living]);
});
