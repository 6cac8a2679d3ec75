import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isocenterJson, runIsocenter, type Serving, serveIsocenter } from './harness/isocenter.ts';
import { freePort, temporaryFolder } from './harness/process.ts';

describe('isocenter echo, send and serve', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let serving: Serving;
  const at = (...parts: string[]): string => path.join(folder.path, ...parts);
  const peer = (): string => `${serving.peer.aeTitle}@127.0.0.1:${serving.peer.port}`;

  beforeAll(async () => {
    folder = await temporaryFolder('cli-network');
    await isocenterJson(['phantom', 'water', '--out', at('water')]);
    serving = await serveIsocenter(at('served'), 'SERVED');
  });
  afterAll(async () => {
    await serving.stop();
    await folder.remove();
  });

  it('answers C-ECHO', async () => {
    const answer = (await isocenterJson(['echo', peer(), '--from', 'TESTER'])) as { status: string; ms: number };
    expect(answer.status).toBe('0000');
    expect(answer.ms).toBeGreaterThan(0);
  });

  it('sends files, reports those that are no objects, and the other side holds the rest', async () => {
    await writeFile(at('water', 'MR', 'note.txt'), 'not DICOM');
    const { code, stdout, stderr } = await runIsocenter(['send', peer(), at('water', 'MR'), '--json']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error DIMSE_STATUS: .*note\.txt: 1 of 65 objects not sent to SERVED: [^\n]+\n$/);
    const report = JSON.parse(stdout) as { sent: number; failed: { file: string }[]; bytes: number; seconds: number };
    expect(report.sent).toBe((await readdir(at('water', 'MR'))).length - 1);
    expect(report.failed.map(({ file }) => path.basename(file))).toEqual(['note.txt']);
    expect(report.bytes).toBeGreaterThan(64 * 72 * 72 * 2);
    const listed = await isocenterJson(['list', 'series', '--archive', at('served')]);
    expect(listed).toMatchObject([{ Modality: 'MR', NumberOfSeriesRelatedInstances: 64 }]);
  });

  it('sends what a query on the archive finds', async () => {
    await isocenterJson(['import', at('water'), '--archive', at('own')]);
    const report = await isocenterJson(['send', peer(), '--key', 'Modality=RTSTRUCT', '--archive', at('own')]);
    expect(report).toMatchObject({ sent: 1, failed: [] });
    const none = await runIsocenter(['send', peer(), '--key', 'Modality=US', '--archive', at('own')]);
    expect(none).toMatchObject({ code: 1, stderr: 'error NOT_FOUND: SERVED: nothing to send\n' });
  });

  it('says why nothing could be sent', async () => {
    const port = await freePort();
    const { code, stdout, stderr } = await runIsocenter([
      'send',
      `GONE@127.0.0.1:${port}`,
      at('water', 'REG'),
      '--json',
    ]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ sent: 0, failed: [{ status: 'NETWORK' }] });
    expect(stderr).toMatch(/^error DIMSE_STATUS: .*REG\.dcm: 1 of 1 objects not sent to GONE: NETWORK /);
  });

  it('serves DICOMweb by token', async () => {
    const url = `${serving.http}/dicom-web/studies`;
    expect((await fetch(url)).status).toBe(401);
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${serving.token}`, accept: 'application/dicom+json' },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toHaveLength(2);
  });
});
