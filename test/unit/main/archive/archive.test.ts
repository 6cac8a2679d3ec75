import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { dataSetOffset } from '#main/archive/fileMeta.ts';
import type { StoredEvent } from '#main/archive/types.ts';
import { CT_IMAGE, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { CT_SERIES, ctSlice, scratch, scratchArchive, STUDY, store, withText } from './objects.ts';

const dataSetOf = (file: Uint8Array): Buffer => Buffer.from(file.subarray(dataSetOffset(file)));

describe('receiving', () => {
  it('keeps a Part 10 file byte for byte, also when it comes in pieces', async () => {
    await using scene = await scratchArchive();
    const file = ctSlice(1);
    const receiving = await scene.archive.receive({ source: 'SCU' });
    for (let at = 0; at < file.length; at += 7) await receiving.write(file.subarray(at, at + 7));
    const result = await receiving.commit();
    expect(result).toMatchObject({
      outcome: 'stored',
      variant: 0,
      sopInstanceUid: '1.2.3.2.1',
      studyInstanceUid: STUDY,
    });
    expect(Buffer.from(await scene.archive.read('1.2.3.2.1'))).toEqual(Buffer.from(file));
    expect(await readdir(join(scene.dir, 'incoming'))).toEqual([]);
  });

  it.each([EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN])(
    'puts a file head before a bare data set in %s',
    async (syntax) => {
      await using scene = await scratchArchive();
      const dataSet = dataSetOf(ctSlice(1, {}, syntax));
      const meta = { sopClassUid: CT_IMAGE, sopInstanceUid: '1.2.3.2.1', transferSyntaxUid: syntax };
      const receiving = await scene.archive.receive({ source: 'SCU', meta });
      await receiving.write(dataSet);
      await receiving.commit();
      const stored = await scene.archive.read('1.2.3.2.1');
      expect(Buffer.from(stored.subarray(128, 132)).toString()).toBe('DICM');
      expect(dataSetOf(stored)).toEqual(dataSet);
      expect((await scene.archive.locate({}))[0]).toMatchObject({ transferSyntaxUid: syntax, bytes: stored.length });
      // The same data set as a file without preamble is the same object.
      expect(await store(scene.archive, dataSet)).toMatchObject({ outcome: 'duplicate' });
    },
  );

  it('accepts the same bytes again without a word and without an event', async () => {
    await using scene = await scratchArchive();
    const events: StoredEvent[] = [];
    scene.archive.events.subscribe((event) => events.push(event));
    await store(scene.archive, ctSlice(1));
    expect(await store(scene.archive, ctSlice(1))).toMatchObject({ outcome: 'duplicate', variant: 0 });
    expect(await scene.archive.count()).toBe(1);
    expect(events.map((event) => event.result.outcome)).toEqual(['stored']);
  });

  it('keeps other bytes under the same UID apart and says so', async () => {
    await using scene = await scratchArchive();
    const [first, second] = [ctSlice(1), ctSlice(1, { SeriesDescription: 'changed' })];
    await store(scene.archive, first);
    expect(await store(scene.archive, second)).toMatchObject({ outcome: 'conflict', variant: 1 });
    expect(Buffer.from(await scene.archive.read('1.2.3.2.1'))).toEqual(Buffer.from(first));
    expect(Buffer.from(await scene.archive.read('1.2.3.2.1', { variant: 1 }))).toEqual(Buffer.from(second));
    expect(await scene.archive.conflicts({ seriesInstanceUid: CT_SERIES })).toBe(1);
    const [patient] = await scene.archive.patients();
    const tree = await scene.archive.tree(patient.key);
    expect(tree.tree[0].series[0]).toMatchObject({ instanceCount: 1, conflictingInstances: 1 });
    expect(await store(scene.archive, second)).toMatchObject({ outcome: 'duplicate', variant: 1 });
  });

  it('stores the same object once when two senders finish together', async () => {
    await using scene = await scratchArchive();
    const results = await Promise.all(Array.from({ length: 6 }, () => store(scene.archive, ctSlice(1))));
    const outcomes = results.map((result) => result.outcome).sort();
    expect(outcomes).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'duplicate', 'stored']);
    expect(await scene.archive.count()).toBe(1);
  });

  it.each([
    ['truncated', ctSlice(1).subarray(0, -5), 'TRUNCATED'],
    ['no DICOM', Buffer.from('# Not an image\n'), 'NOT_DICOM'],
    ['empty', new Uint8Array(), 'NOT_DICOM'],
    ['with a path for a UID', withText(ctSlice(1), '1.2.3.2.1', '../../x.1'), 'INVALID_ATTRIBUTE'],
  ] as const)('refuses what is %s and keeps nothing of it', async (_, bytes, code) => {
    await using scene = await scratchArchive();
    const receiving = await scene.archive.receive({ source: 'SCU' });
    await receiving.write(bytes);
    await expect(receiving.commit()).rejects.toMatchObject({ code });
    expect(await readdir(join(scene.dir, 'incoming'))).toEqual([]);
    expect(await readdir(join(scene.dir, 'objects'))).toEqual([]);
    expect(await scene.archive.count()).toBe(0);
  });

  it('refuses an object that is not the announced one', async () => {
    await using scene = await scratchArchive();
    const meta = { sopClassUid: CT_IMAGE, sopInstanceUid: '1.2.3.2.9', transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN };
    const receiving = await scene.archive.receive({ source: 'SCU', meta });
    await receiving.write(dataSetOf(ctSlice(1)));
    await expect(receiving.commit()).rejects.toMatchObject({ code: 'REFERENCE', attribute: 'SOPInstanceUID' });
  });

  it('leaves nothing of an aborted object', async () => {
    await using scene = await scratchArchive();
    const receiving = await scene.archive.receive({ source: 'SCU' });
    await receiving.write(ctSlice(1));
    await receiving.abort();
    await receiving.abort();
    expect(await readdir(join(scene.dir, 'incoming'))).toEqual([]);
    await expect(scene.archive.read('1.2.3.2.1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('opening, verifying and rebuilding', () => {
  it('removes part files of processes that are gone, not of living ones', async () => {
    await using folder = await scratch();
    await (await openArchive(folder.dir)).close();
    const incoming = join(folder.dir, 'incoming');
    const living = `${process.ppid}-x.part`;
    for (const name of ['999999999-x.part', `${process.pid}-from-an-earlier-life.part`, living, 'junk'])
      await writeFile(join(incoming, name), 'half');
    const archive = await openArchive(folder.dir);
    const mine = await archive.receive({ source: 'SCU' });
    const large = ctSlice(1, { PixelData: new Uint16Array(1 << 20) });
    await mine.write(large);
    await (await openArchive(folder.dir)).close();
    const left = await readdir(incoming);
    expect(left).toContain(living);
    expect(left).toHaveLength(2);
    expect(await mine.commit()).toMatchObject({ outcome: 'stored' });
    await archive.close();
  });

  it('indexes objects that the index does not know when it opens', async () => {
    await using folder = await scratch();
    const first = await openArchive(folder.dir);
    await store(first, ctSlice(1));
    await store(first, ctSlice(2));
    const before = await first.patients();
    await first.close();
    for (const name of ['index.sqlite', 'index.sqlite-wal', 'index.sqlite-shm'])
      await rm(join(folder.dir, name), { force: true });
    const second = await openArchive(folder.dir);
    expect((await second.query({ level: 'instance' })).map((row) => row.SOPInstanceUID)).toEqual([
      '1.2.3.2.1',
      '1.2.3.2.2',
    ]);
    expect((await second.patients())[0].key).toBe(before[0].key);
    await second.close();
  });

  it('opens and rebuilds although a file among its objects is broken', async () => {
    await using scene = await scratchArchive();
    await store(scene.archive, ctSlice(1));
    const [{ file }] = await scene.archive.locate({});
    await writeFile(file.replace('~', '~0'), 'broken');
    await (await openArchive(scene.dir)).close();
    expect(await scene.archive.rebuild()).toMatchObject({ instances: 1, unreadable: [expect.stringContaining('~0')] });
    expect(await scene.archive.count()).toBe(1);
  });

  it('verify names missing, changed and unknown files; repair mends what can be mended', async () => {
    await using scene = await scratchArchive();
    const { archive } = scene;
    for (const n of [1, 2, 3]) await store(archive, ctSlice(n));
    const [one, two, three] = await archive.locate({});
    await rm(one.file);
    const bytes = await readFile(two.file);
    bytes[bytes.length - 1] ^= 1;
    await writeFile(two.file, bytes);
    await writeFile(three.file.replace('~', '~0'), await readFile(three.file));
    const report = await archive.verify();
    expect(report).toMatchObject({ instances: 3, repaired: 0 });
    expect([report.missing.length, report.changed.length, report.orphans.length]).toEqual([1, 1, 1]);
    expect(await archive.verify({ repair: true })).toMatchObject({ repaired: 2 });
    expect(await archive.verify()).toMatchObject({ missing: [], orphans: [], instances: 3 });
  });

  it('rebuild reads every file again, in order of receipt', async () => {
    await using scene = await scratchArchive();
    const { archive } = scene;
    await store(archive, ctSlice(1));
    await store(archive, ctSlice(1, { SeriesDescription: 'changed' }));
    await store(archive, ctSlice(2, { PatientBirthDate: '19990101', StudyInstanceUID: '1.9' }));
    const before = await archive.patients();
    const variants = [await archive.read('1.2.3.2.1', { variant: 0 }), await archive.read('1.2.3.2.1', { variant: 1 })];
    const [first] = await archive.locate({ sopInstanceUid: '1.2.3.2.1', variant: 0 });
    await utimes(first.file, new Date('2020-01-01'), new Date('2020-01-01'));
    expect(await archive.rebuild()).toMatchObject({ instances: 3, missing: [], orphans: [] });
    expect((await archive.patients()).map(({ key: k, conflicts }) => ({ k, conflicts }))).toEqual(
      before.map(({ key: k, conflicts }) => ({ k, conflicts })),
    );
    expect([await archive.read('1.2.3.2.1', { variant: 0 }), await archive.read('1.2.3.2.1', { variant: 1 })]).toEqual(
      variants,
    );
  });

  it('goes on rebuilding at the next opening when it was interrupted', async () => {
    await using folder = await scratch();
    const first = await openArchive(folder.dir);
    for (const n of [1, 2, 3, 4, 5]) await store(first, ctSlice(n));
    const abort = new AbortController();
    const rebuilding = first.rebuild({ signal: abort.signal, onProgress: (done) => done === 2 && abort.abort() });
    await expect(rebuilding).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await first.count()).toBeLessThan(5);
    await first.close();
    const second = await openArchive(folder.dir);
    expect(await second.count()).toBe(5);
    await second.close();
  });

  it('goes on verifying where it was interrupted, and remembers what it had found', async () => {
    await using scene = await scratchArchive();
    for (let n = 1; n <= 1010; n += 10)
      await Promise.all(Array.from({ length: 10 }, (_, k) => store(scene.archive, ctSlice(n + k))));
    await rm((await scene.archive.find('1.2.3.2.7')).file);
    const abort = new AbortController();
    const verifying = scene.archive.verify({
      signal: abort.signal,
      onProgress: (done) => done === 1005 && abort.abort(),
    });
    await expect(verifying).rejects.toMatchObject({ code: 'CANCELLED' });
    const seen: number[] = [];
    const report = await scene.archive.verify({ onProgress: (done) => seen.push(done) });
    expect(seen[0]).toBe(1001);
    expect(report).toMatchObject({ instances: 1010, changed: [], orphans: [] });
    expect(report.missing).toHaveLength(1);
    const again: number[] = [];
    await scene.archive.verify({ onProgress: (done) => again.push(done) });
    expect(again).toHaveLength(1010);
  });
});
