import { afterEach, describe, expect, test } from 'vitest';
import type { AssociateOptions, ContextProposal } from '#main/network/associate.ts';
import { associate } from '#main/network/associate.ts';
import type { Association } from '#main/network/association.ts';
import type { AssociationEvent } from '#main/network/associationEvents.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import type { Listener } from '#main/network/listen.ts';
import { listen } from '#main/network/listen.ts';
import type { ListenOptions } from '#main/network/listenOptions.ts';
import type { UserIdentity } from '#main/network/negotiation/userIdentity.ts';
import type { IncomingRequest, ServiceHandler } from '#main/network/service.ts';
import {
  acceptanceOfAll,
  CT,
  EXPLICIT,
  IMPLICIT,
  ScriptedPeer,
  scriptedServer,
  VERIFICATION,
} from '../scriptedPeer.ts';

const COMMITMENT = '1.2.840.10008.1.20.1';
const ECHO = { commandField: COMMAND['C-ECHO'], affectedSopClassUid: VERIFICATION };
const REPORT = { commandField: COMMAND['N-EVENT-REPORT'], affectedSopClassUid: COMMITMENT, eventTypeId: 1 };

const open: { abort?: () => void; close?: () => unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) {
    each.abort?.();
    await each.close?.();
  }
});

function handler(sopClass: string, handle: (request: IncomingRequest) => Promise<void>, more = {}): ServiceHandler {
  return {
    name: 'Test',
    commands: [COMMAND['C-ECHO'], COMMAND['C-STORE'], COMMAND['N-EVENT-REPORT'], COMMAND['N-ACTION']],
    transferSyntaxes: [EXPLICIT, IMPLICIT],
    accepts: (uid) => uid === sopClass,
    handle,
    ...more,
  };
}

const succeed = (request: IncomingRequest) => request.respond({ status: 0 });

async function serve(options: Partial<ListenOptions> = {}): Promise<Listener> {
  const handlers = [handler(VERIFICATION, succeed)];
  const listener = await listen({ port: 0, host: '127.0.0.1', aeTitle: 'ISOCENTER', handlers, ...options });
  open.push(listener);
  return listener;
}

const proposal = (abstractSyntax: string, more: Partial<ContextProposal> = {}): ContextProposal => ({
  abstractSyntax,
  transferSyntaxes: [IMPLICIT],
  ...more,
});

async function call(port: number, options: Partial<AssociateOptions> = {}): Promise<Association> {
  const contexts = [proposal(VERIFICATION)];
  const association = await associate({
    host: '127.0.0.1',
    port,
    calledAe: 'ISOCENTER',
    callingAe: 'CALLER',
    contexts,
    ...options,
  });
  open.push(association);
  return association;
}

const contextOf = (association: Association, uid: string) => {
  const context = association.contextFor(uid);
  if (context === undefined) throw new Error(`${uid} is not accepted`);
  return context;
};

describe('roles (PS3.7 D.3.3.4)', () => {
  test('by default who asks is SCU, and may not be asked', async () => {
    let roleThere = '';
    const handlers = [
      handler(VERIFICATION, async (request) => {
        roleThere = request.context.role;
        await expect(request.association.invoke(request.context, ECHO)).rejects.toMatchObject({ code: 'NETWORK' });
        await request.respond({ status: 0 });
      }),
    ];
    const association = await call((await serve({ handlers })).port);
    expect(await association.invoke(contextOf(association, VERIFICATION), ECHO)).toMatchObject({ status: 0 });
    expect(contextOf(association, VERIFICATION).role).toBe('scu');
    expect(roleThere).toBe('scp');
  });

  test('an acceptor that may be SCU asks back on the same association', async () => {
    const stored: string[] = [];
    const handlers = [
      handler(VERIFICATION, async (request) => {
        const context = request.association.contextFor(CT);
        if (context === undefined) throw new Error('no CT');
        const store = { commandField: COMMAND['C-STORE'], affectedSopClassUid: CT };
        const response = await request.association.invoke(context, store, [Buffer.from('abcd')]);
        await request.respond({ status: response.status ?? -1 });
      }),
    ];
    const { port } = await serve({ handlers, scuOf: (uid) => uid === CT });
    const association = await call(port, {
      contexts: [proposal(VERIFICATION), proposal(CT, { role: 'scp' })],
      handlers: [
        handler(CT, async (request) => {
          for await (const chunk of request.dataSet ?? []) stored.push(Buffer.from(chunk).toString());
          await request.respond({ status: 0xb000 });
        }),
      ],
    });
    expect(contextOf(association, CT).role).toBe('scp');
    expect(await association.invoke(contextOf(association, VERIFICATION), ECHO)).toMatchObject({ status: 0xb000 });
    expect(stored).toEqual(['abcd']);
    const store = { commandField: COMMAND['C-STORE'], affectedSopClassUid: CT };
    await expect(association.invoke(contextOf(association, CT), store)).rejects.toThrow('needs the SCU role');
  });

  test.each<[string, Partial<ListenOptions>, ContextProposal['role'], string | undefined]>([
    ['both where the acceptor is both', { scuOf: () => true }, 'both', 'both'],
    ['only SCU where the acceptor never asks', {}, 'both', 'scu'],
    ['no role at all is no context', {}, 'scp', undefined],
  ])('%s', async (_what, options, role, expected) => {
    const association = await call((await serve(options)).port, { contexts: [proposal(VERIFICATION, { role })] });
    expect(association.contextFor(VERIFICATION)?.role).toBe(expected);
  });

  test('notifications go from SCP to SCU, on this association and on one that the SCP opens', async () => {
    const reports: unknown[] = [];
    const take = handler(COMMITMENT, async (request) => {
      reports.push(request.command.eventTypeId);
      await request.respond({ status: 0 });
    });
    const give = handler(COMMITMENT, async (request) => {
      await request.respond({ status: 0 });
      await request.association.invoke(request.context, REPORT);
    });
    const scp = await serve({ handlers: [give] });
    const contexts = [proposal(COMMITMENT)];
    const asked = await call(scp.port, { contexts, handlers: [take] });
    await asked.invoke(contextOf(asked, COMMITMENT), { ...REPORT, commandField: COMMAND['N-ACTION'] });
    while (reports.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));

    const scu = await serve({ handlers: [take], scuOf: (uid) => uid === COMMITMENT });
    const called = await call(scu.port, { contexts: [proposal(COMMITMENT, { role: 'scp' })] });
    expect(await called.invoke(contextOf(called, COMMITMENT), REPORT)).toMatchObject({ status: 0 });
    expect(reports).toEqual([1, 1]);
  });

  test('a request to who is only SCU gets 0211H', async () => {
    const statuses: unknown[] = [];
    const server = await scriptedServer(async (peer) => {
      peer.send(acceptanceOfAll(await peer.next()));
      peer.sendMessage(1, { ...ECHO, messageId: 7 });
      const answer = await peer.next();
      statuses.push(answer === 'closed' ? answer : answer.type);
      peer.close();
    });
    open.push(server);
    const served: unknown[] = [];
    const take = handler(VERIFICATION, async (request) => void served.push(request));
    const association = await call(server.port, { handlers: [take] });
    await association.closed;
    expect(statuses).toEqual(['P-DATA-TF']);
    expect(served).toEqual([]);
  });
});

describe('asynchronous operations window (PS3.7 D.3.3.3)', () => {
  /** Holds every request until it is let go, and counts. */
  function gate(concurrent: boolean) {
    const waiting: (() => void)[] = [];
    let most = 0;
    const order: unknown[] = [];
    const held = handler(
      VERIFICATION,
      async (request) => {
        order.push(request.command.messageId);
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          most = Math.max(most, waiting.length);
        });
        await request.respond({ status: 0 });
      },
      { concurrent },
    );
    return { held, waiting, order, most: () => most };
  }

  test.each<[string, number | undefined, number, boolean, number]>([
    ['what both want, for handlers that allow it', 5, 3, true, 3],
    ['no limit on one side', 0, 2, true, 2],
    ['one, when it is not asked for', undefined, 3, true, 1],
    ['one at a time, for handlers that keep the order', 5, 3, false, 1],
  ])('%s', async (_what, asked, allowed, concurrent, expected) => {
    const { held, waiting, order, most } = gate(concurrent);
    const { port } = await serve({ handlers: [held], asyncOperations: { invoked: 1, performed: allowed } });
    const association = await call(port, {
      asyncOperations: asked === undefined ? undefined : { invoked: asked, performed: 1 },
    });
    const context = contextOf(association, VERIFICATION);
    let answered = 0;
    for (let index = 0; index < 6; index++) void association.invoke(context, ECHO).then(() => answered++);
    while (answered < 6) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      waiting.shift()?.();
    }
    expect(most()).toBe(expected);
    expect(order).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('who waits for its turn learns that the association is gone', async () => {
    const { held } = gate(false);
    const association = await call((await serve({ handlers: [held] })).port);
    const context = contextOf(association, VERIFICATION);
    const both = [association.invoke(context, ECHO), association.invoke(context, ECHO)];
    association.abort();
    for (const each of both) await expect(each).rejects.toMatchObject({ code: 'ASSOCIATION_ABORTED' });
  });

  test('far more than agreed is refused with 0213H, and a peer that goes on is aborted', async () => {
    const { held } = gate(false);
    const { port } = await serve({ handlers: [held] });
    const peer = await ScriptedPeer.associated(port);
    for (let messageId = 1; messageId <= 18; messageId++) peer.sendMessage(1, { ...ECHO, messageId });
    const refusal = await peer.next();
    if (refusal === 'closed' || refusal.type !== 'P-DATA-TF') throw new Error('no answer');
    const status = Buffer.from(refusal.values[0].data).subarray(-2).readUInt16LE(0);
    expect(status).toBe(0x0213);
    for (let messageId = 100; messageId < 200; messageId++) peer.sendMessage(1, { ...ECHO, messageId });
    let last = await peer.next();
    while (last !== 'closed' && last.type === 'P-DATA-TF') last = await peer.next();
    expect(last).toMatchObject({ type: 'A-ABORT', source: 2 });
    peer.close();
  });

  test('a message ID in use is a duplicate invocation', async () => {
    const { held } = gate(false);
    const peer = await ScriptedPeer.associated((await serve({ handlers: [held] })).port);
    peer.sendMessage(1, { ...ECHO, messageId: 4 });
    peer.sendMessage(1, { ...ECHO, messageId: 4 });
    const refusal = await peer.next();
    if (refusal === 'closed' || refusal.type !== 'P-DATA-TF') throw new Error('no answer');
    expect(Buffer.from(refusal.values[0].data).subarray(-2).readUInt16LE(0)).toBe(0x0210);
    peer.close();
  });
});

describe('SOP class extended negotiation (PS3.7 D.3.3.5)', () => {
  test('the handler answers, and both sides know the answer', async () => {
    let there: Uint8Array | undefined;
    const handlers = [
      handler(
        VERIFICATION,
        async (request) => {
          there = request.context.extended;
          await request.respond({ status: 0 });
        },
        { extendedReply: (_uid: string, asked: Uint8Array) => asked.map((byte, index) => (index === 0 ? byte : 0)) },
      ),
    ];
    const { port } = await serve({ handlers });
    const association = await call(port, { contexts: [proposal(VERIFICATION, { extended: Buffer.from([1, 1, 1]) })] });
    const context = contextOf(association, VERIFICATION);
    await association.invoke(context, ECHO);
    expect([...(context.extended ?? [])]).toEqual([1, 0, 0]);
    expect([...(there ?? [])]).toEqual([1, 0, 0]);
  });

  test('who has nothing to say answers nothing', async () => {
    const contexts = [proposal(VERIFICATION, { extended: Buffer.from([1]) })];
    const association = await call((await serve()).port, { contexts });
    expect(contextOf(association, VERIFICATION).extended).toBeUndefined();
  });
});

describe('user identity (PS3.7 D.3.3.7)', () => {
  test.each<[UserIdentity, string]>([
    [{ type: 'username', name: 'Jürgen' }, 'Jürgen'],
    [{ type: 'username', name: 'anna', passcode: 'sécret' }, 'anna'],
    [{ type: 'kerberos', ticket: Buffer.from([1, 2, 3]) }, 'by kerberos'],
    [{ type: 'saml', assertion: '<Assertion/>' }, 'by saml'],
    [{ type: 'jwt', token: 'a.b.c' }, 'by jwt'],
  ])('%o arrives as it was told, and its acceptance comes back', async (identity, user) => {
    let heard: UserIdentity | undefined;
    const events: AssociationEvent[] = [];
    const { port } = await serve({
      authenticate: async (told) => {
        heard = told;
        return { accepted: true };
      },
      onEvent: (event) => events.push(event),
    });
    const association = await call(port, { userIdentity: identity, confirmUser: true });
    expect(association.userAccepted).toBe(true);
    expect(heard?.type === 'kerberos' ? { ...heard, ticket: Buffer.from(heard.ticket) } : heard).toEqual(identity);
    expect(events).toMatchObject([{ kind: 'accepted', peer: { user, callingAe: 'CALLER' } }]);
  });

  test('a refusal, or an authenticator that fails or does not answer, rejects for good without saying why', async () => {
    for (const authenticate of [
      async () => ({ accepted: false, reason: 'wrong passcode' }),
      async () => Promise.reject(new Error('directory down')),
      () => new Promise<never>(() => undefined),
    ]) {
      const events: AssociationEvent[] = [];
      const limits = { artimMs: 50 };
      const { port } = await serve({ authenticate, limits, onEvent: (event) => events.push(event) });
      await expect(call(port, { userIdentity: { type: 'username', name: 'x' } })).rejects.toMatchObject({
        code: 'ASSOCIATION_REJECTED',
        message: 'rejected permanently by the service user: no reason given',
      });
      expect(events).toMatchObject([{ kind: 'refused', callingAe: 'CALLER' }]);
    }
  });

  test('a peer that does not look at the identity is told apart', async () => {
    const { port } = await serve();
    const userIdentity = { type: 'username', name: 'x' } as const;
    expect((await call(port, { userIdentity })).userAccepted).toBe(false);
    await expect(call(port, { userIdentity, confirmUser: true })).rejects.toMatchObject({
      code: 'ASSOCIATION_REJECTED',
      message: 'the peer does not confirm the user identity',
    });
  });

  test('who gives no identity is judged too; a token that fits no field is an error here', async () => {
    const { port } = await serve({ authenticate: async (identity) => ({ accepted: identity !== undefined }) });
    await expect(call(port)).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
    const userIdentity = { type: 'jwt', token: 'x'.repeat(70_000) } as const;
    await expect(call(port, { userIdentity })).rejects.toMatchObject({ code: 'NETWORK' });
  });
});

describe('a listener in service', () => {
  test('drain lets what runs go on and takes nothing new', async () => {
    const events: AssociationEvent[] = [];
    const listener = await serve({ onEvent: (event) => events.push(event) });
    const association = await call(listener.port);
    const drained = listener.drain();
    await expect(call(listener.port)).rejects.toMatchObject({ code: 'NETWORK' });
    expect(await association.invoke(contextOf(association, VERIFICATION), ECHO)).toMatchObject({ status: 0 });
    expect(listener.associations).toBe(1);
    await association.release();
    await drained;
    expect(events.at(-1)).toMatchObject({ kind: 'ended', how: 'released', requests: { 'C-ECHO': 1 } });
  });

  test('options are read anew for each association', async () => {
    let callingAes = ['OTHER'];
    const listener = await listen({
      port: 0,
      host: '127.0.0.1',
      aeTitle: 'ISOCENTER',
      handlers: [handler(VERIFICATION, succeed)],
      get access() {
        return { callingAes };
      },
    });
    open.push(listener);
    await expect(call(listener.port)).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
    callingAes = ['CALLER'];
    await call(listener.port);
  });

  test.each<[string, ListenOptions['access'], boolean]>([
    ['a range that holds it', { addresses: ['10.0.0.0/8', '127.0.0.0/8'] }, true],
    ['a range that does not', { addresses: ['127.0.0.128/25'] }, false],
    ['title and address together', { peers: [{ aeTitle: 'CALLER', address: '127.0.0.1' }] }, true],
    ['the title from elsewhere', { peers: [{ aeTitle: 'CALLER', address: '10.0.0.0/8' }, { aeTitle: 'B' }] }, false],
    ['any title from there', { peers: [{ address: '127.0.0.1/32' }] }, true],
    ['nobody', { peers: [] }, false],
    ['a range that is none', { addresses: ['127.0.0.1/99'] }, false],
  ])('access: %s', async (_what, access, isLetIn) => {
    const attempt = call((await serve({ access })).port);
    if (isLetIn) expect((await attempt).isOpen).toBe(true);
    else await expect(attempt).rejects.toMatchObject({ code: 'ASSOCIATION_REJECTED' });
  });

  test('a limit per AE title', async () => {
    const { port } = await serve({ limits: { associationsPerAeTitle: 1 } });
    await call(port);
    await expect(call(port)).rejects.toThrow('local limit exceeded');
    await call(port, { callingAe: 'OTHER' });
  });
});
