import { DatabaseSync } from 'node:sqlite';
import { open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { openIndex } from '#main/archive/index/archiveIndex.ts';
import { setDamagedIndexAside } from '#main/archive/index/storage/damagedIndex.ts';
import { enter } from './indexScene.ts';
import { ctSlice, scratch, scratchArchive, store } from '../objects.ts';

const FILE = 'index.sqlite';

/** Noise over the index from byte `start` on. */
async function damage(file: string, start: number, length: number): Promise<void> {
  const handle = await open(file, 'r+');
  await handle.write(Buffer.alloc(length, 0xa5), 0, length, start);
  await handle.close();
}

describe('an archive with a damaged index', () => {
  const warn = vi.spyOn(process, 'emitWarning');
  beforeEach(() => void warn.mockReset().mockImplementation(() => undefined));
  afterEach(() => void warn.mockReset());

  it.each<[string, (file: string) => Promise<void>]>([
    ['overwritten with something else', (file) => writeFile(file, 'not a database at all, but long enough to be read')],
    ['with pages of noise', (file) => damage(file, 4096, 40_000)],
  ])('%s is made again from the objects, and says so', async (_, spoil) => {
    await using scene = await scratch();
    const archive = await openArchive(scene.dir);
    for (let n = 1; n <= 20; n++) await store(archive, ctSlice(n));
    await archive.close();
    await spoil(join(scene.dir, FILE));
    for (const suffix of ['-wal', '-shm']) await rm(join(scene.dir, FILE + suffix), { force: true });

    const again = await openArchive(scene.dir);
    expect(await again.count()).toBe(20);
    expect(await again.query({ level: 'patient', match: {} })).toHaveLength(1);
    await again.close();
    expect((await readdir(scene.dir)).filter((name) => name.startsWith(`${FILE}.damaged-`))).toHaveLength(1);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('damaged'), 'Archive');
  });

  it('that is sound is left alone, also while another process of ours has it open', async () => {
    await using scene = await scratchArchive();
    await store(scene.archive, ctSlice(1));
    const second = await openArchive(scene.dir);
    expect(await second.count()).toBe(1);
    await second.close();
    expect((await readdir(scene.dir)).filter((name) => name.includes('damaged'))).toEqual([]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('too large to be checked whole at each start is checked whole after a query met the damage', async () => {
    await using scene = await scratch();
    const file = join(scene.dir, FILE);
    const index = await openIndex(file);
    await Promise.all(Array.from({ length: 1500 }, (_, n) => enter(index, ctSlice(n))));
    await index.close();
    const tooLarge = 0;
    expect(setDamagedIndexAside(file, tooLarge)).toBeUndefined();
    // A leaf within the table of instances: neither its first nor its last.
    const sqlite = new DatabaseSync(file);
    const leaves = sqlite.prepare(
      `select pageno from dbstat where name = 'instance' and pagetype = 'leaf' order by path`,
    );
    const pages = leaves.all().map(({ pageno }) => Number(pageno));
    sqlite.close();
    await damage(file, (pages[Math.floor(pages.length / 2)] - 1) * 4096, 4096);
    expect(setDamagedIndexAside(file, tooLarge)).toBeUndefined();
    const again = await openIndex(file);
    const readAll = async () => {
      for await (const { id } of again.stored()) expect(id).toBeGreaterThan(0);
    };
    await expect(readAll()).rejects.toMatchObject({ code: 'STORAGE', object: file });
    await again.close();
    expect(setDamagedIndexAside(file, tooLarge)).toContain('.damaged-');
    expect(await readdir(scene.dir)).not.toContain(`${FILE}.suspect`);
  });
});
