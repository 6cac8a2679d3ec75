import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '#main/network/listen.ts';
import type { Listener } from '#main/network/listen.ts';
import { readPart10Head } from '#main/network/part10Head.ts';
import { echo } from '#main/services/echo.ts';
import type { Peer } from '#main/services/peer.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { type SendResult, sendFiles } from '#main/services/storeScu.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { decodePixels } from '#shared/dicom/pixels/pixels.ts';
import { runEchoscu, runStorescu, startStorescp } from './harness/dcmtk.ts';
import { peerMissing } from './harness/missing.ts';
import { ctFile } from './harness/part10.ts';
import { runProgram } from './harness/process.ts';

const DATA = path.resolve(process.cwd(), '../shared/data/ct_one_slice_all_transfer_syntaxes');
const noData = !existsSync(DATA);
const DEFLATED = '1.2.840.10008.1.2.1.99';

/** The files by the transfer syntax at the end of their names. */
const byTransferSyntax = new Map<string, string>();
if (!noData) {
  for (const name of readdirSync(DATA).sort()) {
    const uid = /_(1\.2\.840\.10008\.1\.2[.0-9]*)\.dcm$/.exec(name)?.[1];
    if (uid !== undefined) byTransferSyntax.set(uid, path.join(DATA, name));
  }
}

/** The bytes after the file meta information. */
async function dataSetOf(file: string): Promise<Buffer> {
  await using handle = await open(file);
  const { dataSetOffset } = await readPart10Head(handle, file);
  return (await readFile(file)).subarray(dataSetOffset);
}

const transferSyntaxOf = async (file: string) => readPart10(await readFile(file)).transferSyntaxUid;

/** The pixels as their decoder gives them, and the bytes of everything else, element by element. */
async function valuesOf(file: string) {
  const read = readPart10(await readFile(file));
  const { elements, source } = read.dataset;
  const rest = [...elements]
    // Group lengths are retired and change with the encoding; numbers are compared with the pixels they describe.
    .filter(([tag, { vr }]) => (tag & 0xffff) !== 0 && tag < 0x7fe00000 && !['US', 'UL', 'SS', 'xs', 'SQ'].includes(vr))
    .map(([tag, { start, length }]) => [
      tag,
      Buffer.from(source.bytes.subarray(start, start + length)).toString('hex'),
    ]);
  const pixels = await decodePixels(read);
  return { rest, pixels: createHash('sha256').update(Buffer.from(pixels.buffer)).digest('hex') };
}

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isocenter-dcmtk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.skipIf(peerMissing('storescu'))('our SCP and DCMTK', () => {
  const received: { uid: string; transferSyntax: string; callingAe: string; hash: string }[] = [];
  let listener: Listener;
  let own: Peer;
  beforeAll(async () => {
    const handlers = storeHandlers(({ sopInstanceUid, transferSyntaxUid, peer }) => {
      const digest = createHash('sha256');
      return {
        write: (chunk) => {
          digest.update(chunk);
        },
        finish: async () => {
          const entry = { uid: sopInstanceUid, transferSyntax: transferSyntaxUid, callingAe: peer.callingAe };
          received.push({ ...entry, hash: digest.digest('hex') });
          return { status: 0 };
        },
        abort: () => undefined,
      };
    });
    listener = await listen({ port: 0, host: '127.0.0.1', aeTitle: 'ISOCENTER', handlers });
    own = { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: listener.port };
  });
  afterAll(() => listener.close());

  test('echoscu: verification, five times on one association', async () => {
    const { code, output } = await runEchoscu(own, ['--repeat', '5']);
    expect(code, output).toBe(0);
    expect(output.match(/Received Echo Response \(Success\)/g)).toHaveLength(5);
  });

  test('echoscu: abort instead of release leaves us serving', async () => {
    expect((await runEchoscu(own, ['--abort'])).code).toBe(0);
    expect((await runEchoscu(own)).code).toBe(0);
  });

  // storescu's option for each transfer syntax it can propose.
  test.skipIf(noData).each([
    ['1.2.840.10008.1.2', '-xi'],
    ['1.2.840.10008.1.2.1', '-xe'],
    ['1.2.840.10008.1.2.2', '-xb'],
    ['1.2.840.10008.1.2.4.50', '-xy'],
    ['1.2.840.10008.1.2.4.51', '-xx'],
    ['1.2.840.10008.1.2.4.70', '-xs'],
    ['1.2.840.10008.1.2.4.80', '-xt'],
    ['1.2.840.10008.1.2.4.81', '-xu'],
    ['1.2.840.10008.1.2.4.90', '-xv'],
    ['1.2.840.10008.1.2.4.91', '-xw'],
    ['1.2.840.10008.1.2.5', '-xr'],
  ])('storescu sends %s, we get what storescp gets', async (uid, option) => {
    const file = byTransferSyntax.get(uid) ?? '';
    const reference = await startStorescp(['+B', option.replace('-', '+')]);
    try {
      expect((await runStorescu(reference.peer, [file], [option])).code).toBe(0);
      const { code, output } = await runStorescu(own, [file], [option]);
      expect(code, output).toBe(0);
      const [stored] = await reference.files();
      expect(received.at(-1)).toMatchObject({ transferSyntax: uid, callingAe: 'STORESCU' });
      expect(received.at(-1)?.hash).toBe(hash(await dataSetOf(stored)));
    } finally {
      await reference.stop();
    }
  });

  test('200 slices over one association with small PDUs', async () => {
    const files: string[] = [];
    for (let slice = 0; slice < 200; slice++) {
      const file = path.join(folder, `slice${slice}.dcm`);
      await writeFile(file, ctFile(`1.2.826.0.1.3680043.10.999.4.${slice}`, 40).file);
      files.push(file);
    }
    const before = received.length;
    const { code, output } = await runStorescu(own, files, ['--max-send-pdu', '4096']);
    expect(code, output).toBe(0);
    const slices = received.slice(before);
    expect(slices).toHaveLength(200);
    expect(new Set(slices.map(({ uid }) => uid)).size).toBe(200);
  });
});

describe.skipIf(peerMissing('storescp'))('our SCU and DCMTK', () => {
  test('echo', async () => {
    const storescp = await startStorescp();
    try {
      const { status, ms } = await echo(storescp.peer, { callingAe: 'ISOCENTER' });
      expect(status).toBe(0);
      expect(ms).toBeLessThan(1000);
    } finally {
      await storescp.stop();
    }
  });

  test.skipIf(noData)('every transfer syntax that storescp takes arrives byte for byte', async () => {
    const outcomes = new Map<string, string>();
    for (const [uid, file] of byTransferSyntax) {
      // Most of these files carry the same instance UID, under which storescp would overwrite its file.
      const storescp = await startStorescp();
      try {
        const report = await sendFiles(storescp.peer, { callingAe: 'ISOCENTER' }, [{ path: file }], () => undefined);
        const [stored] = await storescp.files();
        if (report.sent === 0) outcomes.set(uid, report.failed[0].status);
        else if (uid === DEFLATED) outcomes.set(uid, 'stored');
        else if ((await transferSyntaxOf(stored)) !== uid) outcomes.set(uid, 'decoded');
        else outcomes.set(uid, hash(await dataSetOf(stored)) === hash(await dataSetOf(file)) ? 'identical' : 'differs');
      } finally {
        await storescp.stop();
      }
    }
    const notTaken = ['1.2.840.10008.1.2.4.53', '1.2.840.10008.1.2.4.55', '1.2.840.10008.1.2.4.57'];
    for (const [uid, outcome] of outcomes) {
      // storescp inflates what it receives before it writes it.
      if (uid === DEFLATED) expect([uid, outcome]).toEqual([uid, 'stored']);
      else expect([uid, outcome]).toEqual([uid, notTaken.includes(uid) ? 'decoded' : 'identical']);
    }
    expect(outcomes.size).toBe(15);
  });

  test.skipIf(noData)('a peer of implicit little endian only gets every syntax decoded', async () => {
    const storescp = await startStorescp(['+B', '+xi', '--unique-filenames']);
    const reference = await valuesOf(byTransferSyntax.get('1.2.840.10008.1.2.1') ?? '');
    const lossy = ['50', '51', '53', '55', '81', '91'].map((end) => `1.2.840.10008.1.2.4.${end}`);
    const rewrittenAs: (string | undefined)[] = [];
    try {
      for (const [uid, file] of byTransferSyntax) {
        const before = await storescp.files();
        const onResult = (result: SendResult) => rewrittenAs.push(result.rewrittenAs);
        const report = await sendFiles(storescp.peer, { callingAe: 'ISOCENTER' }, [{ path: file }], onResult);
        expect(report.failed).toEqual([]);
        const stored = (await storescp.files()).find((name) => !before.includes(name)) ?? '';
        expect(await transferSyntaxOf(stored)).toBe('1.2.840.10008.1.2');
        const [original, arrived] = [await valuesOf(file), await valuesOf(stored)];
        expect([uid, arrived]).toEqual([uid, original]);
        if (!lossy.includes(uid)) expect([uid, arrived.pixels]).toEqual([uid, reference.pixels]);
      }
    } finally {
      await storescp.stop();
    }
    expect(rewrittenAs.filter((uid) => uid === '1.2.840.10008.1.2')).toHaveLength(14);
    expect(rewrittenAs.filter((uid) => uid === undefined)).toHaveLength(1);
  });

  test.skipIf(noData).each([
    ['explicit to implicit', '1.2.840.10008.1.2.1', '+xi'],
    ['implicit to explicit', '1.2.840.10008.1.2', '+xf'],
  ])(
    'a peer of one syntax gets the object rewritten, %s, and DCMTK finds the same values',
    async (_what, uid, option) => {
      const profile = path.join(folder, 'explicit.cfg');
      await writeFile(profile, EXPLICIT_ONLY);
      const storescp = await startStorescp(option === '+xf' ? ['+B', '-xf', profile, 'Default'] : ['+B', option]);
      try {
        const file = byTransferSyntax.get(uid) ?? '';
        const report = await sendFiles(storescp.peer, { callingAe: 'ISOCENTER' }, [{ path: file }], () => undefined);
        expect(report.failed).toEqual([]);
        const [stored] = await storescp.files();
        expect(await normalized(stored)).toBe(await normalized(file));
      } finally {
        await storescp.stop();
      }
    },
  );

  test('an AE title that is not wanted is a rejection in words', async () => {
    const storescp = await startStorescp(['--refuse']);
    try {
      await expect(echo(storescp.peer, { callingAe: 'ISOCENTER' })).rejects.toMatchObject({
        code: 'ASSOCIATION_REJECTED',
        message: 'rejected permanently by the service user: no reason given',
      });
    } finally {
      await storescp.stop();
    }
  });

  test('storescp aborts in mid-object: every file still gets its result', async () => {
    const storescp = await startStorescp(['--abort-during']);
    try {
      const files: { path: string }[] = [];
      for (let slice = 0; slice < 3; slice++) {
        const file = path.join(folder, `abort${slice}.dcm`);
        await writeFile(file, ctFile(`1.2.826.0.1.3680043.10.999.5.${slice}`, 400).file);
        files.push({ path: file });
      }
      const report = await sendFiles(storescp.peer, { callingAe: 'ISOCENTER' }, files, () => undefined);
      expect(report.sent).toBe(0);
      expect(report.failed.map(({ status }) => status)).toEqual(files.map(() => 'ASSOCIATION_ABORTED'));
    } finally {
      await storescp.stop();
    }
  });
});

/** DCMTK's own rewriting of a file: implicit (it knows VRs of private elements that others do not), no group lengths. */
async function normalized(file: string): Promise<string> {
  const out = path.join(folder, `normalized-${path.basename(file)}`);
  const { code, output } = await runProgram('dcmconv', ['+ti', '-e', '-g', '--write-dataset', file, out]);
  expect(code, output).toBe(0);
  return hash(await readFile(out));
}

/** Association profile for storescp -xf: CT in explicit VR little endian only. */
const EXPLICIT_ONLY = `
[[TransferSyntaxes]]
[Explicit]
TransferSyntax1 = LittleEndianExplicit
[[PresentationContexts]]
[Storage]
PresentationContext1 = CTImageStorage\\Explicit
[[Profiles]]
[Default]
PresentationContexts = Storage
`;
