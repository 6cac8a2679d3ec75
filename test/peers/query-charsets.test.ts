import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { findAll } from '#main/services/query/find.ts';
import { type Dcmqrscp, startDcmqrscp } from './harness/dcmqrscp.ts';
import { peerMissing } from './harness/missing.ts';
import { type Orthanc, startOrthanc } from './harness/orthanc.ts';
import { type OwnNode, startOwnNode } from './harness/ownNode.ts';
import { dataSet } from './harness/part10.ts';
import { runProgram, temporaryFolder } from './harness/process.ts';
import { type SmallObject, smallObject, UID_ROOT, writeObjects } from './harness/smallObjects.ts';

interface Named {
  readonly id: string;
  readonly characterSet: string;
  /** As the object holds it: the examples of PS3.5 annexes H, I, J and PS3.3 C.12.1.1.2's repertoires, byte by byte. */
  readonly bytes: Buffer;
  readonly name: string;
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const NAMES: readonly Named[] = [
  {
    id: 'JAPANESE',
    characterSet: '\\ISO 2022 IR 87',
    bytes: Buffer.concat([
      Buffer.from('Yamada^Tarou='),
      hex('1b24423b3345441b2842 5e 1b244242404f3a1b2842 3d 1b24422464245e24401b2842 5e 1b2442243f246d24261b2842'),
    ]),
    name: 'Yamada^Tarou=山田^太郎=やまだ^たろう',
  },
  {
    id: 'KOREAN',
    characterSet: '\\ISO 2022 IR 149',
    bytes: Buffer.concat([
      Buffer.from('Hong^Gildong='),
      hex('1b242943fbf3 5e 1b242943d1ced4d7 3d 1b242943c8ab 5e 1b242943b1e6b5bf'),
    ]),
    name: 'Hong^Gildong=洪^吉洞=홍^길동',
  },
  {
    id: 'CHINESE',
    characterSet: 'GB18030',
    bytes: Buffer.concat([Buffer.from('Wang^XiaoDong='), hex('cdf5 5e d0a1b6ab')]),
    name: 'Wang^XiaoDong=王^小东',
  },
  { id: 'GREEK', characterSet: 'ISO_IR 126', bytes: hex('c4e9efedf5f3e9eff2'), name: 'Διονυσιος' },
  { id: 'CYRILLIC', characterSet: 'ISO_IR 144', bytes: hex('bbeeda6365dcd1e3e0d3'), name: 'Люкceмбург' },
  { id: 'LATIN1', characterSet: 'ISO_IR 100', bytes: hex('4dfc6c6c65725e4a65616e'), name: 'Müller^Jean' },
  { id: 'UTF8', characterSet: 'ISO_IR 192', bytes: Buffer.from('Čapek^Věra=王'), name: 'Čapek^Věra=王' },
];

const OBJECTS: readonly SmallObject[] = NAMES.map(({ id, characterSet, bytes }, index) => ({
  patientId: id,
  patientName: bytes,
  characterSet,
  studyInstanceUid: `${UID_ROOT}.5${index}`,
  seriesInstanceUid: `${UID_ROOT}.5${index}.1`,
  sopInstanceUid: `${UID_ROOT}.5${index}.1.1`,
}));

const CALLER = { callingAe: 'ISOCENTER' };

describe.skipIf(peerMissing('dcmqrscp'))('names in every alphabet', () => {
  let qrscp: Dcmqrscp;
  let own: OwnNode;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder('query-charsets');
    [qrscp, own] = await Promise.all([startDcmqrscp(), startOwnNode()]);
    await qrscp.store(await writeObjects(folder.path, OBJECTS));
    for (const object of OBJECTS) await own.archive.store(smallObject(object), { source: 'test' });
  });
  afterAll(async () => {
    await qrscp.stop();
    await own.close();
    await folder.remove();
  });

  test.each(NAMES)('$id: dcmqrscp answers it as the object holds it, we read it', async ({ id, name }) => {
    const keys = { PatientID: id, PatientName: '', StudyInstanceUID: '' };
    const { found } = await findAll(qrscp.peer, CALLER, { model: 'study', level: 'STUDY', keys });
    expect(found).toMatchObject([{ PatientID: id, PatientName: name }]);
  });

  test.each(NAMES)(
    '$id: findscu asks us by name in this character set and is answered in it',
    async ({ id, characterSet, bytes }) => {
      const out = path.join(folder.path, `answers-${id}`);
      await mkdir(out);
      const query = path.join(out, 'query.dcm');
      await writeFile(
        query,
        dataSet([
          [0x00080005, 'CS', characterSet],
          [0x00080052, 'CS', 'STUDY'],
          [0x00100010, 'PN', bytes],
          [0x00100020, 'LO', ''],
          [0x0020000d, 'UI', ''],
        ]),
      );
      const args = ['-v', '-S', '-aec', 'ISOCENTER', '-X', '-od', out, '127.0.0.1', String(own.peer.port), query];
      const { output } = await runProgram('findscu', args);
      expect(output).toContain('Success');
      const names = (await readdir(out)).filter((file) => file.startsWith('rsp'));
      expect(names, output).toHaveLength(1);
      const { dataset } = readPart10(await readFile(path.join(out, names[0])), names[0]);
      expect(dataset.string('PatientID')).toBe(id);
      expect(dataset.strings('SpecificCharacterSet').join('\\')).toBe(characterSet);
      expect(Buffer.from(dataset.bytes('PatientName')).subarray(0, bytes.length).toString('hex')).toBe(
        bytes.toString('hex'),
      );
    },
  );

  test.each(NAMES)(
    '$id: our own query in a configured character set matches, and in UTF-8',
    async ({ id, characterSet, name }) => {
      for (const ours of [undefined, characterSet.split('\\')]) {
        const keys = { PatientName: name, PatientID: '' };
        const request = { model: 'study', level: 'STUDY', keys, characterSet: ours } as const;
        const { found } = await findAll(own.peer, CALLER, request);
        expect(found).toMatchObject([{ PatientID: id, PatientName: name }]);
      }
    },
  );

  test('names in a character set that is not known are not matched by guess', async () => {
    const query = path.join(folder.path, 'unknown.dcm');
    await writeFile(
      query,
      dataSet([
        [0x00080005, 'CS', 'ISO_IR 999'],
        [0x00080052, 'CS', 'STUDY'],
        [0x00100010, 'PN', hex('4dfc6c6c6572')],
      ]),
    );
    const { output } = await runProgram('findscu', [
      '-v',
      '-S',
      '-aec',
      'ISOCENTER',
      '127.0.0.1',
      String(own.peer.port),
      query,
    ]);
    expect(output).toContain('DataSetDoesNotMatchSOPClass');
  });

  test('a request in ASCII is answered in UTF-8 where ASCII does not do', async () => {
    const request = {
      model: 'study',
      level: 'STUDY',
      keys: { PatientID: 'KOREAN', PatientName: '' },
      characterSet: [],
    } as const;
    const { found } = await findAll(own.peer, CALLER, request);
    expect(found).toMatchObject([{ PatientName: 'Hong^Gildong=洪^吉洞=홍^길동' }]);
  });
});

// It answers in its default encoding, whatever it is asked in, and leaves out what that does not hold.
describe.skipIf(peerMissing('Orthanc'))('names in every alphabet from Orthanc', () => {
  let orthanc: Orthanc;
  beforeAll(async () => {
    orthanc = await startOrthanc({}, { DicomAlwaysAllowFind: true, DefaultEncoding: 'Utf8' });
    for (const object of OBJECTS)
      await fetch(`${orthanc.url}/instances`, { method: 'POST', body: new Uint8Array(smallObject(object)) });
  });
  afterAll(() => orthanc.stop());

  test.each(NAMES)('$id', async ({ id, name }) => {
    const keys = { PatientID: id, PatientName: '', StudyInstanceUID: '' };
    const { found } = await findAll(orthanc.peer, CALLER, { model: 'study', level: 'STUDY', keys });
    expect(found).toMatchObject([{ PatientName: name }]);
  });
});
