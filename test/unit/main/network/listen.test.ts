import { afterEach, describe, expect, test } from 'vitest';
import { COMMAND, decodeCommandSet, encodeCommandSet } from '#main/network/commandSet.ts';
import type { CommandSet } from '#main/network/commandSet.ts';
import type { Listener } from '#main/network/listen.ts';
import type { ListenOptions } from '#main/network/listenOptions.ts';
import { listen } from '#main/network/listen.ts';
import type { AbortPdu, AssociateRequestPdu, Pdu } from '#main/network/pdu/types.ts';
import type { StoreSink } from '#main/services/storeScp.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { bytes } from '#test/encoded/bytes.ts';
import { associateAccept, fourGibibytePdu } from '#test/encoded/pdus.ts';
import { CT, EXPLICIT, IMPLICIT, REQUEST, ScriptedPeer, VERIFICATION } from './scriptedPeer.ts';

const listeners: Listener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

const NO_SINK = (): StoreSink => {
  throw new Error('nothing should be stored');
};

async function start(options: Partial<ListenOptions> = {}): Promise<{ port: number; log: string[] }> {
  const log: string[] = [];
  const listener = await listen({
    port: 0,
    host: '127.0.0.1',
    aeTitle: 'ISOCENTER',
    handlers: storeHandlers(NO_SINK),
    log: (level, text) => log.push(`${level}: ${text}`),
    ...options,
  });
  listeners.push(listener);
  return { port: listener.port, log };
}

const ECHO: CommandSet = { commandField: COMMAND['C-ECHO'], affectedSopClassUid: VERIFICATION, messageId: 9 };

async function nextCommand(peer: ScriptedPeer): Promise<CommandSet> {
  const pdu = await peer.next();
  if (pdu === 'closed' || pdu.type !== 'P-DATA-TF') throw new Error(JSON.stringify(pdu));
  return decodeCommandSet(Buffer.from(pdu.values[0].data));
}

async function rejectionOf(request: AssociateRequestPdu, options: Partial<ListenOptions>): Promise<unknown> {
  const { port } = await start(options);
  const peer = await ScriptedPeer.connect(port);
  peer.send(request);
  const answer = await peer.next();
  peer.close();
  return answer;
}

describe('negotiation', () => {
  test('accepts what it serves, context by context', async () => {
    const { port } = await start();
    const peer = await ScriptedPeer.connect(port);
    peer.send({
      ...REQUEST,
      contexts: [
        { id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] },
        { id: 3, abstractSyntax: CT, transferSyntaxes: [IMPLICIT, EXPLICIT] },
        { id: 5, abstractSyntax: CT, transferSyntaxes: ['1.2.840.10008.1.2.4.90', EXPLICIT] },
        { id: 7, abstractSyntax: '1.2.840.10008.5.1.4.1.2.2.1', transferSyntaxes: [IMPLICIT] },
        { id: 9, abstractSyntax: CT, transferSyntaxes: ['1.2.840.10008.9.9'] },
        { id: 11, abstractSyntax: '1.3.12.2.1107.5.9.1', transferSyntaxes: [EXPLICIT] },
      ],
      user: { ...REQUEST.user, roles: [{ sopClassUid: CT, scu: true, scp: true }] },
    });
    expect(await peer.next()).toMatchObject({
      type: 'A-ASSOCIATE-AC',
      contexts: [
        { id: 1, result: 0, transferSyntax: IMPLICIT },
        { id: 3, result: 0, transferSyntax: EXPLICIT },
        { id: 5, result: 0, transferSyntax: '1.2.840.10008.1.2.4.90' },
        { id: 7, result: 3 },
        { id: 9, result: 4 },
        { id: 11, result: 0, transferSyntax: EXPLICIT },
      ],
      user: { maxPduLength: 131072, roles: [{ sopClassUid: CT, scu: true, scp: false }] },
    });
    peer.close();
  });

  test.each<[string, Partial<AssociateRequestPdu>, Partial<ListenOptions>, object]>([
    ['another application context', { applicationContext: '1.2.3' }, {}, { result: 1, source: 1, reason: 2 }],
    ['another protocol version', { protocolVersion: 2 }, {}, { result: 1, source: 2, reason: 2 }],
    ['a wrong called AE title', { calledAe: 'X' }, { access: { checkCalledAe: true } }, { source: 1, reason: 7 }],
    ['an unknown calling AE title', {}, { access: { callingAes: ['PACS'] } }, { source: 1, reason: 3 }],
    ['an address that is not listed', {}, { access: { addresses: ['192.0.2.1'] } }, { source: 1, reason: 3 }],
  ])('rejects %s', async (_what, change, options, expected) => {
    expect(await rejectionOf({ ...REQUEST, ...change }, options)).toMatchObject({
      type: 'A-ASSOCIATE-RJ',
      ...expected,
    });
  });

  test('what access names is let in', async () => {
    const access = { checkCalledAe: true, callingAes: ['SCRIPT'], addresses: ['127.0.0.1'] };
    const { port } = await start({ access });
    (await ScriptedPeer.associated(port)).close();
  });

  test.each([
    ['in all', { associations: 2 }],
    ['per peer', { associationsPerPeer: 2 }],
  ])('rejects as transient beyond the limit %s, and accepts again when one has gone', async (_what, limits) => {
    const { port } = await start({ limits });
    const first = await ScriptedPeer.associated(port);
    const second = await ScriptedPeer.associated(port);
    const third = await ScriptedPeer.connect(port);
    third.send(REQUEST);
    expect(await third.next()).toMatchObject({ type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 2 });
    first.send({ type: 'A-RELEASE-RQ' });
    expect(await first.next()).toEqual({ type: 'A-RELEASE-RP' });
    first.close();
    let fourth: ScriptedPeer | undefined;
    while (fourth === undefined) fourth = await ScriptedPeer.associated(port).catch(() => undefined);
    for (const peer of [second, third, fourth]) peer.close();
  });

  test('a port in use is a named error', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({ code: 'NETWORK' });
  });
});

describe('messages', () => {
  test('answers C-ECHO, then releases', async () => {
    const { port } = await start();
    const peer = await ScriptedPeer.associated(port);
    peer.sendMessage(1, ECHO);
    expect(await nextCommand(peer)).toMatchObject({
      commandField: 0x8030,
      messageIdBeingRespondedTo: 9,
      affectedSopClassUid: VERIFICATION,
      status: 0,
    });
    peer.send({ type: 'A-RELEASE-RQ' });
    expect(await peer.next()).toEqual({ type: 'A-RELEASE-RP' });
    peer.close();
  });

  test('answers everything asked before a release', async () => {
    const { port } = await start();
    const peer = await ScriptedPeer.associated(port);
    for (let messageId = 1; messageId <= 5; messageId++) peer.sendMessage(1, { ...ECHO, messageId });
    peer.send({ type: 'A-RELEASE-RQ' });
    for (let messageId = 1; messageId <= 5; messageId++) {
      expect(await nextCommand(peer)).toMatchObject({ messageIdBeingRespondedTo: messageId });
    }
    expect(await peer.next()).toEqual({ type: 'A-RELEASE-RP' });
    peer.close();
  });

  test('an operation the service does not have gets 0211H, and the association lives on', async () => {
    const { port } = await start();
    const peer = await ScriptedPeer.associated(port);
    peer.sendMessage(1, { ...ECHO, commandField: COMMAND['C-FIND'] }, Buffer.from('abcdefgh'));
    expect(await nextCommand(peer)).toMatchObject({ commandField: 0x8020, status: 0x0211 });
    peer.sendMessage(1, ECHO);
    expect(await nextCommand(peer)).toMatchObject({ status: 0 });
    peer.close();
  });
});

const value = (contextId: number, command: boolean, data: Buffer): Pdu => ({
  type: 'P-DATA-TF',
  values: [{ contextId, command, last: true, data }],
});

describe('protocol errors are answered with A-ABORT and a reason', () => {
  test.each<[string, Pdu | Buffer, Partial<AbortPdu>]>([
    ['a 4 GiB PDU', fourGibibytePdu, { source: 2, reason: 6 }],
    ['an unknown PDU type', bytes('99 00 00000004 00000000'), { source: 2, reason: 1 }],
    ['a second association request', REQUEST, { source: 2, reason: 2 }],
    ['an association acceptance', associateAccept, { source: 2, reason: 2 }],
    ['a release reply nobody asked for', { type: 'A-RELEASE-RP' }, { source: 2, reason: 2 }],
    ['a message on a context that was not accepted', value(77, true, encodeCommandSet(ECHO)), { source: 2, reason: 6 }],
    ['data without a command', value(1, false, Buffer.from('ab')), { source: 2, reason: 5 }],
    ['a malformed command set', value(1, true, Buffer.from('abcdefgh')), { source: 2, reason: 6 }],
    [
      'a response to no request',
      value(1, true, encodeCommandSet({ commandField: 0x8030, messageIdBeingRespondedTo: 5 })),
      { source: 2, reason: 5 },
    ],
  ])('%s', async (_what, sent, expected) => {
    const { port, log } = await start();
    const peer = await ScriptedPeer.associated(port);
    peer.send(sent);
    expect(await peer.next()).toMatchObject({ type: 'A-ABORT', ...expected });
    expect(log.some((line) => line.startsWith('warning: SCRIPT → ISOCENTER: '))).toBe(true);
    peer.close();
  });

  test.each<[string, Pdu | Buffer]>([
    ['data before the association', value(1, true, encodeCommandSet(ECHO))],
    ['plain text', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['a peer that takes 10 bytes a PDU', { ...REQUEST, user: { ...REQUEST.user, maxPduLength: 10 } }],
  ])('%s', async (_what, sent) => {
    const { port } = await start();
    const peer = await ScriptedPeer.connect(port);
    peer.send(sent);
    expect(await peer.next()).toMatchObject({ type: 'A-ABORT' });
    peer.close();
  });
});

describe('timers', () => {
  test('ARTIM closes a connection that asks for nothing', async () => {
    const { port } = await start({ limits: { artimMs: 30 } });
    const peer = await ScriptedPeer.connect(port);
    expect(await peer.next()).toBe('closed');
  });

  test('ARTIM closes a connection whose peer does not close after an abort', async () => {
    const { port } = await start({ limits: { artimMs: 30 } });
    const peer = await ScriptedPeer.associated(port);
    peer.send(fourGibibytePdu);
    expect(await peer.next()).toMatchObject({ type: 'A-ABORT' });
    expect(await peer.next()).toBe('closed');
  });

  test('a silent association is aborted', async () => {
    const { port, log } = await start({ limits: { idleMs: 50 } });
    const peer = await ScriptedPeer.associated(port);
    expect(await peer.next()).toMatchObject({ type: 'A-ABORT', source: 0 });
    expect(log.at(-1)).toContain('no message for');
    peer.close();
  });

  test('closing the listener aborts what is open', async () => {
    const { port } = await start();
    const peer = await ScriptedPeer.associated(port);
    await listeners.pop()?.close();
    expect(await peer.next()).toMatchObject({ type: 'A-ABORT' });
    expect(await peer.next()).toBe('closed');
    await expect(ScriptedPeer.connect(port)).rejects.toThrow();
  });
});
