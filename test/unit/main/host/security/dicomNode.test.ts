import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '#main/host/log.ts';
import { type DicomNode, startDicomNode } from '#main/host/security/dicomNode.ts';
import { effectiveSettings } from '#main/host/security/effective.ts';
import { securityDesk } from '#main/host/security/securityDesk.ts';
import { openSecurityLog, type SecurityLog } from '#main/host/security/securityLog.ts';
import { openSettings, type SettingsFile } from '#main/host/settings.ts';
import type { SecurityDesk } from '#main/server/services.ts';
import { echo, verificationHandler } from '#main/services/echo.ts';
import { connectTo } from '#main/services/peer.ts';
import { scratch } from '../../archive/objects.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';
import { freePort } from '#test/peers/harness/process.ts';

const VERIFICATION = { abstractSyntax: '1.2.840.10008.1.1', transferSyntaxes: ['1.2.840.10008.1.2'] };

describe('our own node', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let settings: SettingsFile;
  let node: DicomNode;
  let desk: SecurityDesk;
  let security: SecurityLog;
  const peer = (port: number) => ({ aeTitle: 'ISOCENTER', host: '127.0.0.1', port });
  const plain = () => node.running.plain?.port ?? 0;
  const call = (callingAe = 'TEST', port = plain()) => echo(peer(port), { callingAe });

  beforeEach(async () => {
    folder = await scratch();
    settings = await openSettings(join(folder.dir, 'settings.json'));
    const log = createLog();
    security = await openSecurityLog(join(folder.dir, 'security.log'), log);
    const overrides = { port: 0 };
    node = await startDicomNode(effectiveSettings(settings.current, overrides), {
      folder: folder.dir,
      served: { handlers: [verificationHandler] },
      log,
      security,
      fallBack: false,
      needsTls: false,
    });
    desk = securityDesk(folder.dir, settings, node, {}, security);
    const { node: own } = await desk.state();
    await desk.save({ ...own, listening: { ...own.listening, port: await freePort() } });
  });
  afterEach(async () => {
    await node.close();
    await folder[Symbol.asyncDispose]();
  });

  it('applies title and allow-list from the next association on, at the same port', async () => {
    const port = plain();
    const { node: own } = await desk.state();
    await desk.save({
      ...own,
      access: { ...own.access, enabled: true, peers: [{ aeTitle: 'PACS', address: '127.0.0.0/8' }] },
    });
    await expect(call('TEST')).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
    expect((await call('PACS')).status).toBe(0);
    await desk.save({ ...own, access: { ...own.access, enabled: true, peers: [{ address: '10.0.0.0/8' }] } });
    await expect(call('PACS')).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
    await desk.save({ ...own, aeTitle: 'PLAN', access: { enabled: false, checkCalledAe: true, peers: [] } });
    await expect(call('PACS')).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
    expect((await echo({ ...peer(port), aeTitle: 'PLAN' }, { callingAe: 'TEST' })).status).toBe(0);
    expect(node.caller().callingAe).toBe('PLAN');
    expect((await openSettings(settings.file)).current.aeTitle).toBe('PLAN');
  });

  it('moves to another port or address and loses no running association', async () => {
    const before = plain();
    const running = await connectTo(peer(before), { callingAe: 'RUNNING' }, { contexts: [VERIFICATION] });
    const { node: own } = await desk.state();
    const after = await freePort();
    await desk.save({ ...own, listening: { ...own.listening, port: after } });
    await expect(call('TEST', before)).rejects.toMatchObject({ code: 'NETWORK' });
    expect((await call('TEST', after)).status).toBe(0);
    await desk.save({ ...own, listening: { ...own.listening, bind: '0.0.0.0', port: after } });
    expect((await call('TEST', after)).status).toBe(0);
    const [context] = running.contexts;
    expect(
      (await running.invoke(context, { commandField: 0x30, affectedSopClassUid: VERIFICATION.abstractSyntax })).status,
    ).toBe(0);
    await running.release();
  });

  it('stays as it was when the new port is taken, and says at which field', async () => {
    const { listening } = (await desk.state()).node;
    const taken = await startDicomNode(effectiveSettings(settings.current, { port: 0 }), {
      folder: folder.dir,
      served: { handlers: [] },
      log: createLog(),
      security,
      fallBack: false,
      needsTls: false,
    });
    const { node: own } = await desk.state();
    const port = taken.running.plain?.port ?? 0;
    await expect(desk.save({ ...own, aeTitle: 'NEW', listening: { ...own.listening, port } })).rejects.toMatchObject({
      code: 'NETWORK',
      attribute: 'listening.port',
    });
    await taken.close();
    expect((await desk.state()).node.listening).toEqual(listening);
    expect(node.caller().callingAe).toBe('ISOCENTER');
    expect((await call()).status).toBe(0);
    expect((await openSettings(settings.file)).current.listening).toEqual(listening);
  });

  it('asks for users, whose passcodes are nowhere', async () => {
    const { node: own } = await desk.state();
    await desk.saveUser('planner', 'correct horse');
    await desk.save({ ...own, userMode: 'required' });
    const as = (name: string, passcode?: string) =>
      echo({ ...peer(plain()), userIdentity: { type: 'username', name, passcode } }, { callingAe: 'TEST' });
    expect(await as('planner', 'correct horse')).toMatchObject({ status: 0, userAccepted: true });
    for (const attempt of [
      () => as('planner', 'wrong'),
      () => as('planner'),
      () => as('nobody', 'correct horse'),
      call,
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
    await desk.save({ ...own, userMode: 'optional' });
    expect((await call()).status).toBe(0);
    await expect(as('planner', 'wrong')).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
    await security.close();
    const text = (await readFile(settings.file, 'utf8')) + (await readFile(join(folder.dir, 'security.log'), 'utf8'));
    expect(text).not.toMatch(/correct horse|wrong"/);
    expect((await desk.removeUser('planner')).users).toEqual([]);
    await expect(as('planner', 'correct horse')).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
  });

  it('writes who came, who was refused and why, and what was asked for', async () => {
    const { node: own } = await desk.state();
    await call('FIRST');
    await desk.save({ ...own, access: { ...own.access, enabled: true, peers: [{ aeTitle: 'PACS' }] } });
    await call('SECOND').catch(() => undefined);
    await expect.poll(async () => (await desk.events()).map(({ event }) => event)).toContain('ended');
    const events = await desk.events();
    expect(events.find(({ event }) => event === 'association')).toMatchObject({
      callingAe: 'FIRST',
      address: '127.0.0.1',
    });
    expect(events.find(({ event }) => event === 'ended')).toMatchObject({
      callingAe: 'FIRST',
      requests: { 'C-ECHO': 1 },
      text: 'released',
    });
    expect(events.find(({ event }) => event === 'refused')).toMatchObject({
      callingAe: 'SECOND',
      text: expect.stringMatching(/AE title/) as string,
    });
    await security.close();
    const lines = (await readFile(join(folder.dir, 'security.log'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events.toReversed());
  });

  it.skipIf(peerMissing('openssl'))(
    'makes a certificate, serves TLS with it, and trusts whom it is told to',
    async () => {
      const { node: own } = await desk.state();
      const tls = { ...own.tls, enabled: true, port: 0 };
      await expect(desk.save({ ...own, tls })).rejects.toMatchObject({
        code: 'INVALID_ATTRIBUTE',
        attribute: 'tls.certificate',
      });
      const made = await desk.makeIdentity(['127.0.0.1', 'localhost'], 30);
      expect(made.identity).toMatchObject({ subject: 'O=isocenter, CN=ISOCENTER', key: 'EC prime256v1' });
      await expect(desk.save({ ...own, tls })).rejects.toMatchObject({ attribute: 'tls.ca' });
      const certificate = await desk.identityPem();
      const trusting = await desk.trust(certificate);
      expect(trusting.trusted).toHaveLength(1);
      const state = await desk.save({ ...own, tls });
      const secured = { ...peer(state.running.tls?.port ?? 0), tls: true };
      const answer = await echo(secured, node.caller());
      expect(answer.tls).toMatchObject({ fingerprint: made.identity?.fingerprint });
      // In TLS 1.3 the requestor learns of it only after its own end of the handshake.
      // With TLS 1.3 the requestor learns of it only after its own end of the handshake.
      await expect(echo(secured, { callingAe: 'TEST', tls: { ca: certificate } })).rejects.toMatchObject({
        code: expect.stringMatching(/NETWORK|ASSOCIATION_ABORTED/) as string,
      });
      const other = await desk.makeIdentity(['127.0.0.1'], 30);
      await expect(echo(secured, node.caller())).rejects.toMatchObject({ code: 'NETWORK' });
      await desk.trust(await desk.identityPem());
      const again = { ...secured, port: (await desk.state()).running.tls?.port ?? 0 };
      expect((await echo(again, node.caller())).tls?.fingerprint).toBe(other.identity?.fingerprint);
      expect((await desk.distrust(made.identity?.fingerprint ?? '')).trusted).toHaveLength(1);
      const last = other.identity?.fingerprint ?? '';
      // Nobody would be left to speak with: refused, and all stays as it was, on the disk too.
      await expect(desk.distrust(last)).rejects.toMatchObject({ attribute: 'tls.ca' });
      expect((await echo(again, node.caller())).status).toBe(0);
      const { tls: kept } = (await openSettings(settings.file)).current;
      for (const file of [kept.key, kept.certificate, kept.ca])
        expect((await stat(join(folder.dir, file ?? ''))).mode & 0o777).toBe(0o600);
      expect(await readdir(join(folder.dir, 'security'))).toHaveLength(3);
      await expect(desk.importIdentity('nonsense', certificate)).rejects.toMatchObject({ attribute: 'key' });
    },
  );

  it('follows what is written into the settings meanwhile', async () => {
    const { node: own } = await desk.state();
    const other = JSON.parse(await readFile(settings.file, 'utf8')) as { nodes: unknown[] };
    other.nodes = [{ id: 'n', name: 'n', aeTitle: 'N', host: 'n', port: 104 }];
    await writeFile(settings.file, JSON.stringify(other));
    await desk.save({ ...own, aeTitle: 'NEW' });
    expect((await openSettings(settings.file)).current).toMatchObject({ aeTitle: 'NEW', nodes: other.nodes });
  });
});
