import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { retrieveFromPeer } from '#main/dicomweb/retrieve.ts';
import { searchPeer } from '#main/dicomweb/search.ts';
import { storeAtPeer } from '#main/dicomweb/store.ts';
import type { WebPeer } from '#main/dicomweb/webPeer.ts';
import { EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { streamOf } from '#test/unit/main/server/multipartBody.ts';
import { peerMissing } from './harness/missing.ts';
import { type Orthanc, startOrthanc } from './harness/orthanc.ts';
import { CT_IMAGE_STORAGE, dataSet, part10 } from './harness/part10.ts';
import { temporaryFolder } from './harness/process.ts';

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const STUDY = '1.2.826.0.1.3680043.10.999.8.1';
const uid = (n: number): string => `${STUDY}.1.${n}`;
const names = ['Müller^Jürgen', 'Yamada^Tarou=山田^太郎=やまだ^たろう'];

/** A small object of the given patient with a private element that must survive. */
function object(n: number, name: string): Buffer {
  const pixels = Buffer.alloc(16 * 16 * 2, n);
  const bytes = dataSet([
    [0x00080005, 'CS', 'ISO_IR 192'],
    [0x00080016, 'UI', CT_IMAGE_STORAGE],
    [0x00080018, 'UI', uid(n)],
    [0x00080020, 'DA', '20260301'],
    [0x00080060, 'CS', 'CT'],
    [0x00091001, 'UN', Buffer.from([1, 2, 3, n])],
    [0x00100010, 'PN', Buffer.from(name, 'utf8')],
    [0x00100020, 'LO', n > 2 ? 'WEB-3' : 'WEB-1'],
    [0x0020000d, 'UI', `${STUDY}${n > 2 ? '.9' : ''}`],
    [0x0020000e, 'UI', `${STUDY}.${n > 2 ? '91' : '1'}`],
    [0x7fe00010, 'OW', pixels],
  ]);
  return part10(bytes, CT_IMAGE_STORAGE, uid(n), EXPLICIT_LITTLE_ENDIAN);
}

async function all(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.skipIf([peerMissing('Orthanc'), !existsSync(PLUGIN)].some(Boolean))(
  'DICOMweb client with orthanc-dicomweb',
  () => {
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let orthanc: Orthanc;
    let peer: WebPeer;
    const objects = [object(1, names[0]), object(2, names[0]), object(3, names[1])];

    beforeAll(async () => {
      folder = await temporaryFolder('dicomweb-client');
      orthanc = await startOrthanc({}, { DefaultEncoding: 'Utf8', DicomWeb: { Enable: true, Root: '/dicom-web/' } });
      peer = { name: 'ORTHANC', url: `${orthanc.url}/dicom-web/` };
    });
    afterAll(async () => {
      await orthanc?.stop();
      await folder?.remove();
    });

    it('stores files, from a path and from a stream, and reports each; what is no DICOM is a failure of its own', async () => {
      const path = join(folder.path, '1.dcm');
      await writeFile(path, objects[0]);
      const sent: number[] = [];
      const report = await storeAtPeer(
        peer,
        [
          { sopInstanceUid: uid(1), content: path },
          {
            sopInstanceUid: uid(2),
            content: () => streamOf([objects[1].subarray(0, 200), objects[1].subarray(200)]),
          },
          { sopInstanceUid: uid(3), content: () => streamOf([objects[2]]) },
        ],
        { onSent: (n) => sent.push(n) },
      );
      expect(report).toEqual({ stored: [uid(1), uid(2), uid(3)], failed: [] });
      expect(sent).toEqual([1, 2, 3]);
      expect(Buffer.from((await orthanc.file(uid(3))) ?? []).equals(objects[2])).toBe(true);

      const bad = await storeAtPeer(peer, [
        { sopInstanceUid: '1.2.3', content: () => streamOf([Buffer.from('no DICOM at all')]) },
      ]).catch((error: unknown) => error);
      expect(bad).toMatchObject(
        bad instanceof Error ? { code: 'NETWORK' } : { stored: [], failed: [{ sopInstanceUid: '1.2.3' }] },
      );
    });

    it('searches by wildcard and reads names of several scripts', async () => {
      const rows = await searchPeer(peer, 'study', { PatientID: 'WEB-*', PatientName: '' });
      expect(new Set(rows.map((row) => row.PatientName))).toEqual(new Set(names));
      const series = await searchPeer(peer, 'series', { StudyInstanceUID: STUDY });
      expect(series.map((row) => [row.SeriesInstanceUID, row.Modality])).toEqual([[`${STUDY}.1`, 'CT']]);
      expect(await searchPeer(peer, 'study', { PatientID: 'NOBODY' })).toEqual([]);
      expect(await searchPeer(peer, 'instance', { PatientID: 'WEB-1' }, { limit: 1 })).toHaveLength(1);
    });

    it('retrieves a study object by object, byte for byte', async () => {
      const got: Buffer[] = [];
      for await (const part of retrieveFromPeer(peer, { studyInstanceUid: STUDY })) got.push(await all(part));
      expect(new Set(got.map((file) => objects.findIndex((one) => one.equals(file))))).toEqual(new Set([0, 1]));
    });

    it('names what went wrong', async () => {
      const failing = async (work: Promise<unknown>) =>
        work.then(
          () => undefined,
          (error: unknown) => error,
        );
      const nothing = retrieveFromPeer(peer, { studyInstanceUid: '1.2.3.4' }).next();
      expect(await failing(nothing)).toMatchObject({ code: 'NOT_FOUND' });
      expect(await failing(searchPeer({ ...peer, url: 'http://127.0.0.1:9' }, 'study', {}))).toMatchObject({
        code: 'NETWORK',
      });
      expect(await failing(searchPeer({ ...peer, url: orthanc.url }, 'study', {}))).toMatchObject({
        code: 'DECODE_FAILED',
      });
      const stop = AbortSignal.abort();
      expect(await failing(searchPeer(peer, 'study', {}, { signal: stop }))).toMatchObject({ code: 'CANCELLED' });
    });
  },
);
