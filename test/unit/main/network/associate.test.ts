import { afterEach, describe, expect, test } from 'vitest';
import type { AssociateOptions } from '#main/network/associate.ts';
import { associate } from '#main/network/associate.ts';
import { COMMAND, decodeCommandSet } from '#main/network/commandSet.ts';
import type { Pdu } from '#main/network/pdu/types.ts';
import { fourGibibytePdu } from '#test/encoded/pdus.ts';
import type { ScriptedPeer } from './scriptedPeer.ts';
import { acceptanceOfAll, CT, EXPLICIT, IMPLICIT, scriptedServer, VERIFICATION } from './scriptedPeer.ts';

const servers: { close(): void }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(play: (peer: ScriptedPeer) => Promise<void> | void): Promise<AssociateOptions> {
  const server = await scriptedServer(play);
  servers.push(server);
  return {
    host: '127.0.0.1',
    port: server.port,
    calledAe: 'PEER',
    callingAe: 'ISOCENTER',
    contexts: [
      { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] },
      { abstractSyntax: CT, transferSyntaxes: [EXPLICIT, IMPLICIT] },
    ],
  };
}

const ECHO = { commandField: COMMAND['C-ECHO'], affectedSopClassUid: VERIFICATION };

describe('associate', () => {
  test('proposes odd context IDs and takes what the peer accepts', async () => {
    let request: Pdu | 'closed' = 'closed';
    const options = await serve(async (peer) => {
      request = await peer.next();
      const accept = acceptanceOfAll(request);
      if (accept.type !== 'A-ASSOCIATE-AC') return;
      peer.send({ ...accept, contexts: [accept.contexts[0], { id: 3, result: 3, transferSyntax: IMPLICIT }] });
      expect(await peer.next()).toMatchObject({ type: 'A-ABORT', source: 0 });
      peer.close();
    });
    const association = await associate(options);
    expect(request).toMatchObject({
      calledAe: 'PEER',
      callingAe: 'ISOCENTER',
      contexts: [{ id: 1 }, { id: 3, transferSyntaxes: [EXPLICIT, IMPLICIT] }],
      user: { maxPduLength: 131072 },
    });
    expect(association.contexts).toEqual([
      { id: 1, abstractSyntax: VERIFICATION, transferSyntax: IMPLICIT, role: 'scu' },
    ]);
    expect(association.contextFor(CT)).toBeUndefined();
    association.abort();
    await association.closed;
  });

  test('a rejection in words', async () => {
    const options = await serve((peer) => peer.send({ type: 'A-ASSOCIATE-RJ', result: 2, source: 3, reason: 2 }));
    await expect(associate(options)).rejects.toMatchObject({
      code: 'ASSOCIATION_REJECTED',
      message: 'rejected for now by the service provider (presentation): local limit exceeded',
    });
  });

  test('an abort instead of an answer', async () => {
    const options = await serve((peer) => peer.send({ type: 'A-ABORT', source: 2, reason: 1 }));
    await expect(associate(options)).rejects.toMatchObject({
      code: 'ASSOCIATION_ABORTED',
      message: "aborted by the peer's service provider: unrecognized PDU",
    });
  });

  test.each<[string, (peer: ScriptedPeer) => Promise<void> | void]>([
    ['a closed connection', (peer) => peer.close()],
    ['no DICOM at all', (peer) => peer.send(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'))],
    ['a 4 GiB PDU', (peer) => peer.send(fourGibibytePdu)],
    [
      'a transfer syntax that was not proposed',
      async (peer) => {
        const accept = acceptanceOfAll(await peer.next());
        if (accept.type !== 'A-ASSOCIATE-AC') return;
        peer.send({ ...accept, contexts: [{ id: 1, result: 0, transferSyntax: '1.2.840.10008.1.2.2' }] });
      },
    ],
    [
      'a context that was not proposed',
      async (peer) => {
        const accept = acceptanceOfAll(await peer.next());
        if (accept.type !== 'A-ASSOCIATE-AC') return;
        peer.send({ ...accept, contexts: [{ id: 99, result: 0, transferSyntax: IMPLICIT }] });
      },
    ],
  ])('%s ends in a named error', async (_what, play) => {
    await expect(associate(await serve(play))).rejects.toMatchObject({ code: 'ASSOCIATION_ABORTED' });
  });

  test('nobody listens', async () => {
    const options = await serve(() => undefined);
    servers.pop()?.close();
    await expect(associate(options)).rejects.toMatchObject({
      code: 'NETWORK',
      object: `PEER at 127.0.0.1:${options.port}`,
    });
  });

  test('no answer in time', async () => {
    const options = await serve(() => undefined);
    await expect(associate({ ...options, timeouts: { associate: 30 } })).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('no answer to the association request') as string,
    });
  });

  test('cancelled while waiting, and before', async () => {
    const options = await serve(() => undefined);
    await expect(associate({ ...options, signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    await expect(associate({ ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('more contexts than there are odd bytes', async () => {
    const options = await serve(() => undefined);
    const contexts = Array.from({ length: 129 }, () => options.contexts[0]);
    await expect(associate({ ...options, contexts })).rejects.toMatchObject({ code: 'NETWORK' });
  });
});

describe('an association that stands', () => {
  test('asks, is answered, releases', async () => {
    const heard: string[] = [];
    const options = await serve(async (peer) => {
      peer.send(acceptanceOfAll(await peer.next()));
      const request = await peer.next();
      if (request === 'closed' || request.type !== 'P-DATA-TF') return;
      const command = decodeCommandSet(Buffer.from(request.values[0].data));
      heard.push(`echo ${command.messageId}`);
      peer.sendMessage(1, { commandField: 0x8030, messageIdBeingRespondedTo: command.messageId, status: 0 });
      const release = await peer.next();
      heard.push(release === 'closed' ? release : release.type);
      peer.send({ type: 'A-RELEASE-RP' });
    });
    const association = await associate(options);
    expect(await association.invoke(association.contexts[0], ECHO)).toMatchObject({ status: 0 });
    await association.release();
    expect(association.lost).toBeUndefined();
    expect(association.isOpen).toBe(false);
    expect(heard).toEqual(['echo 1', 'A-RELEASE-RQ']);
  });

  test('release collision: both ask, both agree (Sta9, Sta11)', async () => {
    const heard: string[] = [];
    const options = await serve(async (peer) => {
      peer.send(acceptanceOfAll(await peer.next()));
      for (let turn = 0; turn < 2; turn++) {
        const pdu = await peer.next();
        heard.push(pdu === 'closed' ? pdu : pdu.type);
        peer.send({ type: turn === 0 ? 'A-RELEASE-RQ' : 'A-RELEASE-RP' });
      }
    });
    const association = await associate(options);
    await association.release();
    expect(heard).toEqual(['A-RELEASE-RQ', 'A-RELEASE-RP']);
  });

  test.each<[string, (peer: ScriptedPeer) => void, string]>([
    ['aborts', (peer) => peer.send({ type: 'A-ABORT', source: 0, reason: 0 }), "aborted by the peer's service user"],
    ['goes away', (peer) => peer.close(), 'the peer closed the connection without release'],
    ['releases', (peer) => peer.send({ type: 'A-RELEASE-RQ' }), 'the peer has released the association'],
  ])('a peer that %s instead of answering', async (_what, act, text) => {
    const options = await serve(async (peer) => {
      peer.send(acceptanceOfAll(await peer.next()));
      await peer.next();
      act(peer);
      await peer.next();
      peer.close();
    });
    const association = await associate(options);
    const answer = association.invoke(association.contexts[0], ECHO);
    await expect(answer).rejects.toMatchObject({ code: 'ASSOCIATION_ABORTED', message: text });
    await expect(association.invoke(association.contexts[0], ECHO)).rejects.toMatchObject({
      code: 'ASSOCIATION_ABORTED',
    });
    expect(association.isOpen).toBe(false);
  });

  test('a peer that says nothing more is given up', async () => {
    const options = await serve(async (peer) => peer.send(acceptanceOfAll(await peer.next())));
    const association = await associate({ ...options, timeouts: { idle: 40 } });
    await expect(association.invoke(association.contexts[0], ECHO)).rejects.toThrow('no message for');
  });

  test('a peer that does not read holds the sender back instead of filling memory', async () => {
    const server = await scriptedServer(async (peer) => {
      peer.send(acceptanceOfAll(await peer.next(), 0));
      peer.hold();
    });
    servers.push(server);
    const association = await associate({ ...(await serve(() => undefined)), port: server.port });
    let produced = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      const chunk = Buffer.alloc(64 * 1024);
      for (;;) {
        produced += chunk.length;
        yield chunk;
      }
    }
    const sending = association.invoke(association.contexts[1], { commandField: COMMAND['C-STORE'] }, endless());
    let before = -1;
    while (produced !== before) {
      before = produced;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    // What fits into the kernel's socket buffers, and little more.
    expect(produced).toBeLessThan(64 * 1024 * 1024);
    association.abort();
    // At once, although the abort itself waits behind what the peer does not read.
    await expect(sending).rejects.toMatchObject({ code: 'ASSOCIATION_ABORTED' });
  });
});
