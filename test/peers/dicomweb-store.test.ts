import { existsSync } from 'node:fs';
import { readFile, rm, utimes } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { dropCopies } from '#main/archive/objects/copies.ts';
import type { Archive } from '#main/archive/types.ts';
import { ctSlice, plan } from '#test/unit/main/archive/objects.ts';
import { peerMissing } from './harness/missing.ts';
import { type Orthanc, startOrthanc } from './harness/orthanc.ts';
import { temporaryFolder } from './harness/process.ts';

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const source = { source: 'TEST' };
const later = new Date(Date.now() - 3_600_000);

/** Orthanc holds the objects; our folder has the index and copies. */
describe.skipIf([peerMissing('Orthanc'), !existsSync(PLUGIN)].some(Boolean))('objects in orthanc-dicomweb', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let orthanc: Orthanc;
  let archive: Archive;
  const open = (dir: string) =>
    openArchive(dir, { elsewhere: { name: 'ORTHANC', url: `${orthanc.url}/dicom-web`, copies: 0 } });

  beforeEach(async () => {
    folder = await temporaryFolder('dicomweb-store');
    orthanc = await startOrthanc({}, { DicomWeb: { Enable: true, Root: '/dicom-web/' }, OverwriteInstances: false });
    archive = await open(folder.path);
  });
  afterEach(async () => {
    await archive?.close();
    await orthanc?.stop();
    await folder?.remove();
  });

  it('holds what it acknowledged there, drops copies here, and brings them back byte for byte', async () => {
    const objects = [ctSlice(1), ctSlice(2), plan()];
    for (const object of objects) await archive.store(object, source);
    const stored = await archive.locate({});
    for (const { sopInstanceUid } of stored) expect(await orthanc.file(sopInstanceUid)).toBeDefined();
    for (const { file } of stored) await utimes(file, later, later);
    expect(await dropCopies({ dir: folder.path, limit: 0 })).toBe(stored.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(stored.map(({ file }) => existsSync(file))).toEqual([false, false, false]);
    expect(Buffer.from(await archive.read('1.2.3.2.2')).equals(Buffer.from(objects[1]))).toBe(true);
    await archive.bring(stored);
    for (const { file, sopInstanceUid } of stored)
      expect((await readFile(file)).equals(Buffer.from((await orthanc.file(sopInstanceUid)) ?? []))).toBe(true);
    expect(await archive.verify()).toMatchObject({ instances: 3, missing: [], changed: [] });
    // The same again is a duplicate, also when the copy is gone.
    for (const { file } of stored) await rm(file);
    expect((await archive.store(objects[0], source)).outcome).toBe('duplicate');
  });

  it('keeps other bytes under a known UID here, where they cannot be dropped', async () => {
    await archive.store(ctSlice(1), source);
    const other = ctSlice(1, { SeriesDescription: 'Changed' });
    expect((await archive.store(other, source)).outcome).toBe('conflict');
    const both = [...(await archive.locate({ variant: 0 })), ...(await archive.locate({ variant: 1 }))];
    for (const { file } of both) await utimes(file, later, later);
    await dropCopies({ dir: folder.path, limit: 0 });
    expect(both.map(({ file }) => existsSync(file))).toEqual([false, true]);
    expect(Buffer.from(await archive.read('1.2.3.2.1', { variant: 1 })).equals(Buffer.from(other))).toBe(true);
  });

  it('makes a new index from what the other archive holds', async () => {
    for (const object of [ctSlice(1), plan()]) await archive.store(object, source);
    await archive.close();
    await folder.remove();
    folder = await temporaryFolder('dicomweb-store-2');
    archive = await open(folder.path);
    expect(await archive.count()).toBe(2);
    expect(await archive.patients()).toHaveLength(1);
  });

  it('acknowledges nothing while the other archive is away', async () => {
    await orthanc.stop();
    await expect(archive.store(ctSlice(1), source)).rejects.toMatchObject({ code: 'STORAGE' });
    expect(await archive.count()).toBe(0);
    expect(await archive.locate({})).toEqual([]);
  });
});
