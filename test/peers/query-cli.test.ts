import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isocenterJson, runIsocenter, type Serving, serveIsocenter } from './harness/isocenter.ts';
import { freePort, temporaryFolder } from './harness/process.ts';
import { type Dcmqrscp, startDcmqrscp } from './harness/dcmqrscp.ts';
import { peerMissing } from './harness/missing.ts';
import { SMALL_ARCHIVE, UID_ROOT, writeObjects } from './harness/smallObjects.ts';

const STUDY = `${UID_ROOT}.1`;

describe.skipIf(peerMissing('dcmqrscp'))('isocenter query and retrieve', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let qrscp: Dcmqrscp;
  let serving: Serving;
  let port = 0;
  const at = (name: string): string => `${folder.path}/${name}`;
  const node = ({ aeTitle, port: on }: { aeTitle: string; port: number }): string => `${aeTitle}@127.0.0.1:${on}`;

  beforeAll(async () => {
    folder = await temporaryFolder('query-cli');
    port = await freePort();
    qrscp = await startDcmqrscp([{ aeTitle: 'CLI', host: '127.0.0.1', port }]);
    const files = await writeObjects(folder.path, SMALL_ARCHIVE);
    await qrscp.store(files);
    await isocenterJson(['import', ...files, '--archive', at('served')]);
    serving = await serveIsocenter(at('served'), 'SERVED');
  });
  afterAll(async () => {
    await serving.stop();
    await qrscp.stop();
    await folder.remove();
  });

  it('asks dcmqrscp and a running isocenter the same and hears the same', async () => {
    for (const peer of [qrscp.peer, serving.peer]) {
      const studies = await isocenterJson([
        'query',
        node(peer),
        '--key',
        'PatientName=ANNE*',
        '--key',
        'StudyDate=20240101-20240131',
      ]);
      expect(studies, peer.aeTitle).toMatchObject([
        { PatientID: 'A1', StudyInstanceUID: STUDY, StudyDescription: 'Planning' },
      ]);
      const series = await isocenterJson([
        'query',
        node(peer),
        '--level',
        'series',
        '--key',
        `StudyInstanceUID=${STUDY}`,
      ]);
      expect((series as { Modality: string }[]).map(({ Modality }) => Modality).sort()).toEqual(['CT', 'MR']);
      const patients = await isocenterJson(['query', node(peer), '--level', 'patient', '--model', 'patient']);
      expect(patients).toHaveLength(3);
    }
  });

  it('retrieves by C-GET and C-MOVE, and says what failed', async () => {
    const got = await isocenterJson(['retrieve', node(serving.peer), '--study', STUDY, '--archive', at('got')]);
    expect(got).toMatchObject({ received: 4, failed: 0 });
    const moving = ['--method', 'move', '--from', 'CLI', '--port', String(port), '--archive', at('moved')];
    const moved = await isocenterJson([
      'retrieve',
      node(qrscp.peer),
      '--study',
      STUDY,
      '--series',
      `${STUDY}.1`,
      ...moving,
    ]);
    expect(moved).toMatchObject({ received: 3, failed: 0 });
    expect((moved as { bytes: number }).bytes).toBeGreaterThan(0);
    expect(await isocenterJson(['list', 'instance', '--archive', at('moved')])).toHaveLength(3);
    const unknown = await runIsocenter([
      'retrieve',
      node(serving.peer),
      '--study',
      STUDY,
      '--method',
      'move',
      '--from',
      'STRANGER',
      '--port',
      '0',
      '--archive',
      at('moved'),
    ]);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toMatch(/^error DIMSE_STATUS: SERVED: A801H Refused: move destination unknown: /);
    const nothing = await runIsocenter(['retrieve', node(serving.peer), '--study', '1.2.3.4', '--archive', at('got')]);
    expect(nothing).toMatchObject({ code: 1, stderr: 'error NOT_FOUND: SERVED: the node has no such object\n' });
  });

  it('retrieves by WADO-RS', async () => {
    await writeFile(at('token'), `${serving.token}\n`);
    const url = `${serving.http}/dicom-web`;
    const args = ['retrieve', url, '--study', STUDY, '--token-file', at('token'), '--archive', at('web')];
    expect(await isocenterJson(args)).toMatchObject({ received: 4, failed: 0 });
    expect(await isocenterJson(['list', 'instance', '--archive', at('web')])).toHaveLength(4);
    const stranger = await runIsocenter(['retrieve', url, '--study', STUDY, '--archive', at('web')]);
    expect(stranger).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error UNAUTHORIZED/) as string });
  });

  it.each([
    [
      ['query', 'X@127.0.0.1:1', '--level', 'patient'],
      "error USAGE: the study model has no level 'patient' (--level)\n",
    ],
    [
      ['query', 'X@127.0.0.1:1', '--key', 'PatientNme=X'],
      'error USAGE: no DICOM attribute has this keyword (PatientNme)\n',
    ],
    [['retrieve', 'X@127.0.0.1:1'], 'error USAGE: is required (--study)\n'],
    [['retrieve', 'X@127.0.0.1:1', '--study', '1.2', '--to', 'Y'], 'error USAGE: needs --method move (--to)\n'],
  ])('%j is no usage', async (args, stderr) => {
    expect(await runIsocenter(args)).toMatchObject({ code: 2, stderr });
  });
});
