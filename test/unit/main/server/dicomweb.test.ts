import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { CT_SERIES, ctSlice, PLAN, plan, STUDY, store, structureSet, withText } from '../archive/objects.ts';
import { multipartBody, partsOf } from './multipartBody.ts';
import { type Scene, serverScene } from './scene.ts';

type Json = Record<string, { vr: string; Value?: unknown[] }>;
const json = async (response: Promise<Response>): Promise<Json[]> => (await (await response).json()) as Json[];
const tag = (rows: Json[], name: string): unknown[] => rows.map((row) => row[name]?.Value?.[0]);

describe('QIDO-RS', () => {
  it('finds studies, series and instances at every resource', async () => {
    await using scene = await serverScene();
    for (const object of [ctSlice(1), ctSlice(2), plan()]) await store(scene.archive, object);
    const get = (path: string) => json(scene.fetch(`/dicom-web${path}`));
    const [study] = await get('/studies?PatientName=doe*');
    expect(study).toMatchObject({
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'DOE^JOHN' }] },
      '0020000D': { vr: 'UI', Value: [STUDY] },
      '00080061': { vr: 'CS', Value: ['CT', 'RTPLAN'] },
      '00201208': { vr: 'IS', Value: [3] },
    });
    expect(Object.keys(study)).toEqual(Object.keys(study).sort());
    expect(tag(await get('/series?Modality=CT'), '0020000E')).toEqual([CT_SERIES]);
    expect(tag(await get(`/studies/${STUDY}/series`), '00080060')).toEqual(['CT', 'RTPLAN']);
    expect(tag(await get(`/studies/${STUDY}/instances?00080016=1.2.840.10008.5.1.4.1.1.481.5`), '00080018')).toEqual([
      PLAN,
    ]);
    expect(
      tag(await get(`/studies/${STUDY}/series/${CT_SERIES}/instances?limit=1&offset=1&includefield=all`), '00200013'),
    ).toEqual([2]);
    expect(tag(await get('/instances?InstanceNumber=1&Modality=CT'), '00080018')).toEqual(['1.2.3.2.1']);
    expect(await get('/studies?PatientID=nobody')).toEqual([]);
  });

  it.each([
    'StudyColour=red',
    'Modality=CT',
    'limit=ten',
    'StudyDate=yesterday',
    'PatientID=1&00100020=2',
    'StudyInstanceUID=x',
  ])('refuses ?%s instead of ignoring it', async (query) => {
    await using scene = await serverScene();
    const response = await scene.fetch(`/dicom-web/studies?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'INVALID_ATTRIBUTE' });
  });

  it('matches the beginnings of name parts when asked to, and refuses a path and a key that disagree', async () => {
    await using scene = await serverScene();
    await store(scene.archive, ctSlice(1));
    const found = async (query: string) =>
      (await json(scene.fetch(`/dicom-web/studies?PatientName=joh${query}`))).length;
    expect(await found('')).toBe(0);
    expect(await found('&fuzzymatching=true')).toBe(1);
    expect((await scene.fetch(`/dicom-web/studies/${STUDY}/series?StudyInstanceUID=1.9`)).status).toBe(400);
  });
});

describe('WADO-RS', () => {
  const instance = `/dicom-web/studies/${STUDY}/series/${CT_SERIES}/instances/1.2.3.2.1`;

  it('gives instances, series and studies byte for byte', async () => {
    await using scene = await serverScene();
    // The second is larger than one read.
    const files = [
      ctSlice(1),
      ctSlice(2, { PixelData: new Uint16Array(1 << 20).fill(7) }),
      ctSlice(3, {}, IMPLICIT_LITTLE_ENDIAN),
    ];
    for (const object of [...files, plan()]) await store(scene.archive, object);
    const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    const hashes = async (path: string, accept = 'multipart/related; type="application/dicom"') => {
      const response = await scene.fetch(path, { headers: { accept } });
      const body = Buffer.from(await response.arrayBuffer());
      expect(response.headers.get('content-length')).toBe(String(body.length));
      return partsOf(response.headers.get('content-type') ?? '', body).map((part) => hash(part.body));
    };
    expect(await hashes(`/dicom-web/studies/${STUDY}`)).toEqual([...files, plan()].map(hash));
    expect(await hashes(`/dicom-web/studies/${STUDY}/series/${CT_SERIES}`, '*/*')).toEqual(files.map(hash));
    expect(await hashes(instance, 'multipart/related;type=application/dicom;transfer-syntax=*')).toEqual([
      hash(files[0]),
    ]);
    const single = await scene.fetch(instance, { headers: { accept: 'application/dicom' } });
    expect(single.headers.get('content-type')).toBe(`application/dicom; transfer-syntax=${EXPLICIT_LITTLE_ENDIAN}`);
    expect(Buffer.from(await single.arrayBuffer())).toEqual(Buffer.from(files[0]));
  });

  it('answers 404 and 406 where it should', async () => {
    await using scene = await serverScene();
    await store(scene.archive, ctSlice(1));
    const status = async (path: string, accept = '*/*') => (await scene.fetch(path, { headers: { accept } })).status;
    expect(await status(instance)).toBe(200);
    expect(await status(instance.replace(STUDY, '1.9'))).toBe(404);
    expect(await status('/dicom-web/studies/1.9')).toBe(404);
    expect(await status(`${instance}/nothing`)).toBe(404);
    expect(await status(`${instance}/rendered`, 'video/mpeg')).toBe(406);
    expect(await status(`${instance}/frames/2`)).toBe(404);
    expect(await status(`${instance}/frames/one`)).toBe(400);
    expect(await status(`${instance}/bulkdata/00100010/0`)).toBe(400);
    expect(await status(`${instance}/bulkdata/00189999`)).toBe(404);
    expect(await status(instance, 'image/jpeg')).toBe(406);
    expect(await status(instance, 'multipart/related; type="application/octet-stream"')).toBe(406);
    expect(await status(instance, 'application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90')).toBe(406);
    expect(await status(instance, `application/dicom; transfer-syntax=${EXPLICIT_LITTLE_ENDIAN}`)).toBe(200);
    expect(await status(`${instance}?variant=-1`)).toBe(400);
  });

  it('warns of objects with the same UID and other bytes, and gives them on demand', async () => {
    await using scene = await serverScene();
    const other = ctSlice(1, { SeriesDescription: 'changed' });
    await store(scene.archive, ctSlice(1));
    expect((await scene.fetch(instance)).headers.get('warning')).toBeNull();
    await store(scene.archive, other);
    const accept = { headers: { accept: 'application/dicom' } };
    expect((await scene.fetch(instance, accept)).headers.get('warning')).toContain('1 more object(s)');
    const second = await scene.fetch(`${instance}?variant=1`, accept);
    expect(Buffer.from(await second.arrayBuffer())).toEqual(Buffer.from(other));
  });

  it('refuses to mix objects of several patients under one UID', async () => {
    await using scene = await serverScene();
    const other = ctSlice(2, { PatientName: 'DOE^JANE' });
    await store(scene.archive, ctSlice(1));
    const { patientKey } = await store(scene.archive, other);
    for (const path of [`/dicom-web/studies/${STUDY}`, `/dicom-web/studies/${STUDY}/series/${CT_SERIES}/metadata`]) {
      const refused = await scene.fetch(path);
      expect([refused.status, await refused.json()]).toEqual([409, expect.objectContaining({ code: 'CONFLICT' })]);
      expect((await scene.fetch(`${path}?patient=${patientKey}`)).status).toBe(200);
    }
    const series = await scene.fetch(`/dicom-web/studies/${STUDY}/series/${CT_SERIES}?patient=${patientKey}`);
    const parts = partsOf(series.headers.get('content-type') ?? '', Buffer.from(await series.arrayBuffer()));
    expect(parts.map((part) => part.body)).toEqual([Buffer.from(other)]);
  });

  it('fails the answer when the file is not what the index says', async () => {
    await using scene = await serverScene();
    await store(scene.archive, ctSlice(1));
    await writeFile((await scene.archive.locate({}))[0].file, 'short');
    const response = await scene.fetch(instance);
    await expect(response.arrayBuffer()).rejects.toThrow(/bytes/);
  });

  it('gives metadata in the DICOM JSON model without pixels', async () => {
    await using scene = await serverScene();
    const odd = {
      PatientName: 'Müller^Jörg=山田^太郎',
      ImagePositionPatient: [1.5, -2, 0],
      ReferencedImageSequence: [],
      StudyComments: '',
    };
    await store(scene.archive, ctSlice(1, odd));
    await store(scene.archive, structureSet(CT_SERIES, undefined, odd));
    const [slice, contours] = await json(scene.fetch(`/dicom-web/studies/${STUDY}/metadata`));
    expect(slice).toMatchObject({
      '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
      '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Jörg', Ideographic: '山田^太郎' }] },
      '00200032': { vr: 'DS', Value: [1.5, -2, 0] },
      '00200013': { vr: 'IS', Value: [1] },
      '00280010': { vr: 'US', Value: [2] },
    });
    expect(slice).not.toHaveProperty('7FE00010');
    expect(slice).not.toHaveProperty('00020010');
    expect(contours['30060010'].Value).toMatchObject([{ '30060012': { vr: 'SQ' }, '00200052': { vr: 'UI' } }]);
  });
});

describe('STOW-RS', () => {
  const post = (
    scene: Scene,
    files: readonly (Uint8Array | string)[],
    path = '/dicom-web/studies',
    pieces?: number,
  ) => {
    const { type, body } = multipartBody(
      files.map((file) => Buffer.from(file as Uint8Array)),
      pieces,
    );
    return scene.fetch(path, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
      duplex: 'half',
    } as RequestInit);
  };

  it.each([1, 13, 4096, undefined])('stores what it is sent, streamed in pieces of %s bytes', async (pieces) => {
    await using scene = await serverScene();
    // Pixel data that holds line breaks and what looks like a boundary.
    const tricky = ctSlice(1, {
      PixelData: new Uint8Array(Buffer.from('\r\n--\r\n--bound\r\n--boundar\r\n-')),
      Rows: 1,
      Columns: 14,
    });
    const response = await post(scene, [tricky, ctSlice(2)], undefined, pieces);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/dicom+json']);
    const result = (await response.json()) as Json;
    expect(result['00081190'].Value).toEqual([`http://127.0.0.1:8080/dicom-web/studies/${STUDY}`]);
    expect(tag(result['00081199'].Value as Json[], '00081155')).toEqual(['1.2.3.2.1', '1.2.3.2.2']);
    const [url] = tag(result['00081199'].Value as Json[], '00081190');
    const back = await scene.fetch(String(url), { headers: { accept: 'application/dicom' } });
    expect(Buffer.from(await back.arrayBuffer())).toEqual(Buffer.from(tricky));
  });

  it('reports each part: 202 when some are refused, 409 when all are', async () => {
    await using scene = await serverScene();
    const bad = ctSlice(3).subarray(0, -2);
    const some = await post(scene, ['no DICOM', ctSlice(1), bad]);
    expect(some.status).toBe(202);
    const result = (await some.json()) as Json;
    expect(result['00081199'].Value).toHaveLength(1);
    expect(tag(result['0008119A'].Value as Json[], '00081197')).toEqual([0xc000, 0xc000]);
    expect((await post(scene, ['no DICOM'])).status).toBe(409);
    expect(await scene.archive.count()).toBe(1);
  });

  it('refuses objects of another study than that of the path', async () => {
    await using scene = await serverScene();
    const response = await post(scene, [ctSlice(1)], '/dicom-web/studies/1.9');
    expect(response.status).toBe(409);
    const result = (await response.json()) as Json;
    expect(tag(result['0008119A'].Value as Json[], '00081197')).toEqual([0xa900]);
  });

  it('marks a stored object that conflicts with another', async () => {
    await using scene = await serverScene();
    await store(scene.archive, ctSlice(1));
    const result = (await (await post(scene, [ctSlice(1, { SeriesDescription: 'x' })])).json()) as Json;
    expect(tag(result['00081199'].Value as Json[], '00081196')).toEqual([0xb000]);
  });

  it('keeps whole parts of a body that breaks off, and nothing of the broken one', async () => {
    await using scene = await serverScene();
    const { type, body } = multipartBody([Buffer.from(ctSlice(1)), Buffer.from(ctSlice(2))]);
    const bytes = Buffer.from(await new Response(body).arrayBuffer());
    const cut = bytes.subarray(0, bytes.length - 200);
    const response = await scene.fetch('/dicom-web/studies', {
      method: 'POST',
      headers: { 'content-type': type },
      body: cut,
    });
    expect(response.status).toBe(202);
    expect((await scene.archive.locate({})).map((object) => object.sopInstanceUid)).toEqual(['1.2.3.2.1']);
  });

  it.each([
    'application/dicom',
    'multipart/related; type="application/dicom"',
    'multipart/related; type="application/json"; boundary=b',
  ])('answers 415 to %s', async (type) => {
    await using scene = await serverScene();
    const response = await scene.fetch('/dicom-web/studies', {
      method: 'POST',
      headers: { 'content-type': type },
      body: 'x',
    });
    expect(response.status).toBe(415);
  });

  it('never uses a UID as a path', async () => {
    await using scene = await serverScene();
    expect((await post(scene, [withText(ctSlice(1), '1.2.3.2.1', '../../x.1')])).status).toBe(409);
    expect((await scene.fetch('/dicom-web/studies/..%2f..%2fetc/metadata')).status).toBe(404);
  });
});
