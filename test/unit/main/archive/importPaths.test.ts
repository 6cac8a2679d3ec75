import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataSetOffset } from '#main/archive/fileMeta.ts';
import { ctSlice, scratch, scratchArchive, store } from './objects.ts';

describe('importing', () => {
  it('takes folders recursively, refuses by name and reason, and goes on', async () => {
    await using scene = await scratchArchive();
    await using source = await scratch();
    const at = (name: string) => join(source.dir, name);
    await mkdir(at('deep/er'), { recursive: true });
    await writeFile(at('deep/er/one'), ctSlice(1));
    await writeFile(at('again.dcm'), ctSlice(1));
    const bare = ctSlice(2).subarray(dataSetOffset(ctSlice(2)));
    await writeFile(at('bare'), bare);
    await writeFile(at('other.dcm'), ctSlice(2, { SeriesDescription: 'changed' }));
    await writeFile(at('cut.dcm'), ctSlice(3).subarray(0, -3));
    await writeFile(at('README.md'), 'Read me');
    await writeFile(at('nothing'), '');
    await symlink(at('nowhere'), at('dangling'));
    const progress: string[] = [];
    const report = await scene.archive.importPaths([source.dir], {
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    });
    expect(report).toMatchObject({ imported: 3, duplicates: 1 });
    expect(report.conflicts).toMatchObject([{ sopInstanceUid: '1.2.3.2.2' }]);
    expect(report.refused.map(({ file, code }) => [file.slice(source.dir.length + 1), code])).toEqual([
      ['cut.dcm', 'TRUNCATED'],
      ['nothing', 'NOT_DICOM'],
      ['README.md', 'NOT_DICOM'],
    ]);
    for (const { reason } of report.refused) expect(reason).not.toContain(source.dir);
    expect(progress).toEqual(['1/7', '2/7', '3/7', '4/7', '5/7', '6/7', '7/7']);
    const copies = [
      await scene.archive.read('1.2.3.2.2', { variant: 0 }),
      await scene.archive.read('1.2.3.2.2', { variant: 1 }),
    ];
    expect(copies.map((copy) => Buffer.from(copy.subarray(dataSetOffset(copy)))).some((set) => set.equals(bare))).toBe(
      true,
    );
  });

  it('keeps what lies before the data set when a file begins with DICM or with its meta information', async () => {
    await using scene = await scratchArchive();
    await using source = await scratch();
    const [first, second] = [ctSlice(1), ctSlice(2)];
    await writeFile(join(source.dir, 'from-magic'), first.subarray(128));
    await writeFile(join(source.dir, 'from-meta'), second.subarray(132));
    expect(await scene.archive.importPaths([source.dir])).toMatchObject({ imported: 2, refused: [] });
    expect(Buffer.from(await scene.archive.read('1.2.3.2.1'))).toEqual(Buffer.from(first));
    expect(Buffer.from(await scene.archive.read('1.2.3.2.2'))).toEqual(Buffer.from(second));
  });

  it('names a path that does not exist', async () => {
    await using scene = await scratchArchive();
    await expect(scene.archive.importPaths(['/no/such/place'])).rejects.toMatchObject({
      code: 'NOT_FOUND',
      object: '/no/such/place',
    });
  });

  it('stops when cancelled and keeps what is stored by then', async () => {
    await using scene = await scratchArchive();
    await using source = await scratch();
    for (let n = 1; n <= 40; n++) await writeFile(join(source.dir, String(n)), ctSlice(n));
    const abort = new AbortController();
    const run = scene.archive.importPaths([source.dir], { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    const count = await scene.archive.count();
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(40);
  });

  it('refuses or stores damaged objects, and never fails otherwise', async () => {
    await using scene = await scratchArchive();
    const file = ctSlice(1);
    const damage = fc.record({
      at: fc.integer({ min: 0, max: file.length - 1 }),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.integer({ min: 0, max: file.length }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, byte, cut }) => {
        const bytes = Buffer.from(file);
        bytes[at] = byte;
        const outcome = await store(scene.archive, bytes.subarray(0, cut)).then(
          (result) => result.outcome,
          (error: { name: string; code: string }) => `${error.name} ${error.code}`,
        );
        expect(outcome).toMatch(/^(stored|duplicate|conflict|IsocenterError (?!INTERNAL|STORAGE)[A-Z_]+)$/);
      }),
      { numRuns: 150 },
    );
    expect(await scene.archive.verify()).toMatchObject({ missing: [], changed: [], orphans: [] });
  });
});
