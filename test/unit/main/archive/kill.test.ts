import { existsSync } from 'node:fs';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { dataSetOffset } from '#main/archive/fileMeta.ts';
import { ctSlice, scratch } from './objects.ts';
import { receiveUntilKilled } from './killed.ts';

/** Numbers of the objects of one child; far from those of the next. */
const FROM_EACH = 1_000_000;

describe('an archive whose process is killed while four senders store', () => {
  it('loses nothing acknowledged and shows nothing half, kill after kill', { timeout: 60_000 }, async () => {
    await using folder = await scratch();
    const acknowledged = new Set<string>();
    // Moments all over the life of an object: small ones, large ones, and both.
    const sizes = [[2000], [716_800], [2000, 716_800], [250_000]];
    for (let n = 0; n < 15; n++) {
      const uids = await receiveUntilKilled(folder.dir, (n * 37) % 200, 1 + n * FROM_EACH, sizes[n % sizes.length]);
      expect(uids.length).toBeGreaterThan(0);
      for (const uid of uids) acknowledged.add(uid);
      const archive = await openArchive(folder.dir);
      expect(await readdir(join(folder.dir, 'incoming'))).toEqual([]);
      const stored = new Set((await archive.locate({})).map((object) => object.sopInstanceUid));
      expect([...acknowledged].filter((uid) => !stored.has(uid))).toEqual([]);
      if (n % 5 === 4) {
        expect(await archive.verify()).toMatchObject({ missing: [], changed: [], orphans: [], instances: stored.size });
        expect(await archive.count()).toBe(stored.size);
      }
      await archive.close();
    }
    expect(await readdir(join(folder.dir, 'journal'))).toEqual([]);
  });
});

/** Object files of an archive, absolute. */
async function objectFiles(dir: string): Promise<string[]> {
  const entries = await readdir(join(dir, 'objects'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('an archive whose power is cut', () => {
  // What a cut can take: file contents and rows that were never forced to the disk. The journal was.
  it.each([
    ['gone', (file: string) => rm(file)],
    ['empty', (file: string) => truncate(file, 0)],
    ['cut short', (file: string) => truncate(file, 600)],
    [
      'full of zeros from the middle on',
      async (file: string) => {
        const bytes = await readFile(file);
        await writeFile(file, bytes.fill(0, bytes.length >> 1));
      },
    ],
  ])('brings back every acknowledged object from the journal when files are %s', async (_, damage) => {
    await using folder = await scratch();
    const acknowledged = await receiveUntilKilled(folder.dir, 60, 1, [2000, 9000]);
    for (const file of await objectFiles(folder.dir)) await damage(file);
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])
      if (existsSync(join(folder.dir, name))) await rm(join(folder.dir, name));
    const archive = await openArchive(folder.dir);
    for (const uid of acknowledged) {
      const bytes = await archive.read(uid);
      const n = Number(uid.split('.').at(-1));
      const pixels = new Uint16Array([2000, 9000][n % 2]);
      const sent = ctSlice(n, { Rows: pixels.length / 100, Columns: 100, PixelData: pixels });
      expect(Buffer.from(bytes.subarray(dataSetOffset(bytes))).equals(sent.subarray(dataSetOffset(sent)))).toBe(true);
    }
    const [first] = await archive.arrivals(0, 1);
    expect(first.source).toBe('SCU');
    expect(await archive.verify()).toMatchObject({ missing: [], changed: [], orphans: [] });
    await archive.close();
  });

  it('does not take a record that did not reach the disk whole for an object', async () => {
    await using folder = await scratch();
    const acknowledged = await receiveUntilKilled(folder.dir, 30, 1, [2000]);
    const [journal] = (await readdir(join(folder.dir, 'journal'))).filter((name) => name !== 'spare.journal');
    const file = join(folder.dir, 'journal', journal);
    const bytes = await readFile(file);
    // A byte of the first object's pixels: record at 4096, head of 512, preamble, meta information and attributes before it.
    bytes[4096 + 512 + 3000] ^= 1;
    await writeFile(file, bytes);
    for (const object of await objectFiles(folder.dir)) await rm(object);
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])
      await rm(join(folder.dir, name), { force: true });
    const archive = await openArchive(folder.dir);
    const stored = (await archive.locate({})).map((object) => object.sopInstanceUid);
    const lost = acknowledged.filter((uid) => !stored.includes(uid));
    expect(lost).toHaveLength(1);
    expect(await archive.verify()).toMatchObject({ missing: [], changed: [], orphans: [] });
    await archive.close();
  });
});
