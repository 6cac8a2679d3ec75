import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Listener } from '#main/network/listen.ts';
import { listen } from '#main/network/listen.ts';
import { readPart10Head } from '#main/network/part10Head.ts';
import { echo } from '#main/services/echo.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { sendFiles } from '#main/services/storeScu.ts';
import { peerMissing } from './harness/missing.ts';
import type { Orthanc } from './harness/orthanc.ts';
import { startOrthanc } from './harness/orthanc.ts';
import { part10 } from './harness/part10.ts';
import { runProgram } from './harness/process.ts';

const STS = path.resolve(process.cwd(), '../shared/data/ibsi_sts_ct_mr_pet');
const SYNTAXES = path.resolve(process.cwd(), '../shared/data/ct_one_slice_all_transfer_syntaxes');

async function uidOf(file: string): Promise<{ uid: string; sopClass: string; transferSyntax: string; offset: number }> {
  await using handle = await open(file);
  const { sopInstanceUid, sopClassUid, transferSyntaxUid, dataSetOffset } = await readPart10Head(handle, file);
  return { uid: sopInstanceUid, sopClass: sopClassUid, transferSyntax: transferSyntaxUid, offset: dataSetOffset };
}

async function dataSetOf(file: string): Promise<Buffer> {
  const { offset } = await uidOf(file);
  return (await readFile(file)).subarray(offset);
}

/** Orthanc gives sequences defined lengths; DCMTK's dcmconv makes all lengths undefined, and then bytes must agree. */
async function values(file: string, folder: string): Promise<string> {
  const out = path.join(folder, 'values');
  const { code, output } = await runProgram('dcmconv', ['+ti', '-e', '-g', '--write-dataset', file, out]);
  expect(code, output).toBe(0);
  return createHash('sha256')
    .update(await readFile(out))
    .digest('hex');
}

/** The first files of each subfolder, so that CT, MR, PET and structure sets all occur. */
async function someOfEach(folder: string, count: number): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.dcm')).map(({ name }) => name);
  found.push(
    ...files
      .sort()
      .slice(0, count)
      .map((name) => path.join(folder, name)),
  );
  for (const entry of entries.filter((each) => each.isDirectory())) {
    found.push(...(await someOfEach(path.join(folder, entry.name), count)));
  }
  return found;
}

describe.skipIf(peerMissing('Orthanc'))('Orthanc', () => {
  const received = new Map<string, { transferSyntax: string; bytes: Buffer }>();
  let listener: Listener;
  let orthanc: Orthanc;
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'isocenter-orthanc-test-'));
    const handlers = storeHandlers(({ sopInstanceUid, transferSyntaxUid }) => {
      const chunks: Uint8Array[] = [];
      return {
        write: (chunk) => {
          chunks.push(chunk);
        },
        finish: async () => {
          received.set(sopInstanceUid, { transferSyntax: transferSyntaxUid, bytes: Buffer.concat(chunks) });
          return { status: 0 };
        },
        abort: () => undefined,
      };
    });
    listener = await listen({ port: 0, host: '127.0.0.1', aeTitle: 'ISOCENTER', handlers });
    orthanc = await startOrthanc({ us: { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: listener.port } });
  });
  afterAll(async () => {
    await orthanc?.stop();
    await listener?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('echoes both ways', async () => {
    expect((await echo(orthanc.peer, { callingAe: 'ISOCENTER' })).status).toBe(0);
    await orthanc.post('/modalities/us/echo', {});
  });

  test.skipIf(!existsSync(STS))('a real patient there and back: every value as it was', async () => {
    const files = await someOfEach(STS, 2);
    expect(files.length).toBeGreaterThan(10);
    const report = await sendFiles(
      orthanc.peer,
      { callingAe: 'ISOCENTER' },
      files.map((file) => ({ path: file })),
      () => undefined,
    );
    expect(report.failed).toEqual([]);
    const instances = (await orthanc.get('/instances')) as string[];
    expect(instances).toHaveLength(files.length);
    await orthanc.post('/modalities/us/store', instances);
    for (const file of files) {
      const { uid, sopClass } = await uidOf(file);
      const expected = await values(file, folder);
      const stored = path.join(folder, 'stored.dcm');
      await writeFile(stored, (await orthanc.file(uid)) ?? Buffer.alloc(0));
      expect(await values(stored, folder), `${file} in Orthanc`).toBe(expected);
      const back = received.get(uid);
      const returned = path.join(folder, 'returned.dcm');
      await writeFile(returned, part10(back?.bytes ?? Buffer.alloc(0), sopClass, uid, back?.transferSyntax ?? ''));
      expect(await values(returned, folder), `${file} sent back`).toBe(expected);
    }
  });

  test.skipIf(!existsSync(SYNTAXES))('every transfer syntax, compressed ones passed through', async () => {
    const names = (await readdir(SYNTAXES)).filter((name) => name.startsWith('C'));
    const seen = new Set<string>();
    for (const name of names) {
      const file = path.join(SYNTAXES, name);
      const { uid, transferSyntax } = await uidOf(file);
      const report = await sendFiles(orthanc.peer, { callingAe: 'ISOCENTER' }, [{ path: file }], () => undefined);
      expect(report.failed).toEqual([]);
      const back = path.join(folder, 'back.dcm');
      await writeFile(back, (await orthanc.file(uid)) ?? Buffer.alloc(0));
      // Orthanc, on DCMTK, inflates what comes deflated.
      if (transferSyntax !== '1.2.840.10008.1.2.1.99') {
        expect((await dataSetOf(back)).equals(await dataSetOf(file)), name).toBe(true);
      }
      seen.add(transferSyntax);
    }
    expect(seen.size).toBe(15);
  });
});
