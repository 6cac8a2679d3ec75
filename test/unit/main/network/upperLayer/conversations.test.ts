import type { AddressInfo, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Indication } from '#main/network/upperLayer/actions.ts';
import type { Action, Event, State } from '#main/network/upperLayer/fsm.ts';
import { STATES } from '#main/network/upperLayer/fsm.ts';
import { UpperLayer } from '#main/network/upperLayer/upperLayer.ts';
import { bytes } from '#test/encoded/bytes.ts';
import {
  abort,
  associateAccept,
  associateReject,
  echoRequestData,
  echoscuAssociateRequest,
  releaseReply,
  releaseRequest,
} from '#test/encoded/pdus.ts';
import { OCCURRENCES } from '#test/encoded/stateTable.ts';

/** What comes from the peer, or happens to the connection. */
const FROM_OUTSIDE: Partial<Record<Event, Buffer>> = {
  Evt3: associateAccept,
  Evt4: associateReject,
  Evt6: echoscuAssociateRequest,
  Evt10: echoRequestData,
  Evt12: releaseRequest,
  Evt13: releaseReply,
  Evt16: abort,
  Evt19: bytes('99 00 00000004 00000000'),
};
/** What our own user sends with a primitive. */
const SENT: Partial<Record<Event, Buffer>> = {
  Evt2: echoscuAssociateRequest,
  Evt7: associateAccept,
  Evt8: associateReject,
  Evt9: echoRequestData,
};

/** How each state is reached: who opened the association, and the events. Collisions of release are Sta9 to Sta12. */
const WAYS: Record<Exclude<State, 'Sta1'>, readonly [side: 'requestor' | 'acceptor', ...events: Event[]]> = {
  Sta2: ['acceptor', 'Evt5'],
  Sta3: ['acceptor', 'Evt5', 'Evt6'],
  Sta4: ['requestor', 'Evt1'],
  Sta5: ['requestor', 'Evt1', 'Evt2'],
  Sta6: ['acceptor', 'Evt5', 'Evt6', 'Evt7'],
  Sta7: ['requestor', 'Evt1', 'Evt2', 'Evt3', 'Evt11'],
  Sta8: ['requestor', 'Evt1', 'Evt2', 'Evt3', 'Evt12'],
  Sta9: ['requestor', 'Evt1', 'Evt2', 'Evt3', 'Evt11', 'Evt12'],
  Sta10: ['acceptor', 'Evt5', 'Evt6', 'Evt7', 'Evt11', 'Evt12'],
  Sta11: ['requestor', 'Evt1', 'Evt2', 'Evt3', 'Evt11', 'Evt12', 'Evt14'],
  Sta12: ['acceptor', 'Evt5', 'Evt6', 'Evt7', 'Evt11', 'Evt12', 'Evt13'],
  Sta13: ['acceptor', 'Evt5', 'Evt6', 'Evt8'],
};

const abortOf = (source: number, reason: number) => bytes(`07 00 00000004 00 00 0${source} 0${reason}`);
const NOTHING = Buffer.alloc(0);

interface Expected {
  /** On the wire; for AA-1 and AA-8 the reason depends on the event. */
  readonly sent: (event: Event, state: State) => Buffer;
  readonly next: State | ((state: State) => State);
  readonly told?: Indication['kind'];
}

const silent = () => NOTHING;
/** PS3.8 tables 9-6 to 9-9 as one sees them from outside. */
const EFFECTS: Partial<Record<Action, Expected>> = {
  'AE-2': { sent: () => echoscuAssociateRequest, next: 'Sta5' },
  'AE-3': { sent: silent, next: 'Sta6', told: 'associate-accepted' },
  'AE-4': { sent: silent, next: 'Sta1', told: 'associate-rejected' },
  'AE-6': { sent: silent, next: 'Sta3', told: 'associate' },
  'AE-7': { sent: () => associateAccept, next: 'Sta6' },
  'AE-8': { sent: () => associateReject, next: 'Sta13' },
  'DT-1': { sent: () => echoRequestData, next: 'Sta6' },
  'DT-2': { sent: silent, next: 'Sta6', told: 'data' },
  'AR-1': { sent: () => releaseRequest, next: 'Sta7' },
  'AR-2': { sent: silent, next: 'Sta8', told: 'release' },
  'AR-3': { sent: silent, next: 'Sta1', told: 'release-confirmed' },
  'AR-4': { sent: () => releaseReply, next: 'Sta13' },
  'AR-5': { sent: silent, next: 'Sta1' },
  'AR-6': { sent: silent, next: 'Sta7', told: 'data' },
  'AR-7': { sent: () => echoRequestData, next: 'Sta8' },
  'AR-8': { sent: silent, next: 'Sta9', told: 'release' },
  'AR-9': { sent: () => releaseReply, next: 'Sta11' },
  'AR-10': { sent: silent, next: 'Sta12', told: 'release-confirmed' },
  'AA-1': {
    sent: (event) => (event === 'Evt15' ? abortOf(0, 0) : abortOf(2, event === 'Evt19' ? 1 : 2)),
    next: 'Sta13',
  },
  'AA-2': { sent: silent, next: 'Sta1' },
  'AA-3': { sent: silent, next: 'Sta1', told: 'abort' },
  'AA-4': { sent: silent, next: 'Sta1', told: 'provider-abort' },
  'AA-5': { sent: silent, next: 'Sta1' },
  'AA-6': { sent: silent, next: 'Sta13' },
  'AA-7': { sent: (event) => abortOf(2, event === 'Evt19' ? 1 : 2), next: 'Sta13' },
  'AA-8': {
    sent: (event) => abortOf(2, event === 'Evt19' ? 1 : 2),
    next: 'Sta13',
    told: 'provider-abort',
  },
};

const open: { destroy(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.destroy();
});

/** An upper layer and, at the other end of a real connection, bytes. */
async function scene(side: 'requestor' | 'acceptor', artimMs: number) {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const own = await accepted;
  server.close();
  open.push(peer, own);
  let received = NOTHING;
  peer.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
  });
  peer.on('error', () => undefined);
  const told: Indication['kind'][] = [];
  const upper = new UpperLayer({
    socket: own,
    isRequestor: side === 'requestor',
    maxPduLength: 16384,
    artimMs,
    onIndication: ({ kind }) => void told.push(kind),
    onClosed: () => undefined,
  });
  const happen = (event: Event) => {
    const incoming = FROM_OUTSIDE[event];
    if (incoming !== undefined) peer.write(incoming);
    else if (event === 'Evt17') peer.destroy();
    else if (event !== 'Evt18') upper.signal(event, { bytes: SENT[event] });
  };
  return { upper, told, peer, happen, received: () => received };
}

/** Waits for what has to come; a test that waits in vain fails by what it then compares. */
async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 1000 && !holds(); waited += 2) await new Promise((resolve) => setTimeout(resolve, 2));
}

const CELLS = Object.entries(OCCURRENCES).flatMap(([action, rows]) =>
  Object.entries(rows).flatMap(([event, states]) =>
    states
      .map((state) => [`Sta${state}`, event, action] as [State, Event, Action])
      // The transport's own beginning and end are not seen on the wire.
      .filter(([state]) => state !== 'Sta1'),
  ),
);

test.each(CELLS)('%s, %s: %s on the wire', async (state, event, action) => {
  const [side, ...events] = WAYS[state as keyof typeof WAYS];
  const { upper, told, happen, received } = await scene(side, event === 'Evt18' ? 20 : 60_000);
  let before = NOTHING;
  for (const [index, step] of events.entries()) {
    happen(step);
    before = Buffer.concat([before, SENT[step] ?? NOTHING]);
    if (step === 'Evt11') before = Buffer.concat([before, releaseRequest]);
    if (step === 'Evt14') before = Buffer.concat([before, releaseReply]);
    const reached = stateAfter(side, events.slice(0, index + 1));
    await until(() => upper.state === reached && received().length >= before.length);
  }
  expect(upper.state).toBe(state);
  const already = told.length;
  happen(event);
  const expected = EFFECTS[action];
  if (expected === undefined) throw new Error(`nothing is known of ${action}`);
  const sent = Buffer.concat([before, expected.sent(event, state)]);
  const next = action === 'AR-8' && side === 'acceptor' ? 'Sta10' : expected.next;
  await until(
    () =>
      upper.state === next &&
      received().length >= sent.length &&
      told.length >= already + Number(expected.told !== undefined),
  );
  expect({ state: upper.state, sent: received().toString('hex'), told: told.slice(already) }).toEqual({
    state: next,
    sent: sent.toString('hex'),
    told: expected.told === undefined ? [] : [expected.told],
  });
});

/** The state after a beginning of one of the ways. */
function stateAfter(side: string, events: readonly Event[]): State {
  const way = Object.entries(WAYS).find(
    ([, [otherSide, ...others]]) => otherSide === side && others.join(' ') === events.join(' '),
  );
  if (way !== undefined) return way[0] as State;
  // On the list only for the other side: an association that stands, and one that asks for its release.
  return events.at(-1) === 'Evt11' ? 'Sta7' : 'Sta6';
}

test('every state but idle has its way, and every cell of the table is walked', () => {
  expect(Object.keys(WAYS)).toEqual(Object.keys(STATES).slice(1));
  expect(CELLS.length).toBe(121);
});
