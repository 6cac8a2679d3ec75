import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo } from '#main/services/peer.ts';
import { runEchoscu, runStorescu, startStorescp } from './harness/dcmtk.ts';
import { isocenterJson, runIsocenter, type Serving, serveIsocenter } from './harness/isocenter.ts';
import { peerMissing } from './harness/missing.ts';
import { ctFile } from './harness/part10.ts';
import { temporaryFolder } from './harness/process.ts';

const missing = ['storescu', 'echoscu', 'storescp'].some((program) => peerMissing(program));
const VERIFICATION = { abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] };

describe.skipIf(missing)('who may associate', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = (name: string): string => path.join(folder.path, name);
  /** `serve` with options, or with settings of its own, while `use` runs. */
  const serving = async (name: string, options: readonly string[], use: (serving: Serving) => Promise<void>) => {
    const running = await serveIsocenter(at(name), 'SERVED', options);
    try {
      await use(running);
    } finally {
      await running.stop();
    }
  };
  const events = async (name: string): Promise<{ event: string; text?: string; user?: string }[]> =>
    (await readFile(path.join(at(name), 'security.log'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string });

  beforeAll(async () => {
    folder = await temporaryFolder('identity');
  });
  afterAll(() => folder.remove());

  it('takes users of the list from storescu and refuses the others', async () => {
    const slice = at('slice.dcm');
    await writeFile(slice, ctFile('1.2.826.0.1.3680043.10.999.78', 64).file);
    await writeFile(at('users.json'), '{"planner": "Grüße 2026"}');
    await serving('users', ['--users', at('users.json')], async ({ peer }) => {
      const as = (...identity: string[]) => runStorescu(peer, [slice], identity);
      const accepted = await as('-usr', 'planner', '-pwd', 'Grüße 2026', '-rsp');
      expect(accepted.code, accepted.output).toBe(0);
      for (const wrong of [
        ['-usr', 'planner', '-pwd', 'guess'],
        ['-usr', 'planner'],
        ['-usr', 'x', '-pwd', 'y', '-rsp'],
        [],
      ]) {
        const { code, output } = await as(...wrong);
        expect(code, wrong.join(' ')).not.toBe(0);
        expect(output).toMatch(/Rejected|Refused/i);
      }
      await writeFile(at('passcode'), 'Grüße 2026\n');
      const address = `SERVED@127.0.0.1:${peer.port}`;
      const user = ['--user', 'planner', '--passcode-file', at('passcode')];
      expect(await isocenterJson(['echo', address, ...user])).toMatchObject({ status: '0000', userAccepted: true });
      await writeFile(at('passcode'), 'wrong');
      expect(await runIsocenter(['echo', address, ...user])).toMatchObject({ code: 1 });
    });
    const log = await events('users');
    expect(log.filter(({ event }) => event === 'association').map(({ user }) => user)).toEqual(['planner', 'planner']);
    expect(log.filter(({ event }) => event === 'refused').map(({ text }) => text)).toEqual([
      expect.stringContaining("user 'planner': unknown or wrong passcode"),
      expect.stringContaining('without passcode'),
      expect.stringContaining("user 'x': unknown or wrong passcode"),
      expect.stringContaining('a user identity is required'),
      expect.stringContaining("user 'planner': unknown or wrong passcode"),
    ]);
    expect(JSON.stringify(log)).not.toContain('2026"');
  });

  it('says when a peer does not confirm the user we name', async () => {
    const scp = await startStorescp();
    try {
      const answer = await isocenterJson(['echo', `STORESCP@127.0.0.1:${scp.peer.port}`, '--user', 'planner']);
      expect(answer).toMatchObject({
        status: '0000',
        userAccepted: false,
        implementationVersionName: expect.stringContaining('DCMTK') as string,
      });
    } finally {
      await scp.stop();
    }
  });

  it('lets in by AE title and address together', async () => {
    await serving('allowed', ['--allow', 'PACS@127.0.0.1', '--allow', '@127.0.0.2/31'], async ({ peer }) => {
      // A relay gives echoscu another address of this machine.
      const relay = createServer((socket) => {
        const other = connect({ host: peer.host, port: peer.port, localAddress: '127.0.0.2' });
        for (const each of [socket, other]) each.on('error', () => undefined);
        socket.pipe(other).pipe(socket);
      });
      await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
      const elsewhere = { ...peer, port: (relay.address() as AddressInfo).port };
      try {
        expect((await runEchoscu(peer, ['-aet', 'PACS'])).code).toBe(0);
        const stranger = await runEchoscu(peer, ['-aet', 'STRANGER']);
        expect(stranger.code).not.toBe(0);
        expect(stranger.output).toContain('Calling AE Title Not Recognized');
        expect((await runEchoscu(elsewhere, ['-aet', 'STRANGER'])).code).toBe(0);
      } finally {
        relay.close();
      }
    });
  });

  it('keeps to loopback, to limits of associations, and to what the settings say', async () => {
    await mkdir(at('limited'));
    await writeFile(
      path.join(at('limited'), 'settings.json'),
      JSON.stringify({ limits: { associationsPerPeer: 1 }, access: { checkCalledAe: true } }),
    );
    await serving('limited', [], async ({ peer }) => {
      expect((await runEchoscu({ ...peer, host: '127.0.0.2' }, ['-to', '3'])).code).not.toBe(0);
      expect((await runEchoscu({ ...peer, aeTitle: 'OTHER' })).output).toContain('Called AE Title Not Recognized');
      const first = await connectTo(peer, { callingAe: 'FIRST' }, { contexts: [VERIFICATION] });
      const second = await runEchoscu(peer);
      expect(second.code).not.toBe(0);
      expect(second.output).toMatch(/local limit/i);
      await first.release();
      expect((await runEchoscu(peer)).code).toBe(0);
    });
  });

  it('names the option or the file at fault', async () => {
    await writeFile(at('broken.json'), '{"planner": 1}');
    for (const [options, code, text] of [
      [['--allow', 'PACS@nowhere'], 2, '--allow'],
      [['--tls-port', '0'], 1, 'tls.certificate'],
      [['--users', at('broken.json')], 1, '--users'],
      [['--http', '0.0.0.0:0'], 2, '--http'],
      [['--bind', 'everywhere'], 2, '--bind'],
    ] as const) {
      const result = await runIsocenter(['serve', '--archive', at('faults'), '--port', '0', ...options]);
      expect(result.code, result.stderr).toBe(code);
      expect(result.stderr).toContain(text);
    }
  });
});
