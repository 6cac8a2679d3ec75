import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Commitment } from '#shared/contract/rpc/commitment.ts';
import type { Task } from '#shared/contract/rpc/tasks.ts';
import type { ProcedureStep } from '#shared/contract/rpc/worklist.ts';
import { CT_SERIES, ctSlice, DOSE, dose, plan, PLAN } from '#test/unit/main/archive/objects.ts';
import { isocenterJson, runIsocenter } from './harness/isocenter.ts';
import { odilMissing, peerMissing } from './harness/missing.ts';
import { type MppsServer, startMpps } from './harness/mpps.ts';
import { startOrthanc } from './harness/orthanc.ts';
import { freePort, temporaryFolder } from './harness/process.ts';
import { startWorklist, type WorklistServer } from './harness/worklist.ts';

const address = ({ aeTitle, host, port }: { aeTitle: string; host: string; port: number }) =>
  `${aeTitle}@${host}:${port}`;

describe('workflow on the command line', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let archive: string[];
  beforeAll(async () => {
    folder = await temporaryFolder('cli-workflow');
    const files = path.join(folder.path, 'files');
    await mkdir(files);
    for (const [index, bytes] of [ctSlice(1), plan(), dose()].entries())
      await writeFile(path.join(files, `${index}.dcm`), bytes);
    archive = ['--archive', path.join(folder.path, 'archive')];
    await isocenterJson(['import', files, ...archive]);
  });
  afterAll(() => folder?.remove());

  test('a task of ours: created, claimed, told of, completed with its result; what is not claimed is refused', async () => {
    const ups = async (...words: string[]) => (await isocenterJson(['ups', ...words, ...archive])) as Task;
    const made = await ups('create', '--kind', 'delivery', '--label', 'Fraction 1', '--priority', 'HIGH', PLAN);
    const uid = made.sopInstanceUid;
    expect(made).toMatchObject({ state: 'SCHEDULED', patientId: 'P1', label: 'Fraction 1', priority: 'HIGH' });
    const early = await runIsocenter(['ups', 'progress', uid, '--percent', '5', ...archive]);
    expect([early.code, early.stderr]).toEqual([1, `error CONFLICT: ${uid}: was not claimed from here\n`]);
    expect(await ups('claim', uid)).toMatchObject({ state: 'IN PROGRESS', claimed: true });
    expect(await ups('progress', uid, '--percent', '50', '--text', 'Beam 1')).toMatchObject({ progress: 50 });
    const done = await ups('complete', uid, '--output', DOSE);
    expect(done).toMatchObject({ state: 'COMPLETED', outputs: [{ objects: [{ sopInstanceUid: DOSE }] }] });
    const again = await runIsocenter(['ups', 'cancel', uid, ...archive]);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('C311H Refused: the task is completed already');
  });

  describe.skipIf(peerMissing('wlmscpfs') || odilMissing())('a RIS', () => {
    let worklist: WorklistServer;
    let ris: MppsServer;
    beforeAll(async () => {
      const step = {
        characterSet: 'ISO_IR 100',
        name: Buffer.from('DOE^JOHN'),
        patientId: 'P1',
        modality: 'CT',
        station: 'SIM1',
        date: '20261124',
        time: '0915',
        step: 'Planning CT',
        studyInstanceUid: '1.2.3.1',
        birthDate: '19500102',
        sex: 'M',
      };
      [worklist, ris] = await Promise.all([
        startWorklist([step, { ...step, patientId: 'P2', name: Buffer.from('ROE^JANE') }]),
        startMpps(),
      ]);
    });
    afterAll(async () => {
      await worklist?.stop();
      await ris?.stop();
    });

    test('is asked for the day, and told what was performed', async () => {
      const from = address(worklist.peer);
      const items = await isocenterJson(['worklist', from, '--date', '20261124', '--station', 'SIM1']);
      expect(items).toMatchObject([
        { PatientID: 'P1' },
        { PatientID: 'P2', ScheduledProcedureStepSequence: [{ Modality: 'CT' }] },
      ]);
      const mpps = async (...words: string[]) => (await isocenterJson(['mpps', ...words, ...archive])) as ProcedureStep;
      const to = address(ris.peer);
      const several = await runIsocenter(['mpps', 'create', to, '--worklist', from, ...archive]);
      expect(several.stderr).toContain('2 scheduled steps fit, one is needed');
      const { sopInstanceUid, state } = await mpps('create', to, '--worklist', from, '--patient-id', 'P1');
      expect(state).toBe('in progress');
      expect(await mpps('complete', to, sopInstanceUid, '--series', CT_SERIES)).toMatchObject({ state: 'completed' });
      expect(ris.requests().map(({ what, uid, status }) => [what, uid, status])).toEqual([
        ['N-CREATE', sopInstanceUid, 0],
        ['N-SET', sopInstanceUid, 0],
      ]);
    });
  });

  test.skipIf(peerMissing('Orthanc'))('commitment is reported to the command itself', async () => {
    const port = await freePort();
    const orthanc = await startOrthanc({ us: { aeTitle: 'ISOCENTER', host: '127.0.0.1', port } });
    try {
      const to = address(orthanc.peer);
      await isocenterJson(['send', to, '--key', `SOPInstanceUID=${PLAN}`, ...archive]);
      const commit = ['commit', to, '--port', String(port), ...archive];
      expect(((await isocenterJson([...commit, PLAN])) as Commitment).objects).toMatchObject([
        { outcome: 'committed' },
      ]);
      const { code, stdout, stderr } = await runIsocenter([...commit, '--key', 'PatientID=P1', '--json']);
      expect(code).toBe(1);
      expect((JSON.parse(stdout) as Commitment).objects.filter(({ outcome }) => outcome === 'committed')).toHaveLength(
        1,
      );
      expect(stderr).toContain('2 of 3 objects are not committed');
    } finally {
      await orthanc.stop();
    }
  });
});
