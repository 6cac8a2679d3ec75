import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, decodeCommandSet } from '#main/network/commandSet.ts';
import { listen } from '#main/network/listen.ts';
import type { ServiceHandler } from '#main/network/service.ts';
import { echo, verificationHandler } from '#main/services/echo.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import type { SendResult } from '#main/services/storeScu.ts';
import { sendFiles } from '#main/services/storeScu.ts';
import { ctFile, CT_IMAGE_STORAGE, dataSet, part10 } from '#test/peers/harness/part10.ts';
import type { ScriptedPeer } from '#test/unit/main/network/scriptedPeer.ts';
import { acceptanceOfAll, EXPLICIT, IMPLICIT, scriptedServer } from '#test/unit/main/network/scriptedPeer.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isocenter-storescu-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const uid = (number: number) => `1.2.826.0.1.3680043.10.999.8.${number}`;

async function write(name: string, content: Buffer): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

const ct = (number: number, size = 32) => write(`${number}.dcm`, ctFile(uid(number), size).file);

interface Received {
  readonly uid: string;
  readonly transferSyntax: string;
  readonly bytes: Buffer;
}

/** Our own SCP with a choice of transfer syntaxes and of answers. */
async function receiver(options: { syntaxes?: string[]; status?: (uid: string) => number } = {}) {
  const received: Received[] = [];
  const [, storage] = storeHandlers(({ sopInstanceUid, transferSyntaxUid }) => {
    const chunks: Buffer[] = [];
    return {
      write: (chunk) => {
        chunks.push(Buffer.from(chunk));
      },
      finish: async () => {
        received.push({ uid: sopInstanceUid, transferSyntax: transferSyntaxUid, bytes: Buffer.concat(chunks) });
        return { status: options.status?.(sopInstanceUid) ?? 0 };
      },
      abort: () => undefined,
    };
  });
  const limited: ServiceHandler = { ...storage, transferSyntaxes: options.syntaxes ?? storage.transferSyntaxes };
  const handlers = [verificationHandler, limited];
  const listener = await listen({ port: 0, host: '127.0.0.1', aeTitle: 'PEER', handlers });
  open.push(listener);
  return { peer: { aeTitle: 'PEER', host: '127.0.0.1', port: listener.port }, received };
}

async function send(
  peer: { aeTitle: string; host: string; port: number },
  paths: readonly string[],
  signal?: AbortSignal,
) {
  const results: SendResult[] = [];
  const files = paths.map((each) => ({ path: each }));
  const report = await sendFiles(peer, { callingAe: 'US' }, files, (result) => results.push(result), signal);
  return { report, results };
}

describe('sendFiles', () => {
  test('data sets arrive byte for byte, each in its own transfer syntax', async () => {
    const { peer, received } = await receiver();
    const implicit = ctFile(uid(2), 32, false);
    const paths = [await ct(1, 300), await write('implicit.dcm', implicit.file)];
    const { report, results } = await send(peer, paths);
    expect(report).toMatchObject({ sent: 2, failed: [] });
    expect(report.bytes).toBe(ctFile(uid(1), 300).dataSet.length + implicit.dataSet.length);
    expect(received.map(({ transferSyntax }) => transferSyntax)).toEqual([EXPLICIT, IMPLICIT]);
    expect(received[0].bytes.equals(ctFile(uid(1), 300).dataSet)).toBe(true);
    expect(received[1].bytes.equals(implicit.dataSet)).toBe(true);
    expect(results.map(({ ok, status, reason }) => [ok, status, reason])).toEqual([
      [true, '0000', ''],
      [true, '0000', ''],
    ]);
  });

  test('a bare data set, and one whose file meta information names another instance', async () => {
    const { peer, received } = await receiver();
    const { dataSet: bare } = ctFile(uid(3), 16, false);
    const stale = part10(ctFile(uid(4), 16).dataSet, CT_IMAGE_STORAGE, uid(99), EXPLICIT);
    const { report } = await send(peer, [await write('bare', bare), await write('stale.dcm', stale)]);
    expect(report.sent).toBe(2);
    expect(received.map((each) => each.uid)).toEqual([uid(3), uid(4)]);
    expect(received[0].bytes.equals(bare)).toBe(true);
  });

  test.each([
    ['explicit to implicit', true],
    ['implicit to explicit', false],
  ])('rewrites %s for a peer that takes nothing else', async (_what, fromExplicit) => {
    const { peer, received } = await receiver({ syntaxes: [fromExplicit ? IMPLICIT : EXPLICIT] });
    const file = await write('rewrite.dcm', ctFile(uid(5), 200, fromExplicit).file);
    expect((await send(peer, [file])).report.sent).toBe(1);
    // The private creator and the private element lose nothing but their VR.
    expect(received[0].bytes.toString('hex')).toBe(ctFile(uid(5), 200, !fromExplicit).dataSet.toString('hex'));
  });

  test('one bad file never stops the rest, and says why', async () => {
    const { peer, received } = await receiver({ status: (each) => (each === uid(6) ? 0xa700 : 0) });
    const odd = ctFile(uid(7), 16).file;
    const paths = [
      await ct(10),
      path.join(folder, 'absent.dcm'),
      await write('text.txt', Buffer.from('this is no DICOM file')),
      await write('empty.dcm', Buffer.alloc(0)),
      await write('odd.dcm', odd.subarray(0, odd.length - 1)),
      await write('nouid.dcm', part10(dataSet([[0x00080060, 'CS', 'CT']]), CT_IMAGE_STORAGE, '', EXPLICIT)),
      await ct(6),
      await write('big.dcm', part10(Buffer.alloc(8), CT_IMAGE_STORAGE, uid(8), '1.2.840.10008.9.9.9')),
      await ct(11),
    ];
    const { report, results } = await send(peer, paths);
    expect(received.map((each) => each.uid)).toEqual([uid(10), uid(6), uid(11)]);
    expect(report.sent).toBe(2);
    const status = Object.fromEntries(report.failed.map((each) => [path.basename(each.file), each.status]));
    expect(status).toEqual({
      'absent.dcm': 'STORAGE',
      'text.txt': 'NOT_DICOM',
      'empty.dcm': 'NOT_DICOM',
      'odd.dcm': 'TRUNCATED',
      'nouid.dcm': 'MISSING_ATTRIBUTE',
      '6.dcm': 'A700',
      'big.dcm': 'UNSUPPORTED_TRANSFER_SYNTAX',
    });
    expect(report.failed.find((each) => each.status === 'A700')?.reason).toBe('A700H Refused: out of resources');
    expect(results).toHaveLength(paths.length);
  });

  test('warnings count as sent and keep their words', async () => {
    const { peer } = await receiver({ status: () => 0xb007 });
    const { report, results } = await send(peer, [await ct(12)]);
    expect(report.sent).toBe(1);
    expect(results[0]).toMatchObject({
      ok: true,
      status: 'B007',
      reason: expect.stringContaining('Warning') as string,
    });
  });

  test('an instance that is not the one asked for is not sent', async () => {
    const { peer, received } = await receiver();
    const file = { path: await ct(13), sopInstanceUid: uid(14) };
    const report = await sendFiles(peer, { callingAe: 'US' }, [file], () => undefined);
    expect(report.failed).toMatchObject([{ status: 'CONFLICT', reason: `the file holds ${uid(13)}, not ${uid(14)}` }]);
    expect(received).toEqual([]);
  });

  test('more SOP classes than one association has contexts', async () => {
    const { peer, received } = await receiver();
    const paths: string[] = [];
    for (let number = 0; number < 150; number++) {
      const sopClass = `1.2.840.10008.5.1.4.1.1.9999.${number}`;
      const content = dataSet([
        [0x00080016, 'UI', sopClass],
        [0x00080018, 'UI', uid(1000 + number)],
      ]);
      paths.push(await write(`class${number}.dcm`, part10(content, sopClass, uid(1000 + number), EXPLICIT)));
    }
    expect((await send(peer, paths)).report.sent).toBe(150);
    expect(new Set(received.map((each) => each.uid)).size).toBe(150);
  });

  test('cancelling reports what is left as CANCELLED', async () => {
    const cancel = new AbortController();
    const { peer } = await receiver({
      status: () => {
        cancel.abort();
        return 0;
      },
    });
    const paths = [await ct(20), await ct(21), await ct(22)];
    const { report, results } = await send(peer, paths, cancel.signal);
    expect(results).toHaveLength(3);
    expect(report.failed.slice(-2).map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
  });

  test('a peer that is not there fails every file, at once', async () => {
    const { peer } = await receiver();
    await Promise.all(open.splice(0).map((each) => each.close()));
    const { report } = await send(peer, [await ct(23), await ct(24)]);
    expect(report.failed.map(({ status }) => status)).toEqual(['NETWORK', 'NETWORK']);
    await expect(echo(peer, { callingAe: 'US' })).rejects.toMatchObject({ code: 'NETWORK' });
  });

  test('a file that becomes shorter while it is sent costs one association, not the other files', async () => {
    const { peer, received } = await receiver();
    const shrinking = await ct(25, 1024);
    const paths = [await ct(26), shrinking, await ct(27)];
    let results = 0;
    const report = await sendFiles(
      peer,
      { callingAe: 'US' },
      paths.map((each) => ({ path: each })),
      () => {
        results++;
      },
      undefined,
    );
    expect(report.sent).toBe(3);
    const files = paths.map((each) => ({ path: each }));
    const second = await sendFiles({ ...peer }, { callingAe: 'US' }, files, (result) => {
      if (result.file === paths[0]) void truncate(shrinking, 300_000);
    });
    expect(results).toBe(3);
    expect(second.failed).toMatchObject([{ file: shrinking, status: 'TRUNCATED' }]);
    expect(received.map((each) => each.uid)).toEqual([uid(26), uid(25), uid(27), uid(26), uid(27)]);
  });
});

/** Answers C-STOREs until `limit` of one connection are served, then does `act`. */
async function unreliable(limit: number, act: (peer: ScriptedPeer) => void) {
  const stored: string[] = [];
  let associations = 0;
  const server = await scriptedServer(async (peer) => {
    associations++;
    peer.send(acceptanceOfAll(await peer.next()));
    for (let served = 0; ; ) {
      const pdu = await peer.next();
      if (pdu === 'closed') return;
      if (pdu.type === 'A-RELEASE-RQ') peer.send({ type: 'A-RELEASE-RP' });
      if (pdu.type !== 'P-DATA-TF' || !pdu.values[0].command) continue;
      const command = decodeCommandSet(Buffer.from(pdu.values[0].data));
      if (served++ >= limit) {
        act(peer);
        return;
      }
      stored.push(command.affectedSopInstanceUid ?? '');
      peer.sendMessage(1, {
        commandField: COMMAND['C-STORE'] | 0x8000,
        messageIdBeingRespondedTo: command.messageId,
        status: 0,
      });
    }
  });
  open.push(server);
  return { peer: { aeTitle: 'X', host: '127.0.0.1', port: server.port }, stored, associations: () => associations };
}

describe('a peer that loses the association', () => {
  test.each<[string, (peer: ScriptedPeer) => void]>([
    ['closes', (peer) => peer.close()],
    ['aborts', (peer) => peer.send({ type: 'A-ABORT', source: 2, reason: 0 })],
  ])('after every second object (%s): the rest goes over new associations', async (_what, act) => {
    const { peer, stored, associations } = await unreliable(2, act);
    const paths: string[] = [];
    for (let number = 30; number < 37; number++) paths.push(await ct(number));
    const { report } = await send(peer, paths);
    expect(report).toMatchObject({ sent: 7, failed: [] });
    expect(stored).toHaveLength(7);
    expect(associations()).toBe(4);
  });

  test('at every object: given up after two, each file with its reason', async () => {
    const { peer, associations } = await unreliable(0, (each) => each.close());
    const paths: string[] = [];
    for (let number = 40; number < 45; number++) paths.push(await ct(number));
    const { report } = await send(peer, paths);
    expect(report.sent).toBe(0);
    expect(report.failed.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'ASSOCIATION_ABORTED'));
    expect(associations()).toBe(4);
  });
});
