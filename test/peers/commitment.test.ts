import { unlink } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '#main/network/listen.ts';
import { deliverReport, reportHandler } from '#main/services/commitment/events.ts';
import { type CommitmentReport, FAILURE, STORAGE_COMMITMENT } from '#main/services/commitment/report.ts';
import { requestCommitment } from '#main/services/commitment/scu.ts';
import { sendFiles } from '#main/services/storeScu.ts';
import { queuedObject } from '#main/transfers/queuedObject.ts';
import { CT_IMAGE, newUid, RT_PLAN } from '#shared/dicom/uid.ts';
import { ctSlice, plan, PLAN } from '#test/unit/main/archive/objects.ts';
import { type Department, startDepartment } from './harness/department.ts';
import { peerMissing } from './harness/missing.ts';
import { type Orthanc, startOrthanc } from './harness/orthanc.ts';
import { freePort } from './harness/process.ts';

const CT = (n: number) => ({ sopClassUid: CT_IMAGE, sopInstanceUid: `1.2.3.2.${n}` });

describe.skipIf(peerMissing('Orthanc'))('storage commitment with Orthanc', () => {
  let department: Department;
  let orthanc: Orthanc;
  beforeAll(async () => {
    department = await startDepartment();
    orthanc = await startOrthanc({ isocenter: department.peer });
    await department.knows(orthanc.peer);
    for (const bytes of [ctSlice(1), ctSlice(2), ctSlice(3), plan()])
      await department.services.archive.store(bytes, { source: 'test' });
  });
  afterAll(async () => {
    await department?.close();
    await orthanc?.stop();
  });
  const desk = () => department.services.workflow.commitments;
  const node = () => department.services.nodes.get('ORTHANC');

  test('what was sent is committed, what was not is failed in words; the report comes on an association of its own', async () => {
    const { services } = department;
    const files = (await services.archive.locate({ seriesInstanceUid: '1.2.3.2' })).slice(0, 2);
    await sendFiles(
      orthanc.peer,
      services.caller(),
      files.map(({ file }) => ({ path: file })),
      () => undefined,
    );
    const results = await desk().commit(await node(), [CT(1), CT(2), CT(3)]);
    expect(results).toEqual([
      { sopInstanceUid: CT(1).sopInstanceUid, committed: true, reason: '' },
      { sopInstanceUid: CT(2).sopInstanceUid, committed: true, reason: '' },
      { sopInstanceUid: CT(3).sopInstanceUid, committed: false, reason: 'it does not have the object (0112H)' },
    ]);
    const [record] = desk().list();
    expect(record).toMatchObject({ state: 'reported', reportedBy: 'ORTHANC', node: 'ORTHANC' });
    await department.restart();
    expect(desk().list()[0]).toEqual(record);
  });

  test('a request that finds nobody is remembered as failed, and can be repeated for what is not committed', async () => {
    await department.knows({ aeTitle: 'NOBODY', host: '127.0.0.1', port: await freePort() });
    const failed = await desk().request(await department.services.nodes.get('NOBODY'), [CT(1)]);
    expect(failed.state).toBe('failed');
    expect(failed.problem).toContain('connection refused');
    expect(failed.objects).toMatchObject([{ outcome: 'pending' }]);
    await department.knows({ ...orthanc.peer, aeTitle: 'NOBODY' });
    const again = await desk().retry(failed.transactionUid);
    expect(await desk().wait(again.transactionUid, 20_000)).toMatchObject({ objects: [{ outcome: 'committed' }] });
  });

  test('a transfer to a node that is to commit itself is done only when it has', async () => {
    const { services } = department;
    const saved = await services.nodes.save({ ...orthanc.peer, id: 'ORTHANC', name: 'ORTHANC', commit: true });
    const objects = (await services.archive.locate({ sopInstanceUid: PLAN })).map(queuedObject);
    const id = services.transfers.enqueue({ node: saved, why: 'user', patient: 'DOE JOHN · P1', objects });
    await expect.poll(() => services.transfers.get(id).state, { timeout: 20_000 }).toBe('done');
    const [record] = desk().list();
    expect(record.objects).toMatchObject([{ sopInstanceUid: PLAN, outcome: 'committed' }]);
  });

  test('Orthanc asks us: it is told what we hold, with the reason for what we do not', async () => {
    const start = (await orthanc.post('/modalities/isocenter/storage-commitment', {
      DicomInstances: [
        { SOPClassUID: CT_IMAGE, SOPInstanceUID: CT(1).sopInstanceUid },
        { SOPClassUID: CT_IMAGE, SOPInstanceUID: PLAN },
        { SOPClassUID: RT_PLAN, SOPInstanceUID: '1.2.3.999' },
      ],
    })) as { ID: string };
    const report = async () =>
      (await orthanc.get(`/storage-commitment/${start.ID}`)) as {
        Status: string;
        Success: { SOPInstanceUID: string }[];
        Failures: { SOPInstanceUID: string; FailureReason: number }[];
      };
    await expect.poll(async () => (await report()).Status, { timeout: 20_000 }).toBe('Failure');
    const { Success, Failures } = await report();

    expect(Success.map(({ SOPInstanceUID }) => SOPInstanceUID)).toEqual([CT(1).sopInstanceUid]);
    expect(Failures.map((one) => [one.SOPInstanceUID, one.FailureReason])).toEqual([
      [PLAN, FAILURE.classInstanceConflict],
      ['1.2.3.999', FAILURE.noSuchInstance],
    ]);
  });
});

describe('storage commitment between ourselves', () => {
  let department: Department;
  beforeAll(async () => {
    department = await startDepartment('KEEPER');
    for (const n of [1, 2]) await department.services.archive.store(ctSlice(n), { source: 'test' });
  });
  afterAll(() => department?.close());
  const caller = { callingAe: 'ASKER' };

  test('the report comes on the same association while it stands', async () => {
    const reports: CommitmentReport[] = [];
    const reported = new AbortController();
    const transactionUid = newUid();
    await requestCommitment(
      department.peer,
      caller,
      { transactionUid, objects: [CT(1), CT(9)] },
      {
        onReport: (report) => {
          reports.push(report);
          reported.abort();
          return true;
        },
        onAccepted: () => undefined,
        reported: reported.signal,
        waitMs: 10_000,
      },
    );
    expect(reports).toEqual([
      { transactionUid, committed: [CT(1)], failed: [{ ...CT(9), reason: FAILURE.noSuchInstance }] },
    ]);
  });

  test('who leaves at once is called back, also when only a restart makes that possible', async () => {
    const reports: CommitmentReport[] = [];
    const port = await freePort();
    const transactionUid = newUid();
    await requestCommitment(
      department.peer,
      caller,
      { transactionUid, objects: [CT(2)] },
      {
        // Not taking the report, as somebody who hangs up.
        onReport: () => {
          throw new Error('gone');
        },
        onAccepted: () => undefined,
        reported: AbortSignal.abort(),
        waitMs: 0,
      },
    );
    // A file that is gone is no longer answered for, whatever the index says.
    const [{ file }] = await department.services.archive.locate({ sopInstanceUid: CT(2).sopInstanceUid });
    await unlink(file);
    await department.knows({ aeTitle: 'ASKER', host: '127.0.0.1', port });
    const listener = await listen({
      port,
      host: '127.0.0.1',
      aeTitle: 'ASKER',
      handlers: [
        reportHandler((report) => {
          reports.push(report);
          return true;
        }),
      ],
      scuOf: (uid) => uid === STORAGE_COMMITMENT,
    });
    await department.restart();
    await expect.poll(() => reports.length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(reports).toMatchObject([{ transactionUid, committed: [], failed: [{ reason: FAILURE.noSuchInstance }] }]);
    await listener.close();
  });

  test('reports on nothing that was asked for are refused', async () => {
    const report = { transactionUid: newUid(), committed: [CT(1)], failed: [] };
    await expect(deliverReport(department.peer, caller, report)).rejects.toMatchObject({ code: 'DIMSE_STATUS' });
  });
});
