import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { startStorescp } from './harness/dcmtk.ts';
import { peerMissing } from './harness/missing.ts';
import { type OwnNode, startOwnNode } from './harness/ownNode.ts';
import { runProgram, temporaryFolder } from './harness/process.ts';
import { SMALL_ARCHIVE, UID_ROOT, smallObject } from './harness/smallObjects.ts';

const DATA = path.resolve(process.cwd(), '../shared/data/ct_one_slice_all_transfer_syntaxes');
const noData = !existsSync(DATA);
/** JPEG baseline and lossless, JPEG-LS, JPEG 2000, RLE. */
const COMPRESSED = [
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.4.70',
  '1.2.840.10008.1.2.4.80',
  '1.2.840.10008.1.2.4.90',
  '1.2.840.10008.1.2.5',
];

/** What findscu writes, one file an answer. */
async function answersIn(folder: string) {
  const names = (await readdir(folder)).filter((name) => /^rsp\d+\.dcm$/.test(name)).sort();
  return Promise.all(names.map(async (name) => readPart10(await readFile(path.join(folder, name)), name).dataset));
}

describe.skipIf(peerMissing('findscu'))('our query and retrieve SCP and DCMTK', () => {
  let node: OwnNode;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let runs = 0;
  beforeAll(async () => {
    folder = await temporaryFolder('query-scp');
    node = await startOwnNode();
    for (const object of SMALL_ARCHIVE) await node.archive.store(smallObject(object), { source: 'test' });
  });
  afterAll(async () => {
    await node.close();
    await folder.remove();
  });

  const scu = async (program: string, model: '-P' | '-S', keys: readonly string[], more: readonly string[] = []) => {
    const out = path.join(folder.path, `run${runs++}`);
    await mkdir(out);
    const args = ['-v', model, '-aet', 'TESTER', '-aec', 'ISOCENTER', ...more, ...keys.flatMap((key) => ['-k', key])];
    const place = ['127.0.0.1', String(node.peer.port)];
    const extra = program === 'findscu' ? ['-X', '-od', out] : program === 'getscu' ? ['+B', '-od', out] : [];
    const { code, output } = await runProgram(program, [...args, ...extra, ...place]);
    return { code, output, out };
  };
  const find = async (model: '-P' | '-S', keys: readonly string[], more?: readonly string[]) => {
    const { output, out } = await scu('findscu', model, keys, more);
    return { output, answers: await answersIn(out) };
  };
  const study = (uid: number): string => `StudyInstanceUID=${UID_ROOT}.${uid}`;

  test('patients, by wildcard and without regard to case; identity comes back as asked', async () => {
    const { output, answers } = await find('-P', [
      'QueryRetrieveLevel=PATIENT',
      'PatientName=ann*',
      'PatientID',
      'PatientBirthDate',
      'NumberOfPatientRelatedInstances',
    ]);
    expect(output).toContain('Success');
    expect(answers.map((answer) => answer.string('PatientName'))).toEqual(['ANNA^MUSTER', 'ANNE^MUSTER']);
    expect(answers[1].string('PatientID')).toBe('A1');
    expect(answers[1].string('PatientBirthDate')).toBe('19500607');
    expect(answers[1].string('NumberOfPatientRelatedInstances')).toBe('5');
    expect(answers[1].string('QueryRetrieveLevel')).toBe('PATIENT');
    expect(answers[1].string('RetrieveAETitle')).toBe('ISOCENTER');
    // Asked in ASCII, answered in ASCII.
    expect(answers[1].string('SpecificCharacterSet')).toBe('');
  });

  test.each([
    [['StudyDate=20240101-20240131'], [1, 3]],
    [['StudyDate=-20231231'], [4]],
    [['StudyDate=20240315-'], [2]],
    [['AccessionNumber=ACC2'], [2]],
    [['ModalitiesInStudy=MR'], [1]],
    [['PatientID=A1', 'StudyDescription=Follow*'], [2]],
    [[`StudyInstanceUID=${UID_ROOT}.3\\${UID_ROOT}.4`], [3, 4]],
    [
      ['PatientName=*', 'StudyDate=*'],
      [1, 2, 3, 4],
    ],
    [['PatientID=NOBODY'], []],
  ])('studies by %j', async (keys, expected) => {
    const uid = keys.some((key) => key.startsWith('StudyInstanceUID')) ? [] : ['StudyInstanceUID'];
    const { answers } = await find('-S', ['QueryRetrieveLevel=STUDY', ...keys, ...uid]);
    const found = answers.map((answer) => Number(answer.string('StudyInstanceUID').split('.').at(-1)));
    expect(found.toSorted((a, b) => a - b)).toEqual(expected);
  });

  test('series and images below unique keys; attributes we do not hold come back empty, with FF01H', async () => {
    const series = await find('-S', [
      'QueryRetrieveLevel=SERIES',
      study(1),
      'SeriesInstanceUID',
      'Modality',
      'NumberOfSeriesRelatedInstances',
      'ContrastBolusAgent',
    ]);
    expect(
      series.answers.map((answer) => [answer.string('Modality'), answer.string('NumberOfSeriesRelatedInstances')]),
    ).toEqual([
      ['CT', '3'],
      ['MR', '1'],
    ]);
    expect(series.answers[0].element('ContrastBolusAgent')).toMatchObject({ length: 0 });
    expect(series.output).toContain('Warning');
    const images = await find('-S', [
      'QueryRetrieveLevel=IMAGE',
      study(1),
      `SeriesInstanceUID=${UID_ROOT}.1.1`,
      'SOPInstanceUID',
      'InstanceNumber',
      'SOPClassUID',
    ]);
    expect(images.answers.map((answer) => answer.string('InstanceNumber'))).toEqual(['1', '2', '3']);
    expect(images.output).not.toContain('Warning');
  });

  test.each([
    ['a level that the model does not have', '-S', ['QueryRetrieveLevel=PATIENT', 'PatientID']],
    ['no level', '-S', ['StudyInstanceUID']],
    ['no unique key of the level above', '-S', ['QueryRetrieveLevel=SERIES', 'SeriesInstanceUID']],
    ['a wildcard there', '-P', ['QueryRetrieveLevel=STUDY', 'PatientID=A*', 'StudyInstanceUID']],
    ['a date that is none', '-S', ['QueryRetrieveLevel=STUDY', 'StudyDate=yesterday']],
  ] as const)('%s is refused with A900H', async (_what, model, keys) => {
    const { output, answers } = await find(model, keys);
    expect(answers).toEqual([]);
    expect(output).toMatch(/DataSetDoesNotMatchSOPClass|IdentifierDoesNotMatchSOPClass/);
  });

  test('the same study under two patients is refused, not answered with both', async () => {
    const two = { ...SMALL_ARCHIVE[5], studyInstanceUid: `${UID_ROOT}.9`, seriesInstanceUid: `${UID_ROOT}.9.1` };
    await node.archive.store(smallObject({ ...two, sopInstanceUid: `${UID_ROOT}.9.1.1` }), { source: 'test' });
    const other = { ...two, patientId: 'D4', patientName: 'DORA', sopInstanceUid: `${UID_ROOT}.9.1.2` };
    await node.archive.store(smallObject(other), { source: 'test' });
    const both = await find('-S', ['QueryRetrieveLevel=STUDY', study(9), 'PatientID']);
    expect(both.answers.map((answer) => answer.string('PatientID')).sort()).toEqual(['B2', 'D4']);
    const { output, answers } = await find('-S', ['QueryRetrieveLevel=SERIES', study(9), 'SeriesInstanceUID']);
    expect(answers).toEqual([]);
    expect(output).toMatch(/UnableToProcess|0xc000/i);
    const one = await find('-P', ['QueryRetrieveLevel=SERIES', 'PatientID=D4', study(9), 'SeriesInstanceUID']);
    expect(one.answers).toHaveLength(1);
    const get = await scu('getscu', '-S', ['QueryRetrieveLevel=STUDY', study(9)]);
    expect(get.output).toMatch(/UnableToProcess|0xc000/i);
    expect(await readdir(get.out)).toEqual([]);
  });

  test.each([
    ['-S', ['QueryRetrieveLevel=STUDY', study(1)], 4],
    ['-P', ['QueryRetrieveLevel=PATIENT', 'PatientID=A1'], 5],
    ['-S', ['QueryRetrieveLevel=SERIES', study(1), `SeriesInstanceUID=${UID_ROOT}.1.2`], 1],
    [
      '-S',
      [
        'QueryRetrieveLevel=IMAGE',
        study(1),
        `SeriesInstanceUID=${UID_ROOT}.1.1`,
        `SOPInstanceUID=${UID_ROOT}.1.1.1\\${UID_ROOT}.1.1.3`,
      ],
      2,
    ],
    ['-S', ['QueryRetrieveLevel=STUDY', `StudyInstanceUID=${UID_ROOT}.777`], 0],
  ] as const)('getscu %s %j gets the bytes we hold', async (model, keys, count) => {
    const { code, output, out } = await scu('getscu', model, keys);
    expect(code, output).toBe(0);
    const got = await dataSetsIn(out);
    expect(got.size).toBe(count);
    for (const [uid, bytes] of got) expect(bytes.equals(stored(uid)), uid).toBe(true);
  });

  test('movescu: to a node we know, with originator; to one we do not, A801H', async () => {
    const storescp = await startStorescp(['+xa', '+B', '-d']);
    try {
      node.knows(storescp.peer);
      const keys = ['QueryRetrieveLevel=STUDY', study(1)];
      const { code, output } = await scu('movescu', '-S', keys, ['-aem', 'STORESCP']);
      expect(code, output).toBe(0);
      expect(output).toMatch(/Completed Suboperations\s*: 4|Success/);
      const got = await dataSetsIn(storescp.dir);
      expect([...got.keys()].sort()).toEqual(
        SMALL_ARCHIVE.slice(0, 4)
          .map(({ sopInstanceUid }) => sopInstanceUid)
          .sort(),
      );
      for (const [uid, bytes] of got) expect(bytes.equals(stored(uid)), uid).toBe(true);
      expect(storescp.output()).toMatch(/Move Originator AE Title\s*: TESTER/);
      const unknown = await scu('movescu', '-S', keys, ['-aem', 'NOBODY']);
      expect(unknown.code).not.toBe(0);
      expect(unknown.output).toMatch(/MoveDestinationUnknown|0xa801/i);
    } finally {
      await storescp.stop();
    }
  });

  test.skipIf(noData)('movescu and storescp: compressed objects arrive in their own transfer syntax', async () => {
    const names = (await readdir(DATA)).filter((name) => COMPRESSED.some((uid) => name.endsWith(`_${uid}.dcm`)));
    expect(names.length).toBe(COMPRESSED.length);
    for (const name of names) {
      // These files all hold the same instance.
      const [one, storescp] = await Promise.all([startOwnNode(), startStorescp(['+xa', '+B'])]);
      try {
        one.knows(storescp.peer);
        const file = await readFile(path.join(DATA, name));
        const { studyInstanceUid } = await one.archive.store(file, { source: 'test' });
        const keys = ['-k', 'QueryRetrieveLevel=STUDY', '-k', `StudyInstanceUID=${studyInstanceUid}`];
        const args = ['-v', '-S', '-aec', 'ISOCENTER', '-aem', 'STORESCP', ...keys, '127.0.0.1', String(one.peer.port)];
        const { code, output } = await runProgram('movescu', args);
        expect(code, output).toBe(0);
        const [received] = await storescp.files();
        expect(dataSetOf(await readFile(received)).equals(dataSetOf(file)), name).toBe(true);
      } finally {
        await Promise.all([one.close(), storescp.stop()]);
      }
    }
  });

  test('movescu: sub-operations that fail are counted and named', async () => {
    const storescp = await startStorescp(['--refuse']);
    try {
      node.knows({ ...storescp.peer, aeTitle: 'REFUSING' });
      const { output } = await scu('movescu', '-S', ['QueryRetrieveLevel=STUDY', study(1)], ['-aem', 'REFUSING', '-d']);
      expect(output).toMatch(/0xa702/i);
      expect(output).toMatch(/Failed Suboperations\s*: 4/);
      expect(output).toContain(`${UID_ROOT}.1.2.1`);
    } finally {
      await storescp.stop();
    }
  });
});

const stored = (uid: string): Buffer => {
  const object = SMALL_ARCHIVE.find(({ sopInstanceUid }) => sopInstanceUid === uid);
  if (object === undefined) throw new Error(`${uid} was never stored`);
  return dataSetOf(smallObject(object));
};

/** The bytes behind the file meta information. */
function dataSetOf(file: Buffer): Buffer {
  return file.subarray(144 + file.readUInt32LE(140));
}

async function dataSetsIn(folder: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of await readdir(folder)) {
    const bytes = await readFile(path.join(folder, name));
    found.set(readPart10(bytes, name).dataset.string('SOPInstanceUID'), dataSetOf(bytes));
  }
  return found;
}
