import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TlsMaterial } from '#main/network/tls/material.ts';
import { echo } from '#main/services/echo.ts';
import type { Peer } from '#main/services/peer.ts';
import { sendFiles } from '#main/services/storeScu.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, type MadeCertificate, makeAuthority, materialOf } from './harness/certificates.ts';
import { runEchoscu, runStorescu, startStorescp } from './harness/dcmtk.ts';
import { isocenterJson, runIsocenter, type Serving, serveIsocenter } from './harness/isocenter.ts';
import { peerMissing } from './harness/missing.ts';
import { startOrthanc } from './harness/orthanc.ts';
import { ctFile } from './harness/part10.ts';
import { temporaryFolder } from './harness/process.ts';

const missing = ['openssl', 'storescu', 'echoscu', 'storescp'].some((program) => peerMissing(program));
const UID = '1.2.826.0.1.3680043.10.999.77';

describe.skipIf(missing)('TLS', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let ca: Authority;
  let foreign: Authority;
  let ours: MadeCertificate;
  let theirs: MadeCertificate;
  let expired: MadeCertificate;
  let slice: string;
  const at = (name: string): string => path.join(folder.path, name);
  const dcmtk = ({ keyFile, certificateFile }: MadeCertificate, authority = ca): string[] => [
    '+tls',
    keyFile,
    certificateFile,
    '+cf',
    authority.certificateFile,
  ];

  beforeAll(async () => {
    folder = await temporaryFolder('tls');
    [ca, foreign] = [makeAuthority(folder.path, 'clinic'), makeAuthority(folder.path, 'foreign')];
    [ours, theirs, expired] = [
      ca.issue('isocenter'),
      ca.issue('peer', { rsaBits: 2048 }),
      ca.issue('old', { days: -1 }),
    ];
    slice = at('slice.dcm');
    await writeFile(slice, ctFile(UID, 64).file);
  });
  afterAll(() => folder.remove());

  describe('of others with us', () => {
    let serving: Serving;
    const secured = (): Peer => serving.tlsPeer ?? serving.peer;
    const refusals = async (): Promise<string[]> =>
      (await readFile(at('served/security.log'), 'utf8'))
        .split('\n')
        .filter((line) => line.includes('"refused"'))
        .map((line) => (JSON.parse(line) as { text: string }).text);

    beforeAll(async () => {
      serving = await serveIsocenter(at('served'), 'SECURED', [
        '--tls-port', '0', '--tls-key', ours.keyFile, '--tls-cert', ours.certificateFile, '--tls-ca', ca.certificateFile,
      ]); // biome-ignore format: a command line
    });
    afterAll(() => serving?.stop());

    it('stores from storescu with a certificate that we trust, and knows whose', async () => {
      const { code, output } = await runStorescu(secured(), [slice], dcmtk(theirs));
      expect(code, output).toBe(0);
      expect(await isocenterJson(['list', 'instance', '--archive', at('served')])).toMatchObject([
        { SOPInstanceUID: UID },
      ]);
      expect(await readFile(at('served/security.log'), 'utf8')).toMatch(/"association".*"tls":"TLSv1\.[23] .*CN=peer/);
    });

    it.each(['+py', '+px', '+pz'])('speaks with profile %s of DCMTK', async (profile) => {
      const { code, output } = await runEchoscu(secured(), [...dcmtk(theirs), profile]);
      expect(code, output).toBe(0);
    });

    it('refuses who shows no certificate, a foreign one or one that has expired, and says why', async () => {
      const anonymous = await runEchoscu(secured(), ['+tla', '-ic']);
      const others = [foreign.issue('intruder'), expired].map((shown) => runEchoscu(secured(), dcmtk(shown)));
      for (const { code, output } of [anonymous, ...(await Promise.all(others))]) expect(code, output).not.toBe(0);
      await expect
        .poll(refusals)
        .toEqual(
          expect.arrayContaining([
            expect.stringContaining('no certificate'),
            expect.stringContaining('not trusted'),
            expect.stringContaining('expired'),
          ]),
        );
    });

    it('takes no plain association on the TLS port and no TLS on the plain one, and goes on', async () => {
      const before = (await refusals()).length;
      expect((await runEchoscu(secured(), ['-to', '5', '-ta', '5'])).code).not.toBe(0);
      expect((await runEchoscu(serving.peer, [...dcmtk(theirs), '-to', '5'])).code).not.toBe(0);
      await expect.poll(async () => (await refusals()).length).toBeGreaterThan(before);
      expect((await runEchoscu(secured(), dcmtk(theirs))).code).toBe(0);
      expect((await runEchoscu(serving.peer)).code).toBe(0);
    });
  });

  describe('of us with others', () => {
    const caller = (tls?: TlsMaterial) => ({ callingAe: 'TEST', tls });

    it('stores to storescp +tls, and the command line tells protocol, cipher and certificate', async () => {
      const scp = await startStorescp(['+xa', '+B', ...dcmtk(theirs)]);
      try {
        const peer = { ...scp.peer, tls: true };
        const report = await sendFiles(peer, caller(materialOf(ours, ca)), [{ path: slice }], () => undefined);
        expect(report).toMatchObject({ sent: 1, failed: [] });
        expect(await scp.files()).toHaveLength(1);
        const address = `STORESCP@127.0.0.1:${scp.peer.port}`;
        const tls = [
          '--tls',
          '--tls-key',
          ours.keyFile,
          '--tls-cert',
          ours.certificateFile,
          '--tls-ca',
          ca.certificateFile,
        ];
        expect(await isocenterJson(['echo', address, ...tls])).toMatchObject({
          status: '0000',
          tls: {
            protocol: expect.stringMatching(/^TLSv1\.[23]$/) as string,
            subject: expect.stringContaining('CN=peer') as string,
          },
        });
        expect(await runIsocenter(['echo', address, ...tls.slice(1)])).toMatchObject({ code: 2 });
        await expect(echo(peer, caller(materialOf(ours, foreign)))).rejects.toThrow(/not trusted/);
        await expect(echo(peer, caller({ ca: ca.certificate }))).rejects.toThrow(/certificate|closed/);
        await expect(echo(peer, caller())).rejects.toMatchObject({ code: 'NETWORK' });
        await expect(echo(scp.peer, caller())).rejects.toMatchObject({
          code: expect.stringMatching(/NETWORK|ABORTED/) as string,
        });
      } finally {
        await scp.stop();
      }
    });

    it('names an expired certificate, and a peer that speaks no TLS', async () => {
      const old = await startStorescp(dcmtk(expired));
      const plain = await startStorescp();
      try {
        await expect(echo({ ...old.peer, tls: true }, caller(materialOf(ours, ca)))).rejects.toThrow(/expired/);
        await expect(echo({ ...plain.peer, tls: true }, caller(materialOf(ours, ca)))).rejects.toThrow(/TLS/);
      } finally {
        await Promise.all([old.stop(), plain.stop()]);
      }
    });
  });

  it.skipIf(peerMissing('Orthanc'))('exchanges with Orthanc both ways, both showing certificates', async () => {
    const serving = await serveIsocenter(at('beside-orthanc'), 'SECURED', [
      '--tls-port', '0', '--tls-key', ours.keyFile, '--tls-cert', ours.certificateFile, '--tls-ca', ca.certificateFile, '--tls-only',
    ]); // biome-ignore format: a command line
    const orthanc = await startOrthanc(
      {},
      {
        DicomTlsEnabled: true,
        DicomTlsPrivateKey: theirs.keyFile,
        DicomTlsCertificate: theirs.certificateFile,
        DicomTlsTrustedCertificates: ca.certificateFile,
        DicomTlsRemoteCertificateRequired: true,
        DicomModalities: {
          us: { AET: 'SECURED', Host: '127.0.0.1', Port: serving.tlsPeer?.port, UseDicomTls: true },
        },
      },
    );
    try {
      expect(serving.peer.port).toBe(serving.tlsPeer?.port);
      const report = await sendFiles(
        { ...orthanc.peer, tls: true },
        { callingAe: 'TEST', tls: materialOf(ours, ca) },
        [{ path: slice }],
        () => undefined,
      );
      expect(report).toMatchObject({ sent: 1, failed: [] });
      expect(await orthanc.file(UID)).toBeDefined();
      await expect(echo(orthanc.peer, { callingAe: 'TEST' })).rejects.toThrow();
      const [{ ID }] = (await orthanc.post('/tools/lookup', UID)) as { ID: string }[];
      await orthanc.post('/modalities/us/store', ID);
      expect(await isocenterJson(['list', 'instance', '--archive', at('beside-orthanc')])).toMatchObject([
        { SOPInstanceUID: UID },
      ]);
    } finally {
      await orthanc.stop();
      await serving.stop();
    }
  });
});
