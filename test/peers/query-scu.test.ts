import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { find, findAll } from '#main/services/query/find.ts';
import { get } from '#main/services/query/get.ts';
import { type Answer, textIn } from '#main/services/query/identifier.ts';
import { moveTo } from '#main/services/query/move.ts';
import { archiveSink } from '#main/host/storageSink.ts';
import { createLog } from '#main/host/log.ts';
import { type Dcmqrscp, startDcmqrscp } from './harness/dcmqrscp.ts';
import { peerMissing } from './harness/missing.ts';
import { type Orthanc, startOrthanc } from './harness/orthanc.ts';
import { type OwnNode, startOwnNode } from './harness/ownNode.ts';
import { temporaryFolder } from './harness/process.ts';
import { SMALL_ARCHIVE, smallObject, UID_ROOT, writeObjects } from './harness/smallObjects.ts';

const CALLER = { callingAe: 'ISOCENTER' };
const STUDY_1 = `${UID_ROOT}.1`;
const OF_STUDY_1 = SMALL_ARCHIVE.slice(0, 4);

const uids = (found: readonly Answer[], keyword: string): string[] =>
  found.map((answer) => textIn(answer, keyword)).sort();
const body = (file: Buffer): Buffer => file.subarray(144 + file.readUInt32LE(140));

/** Every object of the study has come, byte for byte behind the file meta information. */
async function expectStudy1(node: OwnNode): Promise<void> {
  const held = await node.archive.locate({ studyInstanceUid: STUDY_1 });
  expect(held.map(({ sopInstanceUid }) => sopInstanceUid).sort()).toEqual(
    OF_STUDY_1.map(({ sopInstanceUid }) => sopInstanceUid).sort(),
  );
  for (const object of OF_STUDY_1) {
    const stored = held.find(({ sopInstanceUid }) => sopInstanceUid === object.sopInstanceUid);
    expect(body(await readFile(stored?.file ?? '')).equals(body(smallObject(object)))).toBe(true);
  }
}

const sinkOf = (node: OwnNode) => archiveSink(node.archive, createLog());

describe.skipIf(peerMissing('dcmqrscp'))('our query and retrieve SCU and dcmqrscp', () => {
  let qrscp: Dcmqrscp;
  let receiver: OwnNode;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeAll(async () => {
    folder = await temporaryFolder('query-scu');
    receiver = await startOwnNode();
    qrscp = await startDcmqrscp([receiver.peer]);
    await qrscp.store(await writeObjects(folder.path, SMALL_ARCHIVE));
  });
  afterAll(async () => {
    await qrscp.stop();
    await receiver.close();
    await folder.remove();
  });

  test('finds at every level of both models', async () => {
    const ask = (
      model: 'patient' | 'study',
      level: 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE',
      keys: Record<string, string>,
    ) => findAll(qrscp.peer, CALLER, { model, level, keys });
    const patients = await ask('patient', 'PATIENT', { PatientName: 'ANN*', PatientID: '' });
    expect(uids(patients.found, 'PatientID')).toEqual(['A1', 'C3']);
    expect(patients).toMatchObject({ answers: 2, isComplete: true });
    const studies = await ask('study', 'STUDY', {
      PatientID: 'A1',
      StudyInstanceUID: '',
      StudyDate: '20240101-20241231',
    });
    expect(uids(studies.found, 'StudyInstanceUID')).toEqual([STUDY_1, `${UID_ROOT}.2`]);
    const series = await ask('patient', 'SERIES', {
      PatientID: 'A1',
      StudyInstanceUID: STUDY_1,
      SeriesInstanceUID: '',
      Modality: '',
    });
    expect(uids(series.found, 'Modality')).toEqual(['CT', 'MR']);
    const images = await ask('study', 'IMAGE', {
      StudyInstanceUID: STUDY_1,
      SeriesInstanceUID: `${STUDY_1}.1`,
      SOPInstanceUID: '',
    });
    expect(images.found).toHaveLength(3);
  });

  test('stops at the limit and says that there is more', async () => {
    const request = { model: 'study', level: 'STUDY', keys: { StudyInstanceUID: '' } } as const;
    const { found, isComplete } = await findAll(qrscp.peer, CALLER, request, { limit: 2 });
    expect(found).toHaveLength(2);
    expect(isComplete).toBe(false);
  });

  test('cancelled by its caller', async () => {
    const stop = new AbortController();
    const request = { model: 'study', level: 'STUDY', keys: { StudyInstanceUID: '' } } as const;
    const running = find(qrscp.peer, CALLER, request, { onAnswer: () => stop.abort(), signal: stop.signal });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('a refusal is an error in words', async () => {
    const request = { model: 'study', level: 'SERIES', keys: { SeriesInstanceUID: '' } } as const;
    await expect(findAll(qrscp.peer, CALLER, request)).rejects.toMatchObject({ code: 'DIMSE_STATUS' });
  });

  test('C-GET brings the study, byte for byte', async () => {
    const own = await startOwnNode();
    try {
      const counts: number[] = [];
      const onProgress = ({ completed }: { completed: number }): void => void counts.push(completed);
      const outcome = await get(
        qrscp.peer,
        CALLER,
        { model: 'study', level: 'STUDY', studyInstanceUid: STUDY_1 },
        sinkOf(own),
        { onProgress },
      );
      expect(outcome).toMatchObject({ completed: 4, failed: 0, warning: 0, status: 0, isCancelled: false });
      expect(counts.at(-1)).toBeGreaterThan(0);
      await expectStudy1(own);
    } finally {
      await own.close();
    }
  });

  test('C-GET: what we refuse is counted and named', async () => {
    const sink = () => ({
      write: () => undefined,
      abort: () => undefined,
      finish: async () => ({ status: 0xa700, comment: 'full' }),
    });
    const outcome = await get(qrscp.peer, CALLER, { model: 'study', level: 'STUDY', studyInstanceUid: STUDY_1 }, sink);
    expect(outcome).toMatchObject({ completed: 0, failed: 4 });
    expect([...outcome.failedInstances].sort()).toEqual(OF_STUDY_1.map(({ sopInstanceUid }) => sopInstanceUid).sort());
  });

  test('C-MOVE to our own node; to one that the peer does not know, A801H', async () => {
    const target = { model: 'patient', level: 'STUDY', patientId: 'A1', studyInstanceUid: STUDY_1 } as const;
    const outcome = await moveTo(qrscp.peer, CALLER, receiver.peer.aeTitle, target);
    expect(outcome).toMatchObject({ completed: 4, failed: 0, status: 0 });
    await expectStudy1(receiver);
    const nowhere = moveTo(qrscp.peer, CALLER, 'NOBODY', target);
    await expect(nowhere).rejects.toMatchObject({
      code: 'DIMSE_STATUS',
      message: expect.stringContaining('destination unknown') as string,
    });
  });
});

describe.skipIf(peerMissing('Orthanc'))('query and retrieve with Orthanc', () => {
  let orthanc: Orthanc;
  let own: OwnNode;
  beforeAll(async () => {
    own = await startOwnNode();
    orthanc = await startOrthanc(
      { own: own.peer },
      { DicomAlwaysAllowFind: true, DicomAlwaysAllowGet: true, DicomAlwaysAllowMove: true },
    );
    own.knows(orthanc.peer);
  });
  afterAll(async () => {
    await orthanc.stop();
    await own.close();
  });

  test('we find, get and move what it holds', async () => {
    for (const object of OF_STUDY_1) {
      await fetch(`${orthanc.url}/instances`, { method: 'POST', body: new Uint8Array(smallObject(object)) });
    }
    const request = {
      model: 'study',
      level: 'STUDY',
      keys: { PatientName: 'anne*', StudyInstanceUID: '', ModalitiesInStudy: '' },
    } as const;
    const { found } = await findAll(orthanc.peer, CALLER, request);
    expect(found).toMatchObject([{ StudyInstanceUID: STUDY_1, ModalitiesInStudy: ['CT', 'MR'] }]);
    const getter = await startOwnNode();
    try {
      const target = { model: 'study', level: 'STUDY', studyInstanceUid: STUDY_1 } as const;
      expect(await get(orthanc.peer, CALLER, target, sinkOf(getter))).toMatchObject({ completed: 4, failed: 0 });
      await expectStudy1(getter);
      expect(await moveTo(orthanc.peer, CALLER, 'ISOCENTER', target)).toMatchObject({ failed: 0 });
      await expectStudy1(own);
    } finally {
      await getter.close();
    }
  });

  test('it finds in our archive and has the study sent to itself', async () => {
    const second = SMALL_ARCHIVE[4];
    await own.archive.store(smallObject(second), { source: 'test' });
    const query = (await orthanc.post('/modalities/own/query', {
      Level: 'Study',
      Query: { PatientID: 'A1', StudyDate: '20240315', StudyInstanceUID: '' },
    })) as { ID: string };
    const answers = (await orthanc.get(`/queries/${query.ID}/answers`)) as string[];
    expect(answers).toHaveLength(1);
    await orthanc.post(`/queries/${query.ID}/retrieve`, { TargetAet: 'ORTHANC', Synchronous: true });
    const got = await orthanc.file(second.sopInstanceUid);
    expect(body(Buffer.from(got ?? [])).equals(body(smallObject(second)))).toBe(true);
    const gone = await orthanc
      .post(`/queries/${query.ID}/retrieve`, { TargetAet: 'NOBODY', Synchronous: true })
      .catch(String);
    expect(String(gone)).toContain('500');
  });
});
