import { describe, expect, test } from 'vitest';
import type { Effects, EventInput, Indication } from '#main/network/actions.ts';
import { ACTIONS } from '#main/network/actions.ts';
import type { Action, Event, State } from '#main/network/fsm.ts';
import { actionFor, EVENTS, STATES } from '#main/network/fsm.ts';
import { encodePdu } from '#main/network/pdu/encode.ts';
import { decodePdu } from '#main/network/pdu/decode.ts';
import type { Pdu } from '#main/network/pdu/types.ts';
import { associateAccept, associateReject, echoRequestData, echoscuAssociateRequest } from '#test/encoded/pdus.ts';

/** PS3.8 table 9-10 once more, the other way round: where each action occurs. */
const OCCURRENCES: Record<Action, Partial<Record<Event, number[]>>> = {
  'AE-1': { Evt1: [1] },
  'AE-2': { Evt2: [4] },
  'AE-3': { Evt3: [5] },
  'AE-4': { Evt4: [5] },
  'AE-5': { Evt5: [1] },
  'AE-6': { Evt6: [2] },
  'AE-7': { Evt7: [3] },
  'AE-8': { Evt8: [3] },
  'DT-1': { Evt9: [6] },
  'DT-2': { Evt10: [6] },
  'AR-1': { Evt11: [6] },
  'AR-2': { Evt12: [6] },
  'AR-3': { Evt13: [7, 11] },
  'AR-4': { Evt14: [8, 12] },
  'AR-5': { Evt17: [13] },
  'AR-6': { Evt10: [7] },
  'AR-7': { Evt9: [8] },
  'AR-8': { Evt12: [7] },
  'AR-9': { Evt14: [9] },
  'AR-10': { Evt13: [10] },
  'AA-1': {
    Evt3: [2],
    Evt4: [2],
    Evt10: [2],
    Evt12: [2],
    Evt13: [2],
    Evt15: [3, 5, 6, 7, 8, 9, 10, 11, 12],
    Evt19: [2],
  },
  'AA-2': { Evt15: [4], Evt16: [2, 13], Evt18: [2, 13] },
  'AA-3': { Evt16: [3, 5, 6, 7, 8, 9, 10, 11, 12] },
  'AA-4': { Evt17: [3, 4, 5, 6, 7, 8, 9, 10, 11, 12] },
  'AA-5': { Evt17: [2] },
  'AA-6': { Evt3: [13], Evt4: [13], Evt10: [13], Evt12: [13], Evt13: [13] },
  'AA-7': { Evt6: [13], Evt19: [13] },
  'AA-8': {
    Evt3: [3, 6, 7, 8, 9, 10, 11, 12],
    Evt4: [3, 6, 7, 8, 9, 10, 11, 12],
    Evt6: [3, 5, 6, 7, 8, 9, 10, 11, 12],
    Evt10: [3, 5, 8, 9, 10, 11, 12],
    Evt12: [3, 5, 8, 9, 10, 11, 12],
    Evt13: [3, 5, 6, 8, 9, 12],
    Evt19: [3, 5, 6, 7, 8, 9, 10, 11, 12],
  },
};

describe('PS3.8 table 9-10', () => {
  test('every one of its 247 cells, the empty ones included', () => {
    const expected = new Map<string, string>();
    for (const [action, rows] of Object.entries(OCCURRENCES)) {
      for (const [event, states] of Object.entries(rows)) {
        for (const state of states) expected.set(`${event}/Sta${state}`, action);
      }
    }
    const differing: string[] = [];
    for (const event of Object.keys(EVENTS) as Event[]) {
      for (const state of Object.keys(STATES) as State[]) {
        const cell = `${event}/${state}`;
        if (actionFor(event, state) !== expected.get(cell)) differing.push(cell);
      }
    }
    expect(differing).toEqual([]);
    expect(Object.keys(EVENTS).length * Object.keys(STATES).length).toBe(247);
  });
});

/** Runs one action and writes down what it does. */
function perform(action: Action, input: EventInput = {}, isRequestor = false): { did: string[]; next: State } {
  const did: string[] = [];
  const effects: Effects = {
    isRequestor,
    connect: () => did.push('connect'),
    send: (pdu) => did.push(`send ${Buffer.isBuffer(pdu) ? 'bytes' : pduText(pdu)}`),
    close: () => did.push('close'),
    startArtim: () => did.push('start ARTIM'),
    stopArtim: () => did.push('stop ARTIM'),
    issue: (indication: Indication) => did.push(`issue ${indication.kind}`),
  };
  return { did, next: ACTIONS[action](effects, input) };
}

function pduText(pdu: Pdu): string {
  if (pdu.type === 'A-ABORT') return `A-ABORT ${pdu.source}/${pdu.reason}`;
  if (pdu.type === 'A-ASSOCIATE-RJ') return `A-ASSOCIATE-RJ ${pdu.result}/${pdu.source}/${pdu.reason}`;
  return pdu.type;
}

const pdu = (encoded: Buffer) => ({ pdu: decodePdu(encoded[0], encoded.subarray(6)) });
const bytesToSend = { bytes: Buffer.from('x') };
const abortPdu = { pdu: { type: 'A-ABORT', source: 0, reason: 0 } } as const;

describe('PS3.8 tables 9-6 to 9-9', () => {
  test.each<[Action, EventInput, string[], State]>([
    ['AE-1', {}, ['connect'], 'Sta4'],
    ['AE-2', bytesToSend, ['send bytes'], 'Sta5'],
    ['AE-3', pdu(associateAccept), ['issue associate-accepted'], 'Sta6'],
    ['AE-4', pdu(associateReject), ['issue associate-rejected', 'close'], 'Sta1'],
    ['AE-5', {}, ['start ARTIM'], 'Sta2'],
    ['AE-6', pdu(echoscuAssociateRequest), ['stop ARTIM', 'issue associate'], 'Sta3'],
    ['AE-7', bytesToSend, ['send bytes'], 'Sta6'],
    ['AE-8', bytesToSend, ['send bytes', 'start ARTIM'], 'Sta13'],
    ['DT-1', bytesToSend, ['send bytes'], 'Sta6'],
    ['DT-2', pdu(echoRequestData), ['issue data'], 'Sta6'],
    ['AR-1', {}, ['send A-RELEASE-RQ'], 'Sta7'],
    ['AR-2', {}, ['issue release'], 'Sta8'],
    ['AR-3', {}, ['issue release-confirmed', 'close'], 'Sta1'],
    ['AR-4', {}, ['send A-RELEASE-RP', 'start ARTIM'], 'Sta13'],
    ['AR-5', {}, ['stop ARTIM'], 'Sta1'],
    ['AR-6', pdu(echoRequestData), ['issue data'], 'Sta7'],
    ['AR-7', bytesToSend, ['send bytes'], 'Sta8'],
    ['AR-9', {}, ['send A-RELEASE-RP'], 'Sta11'],
    ['AR-10', {}, ['issue release-confirmed'], 'Sta12'],
    ['AA-1', {}, ['send A-ABORT 0/0', 'start ARTIM'], 'Sta13'],
    ['AA-1', { reason: 1 }, ['send A-ABORT 2/1', 'start ARTIM'], 'Sta13'],
    ['AA-2', {}, ['stop ARTIM', 'close'], 'Sta1'],
    ['AA-3', abortPdu, ['issue abort', 'close'], 'Sta1'],
    ['AA-4', {}, ['issue provider-abort'], 'Sta1'],
    ['AA-5', {}, ['stop ARTIM'], 'Sta1'],
    ['AA-6', {}, [], 'Sta13'],
    ['AA-7', {}, ['send A-ABORT 2/2'], 'Sta13'],
    ['AA-8', { reason: 6 }, ['send A-ABORT 2/6', 'issue provider-abort', 'start ARTIM'], 'Sta13'],
  ])('%s', (action, input, did, next) => {
    expect(perform(action, input)).toEqual({ did, next });
  });

  test('AE-6 rejects a protocol version it does not know', () => {
    const { pdu: request } = pdu(echoscuAssociateRequest);
    const input = { pdu: { ...(request as Extract<Pdu, { type: 'A-ASSOCIATE-RQ' }>), protocolVersion: 2 } };
    const did = ['stop ARTIM', 'send A-ASSOCIATE-RJ 1/2/2', 'start ARTIM'];
    expect(perform('AE-6', input)).toEqual({ did, next: 'Sta13' });
  });

  test('AR-8: release collision, requestor and acceptor', () => {
    expect(perform('AR-8', {}, true)).toEqual({ did: ['issue release'], next: 'Sta9' });
    expect(perform('AR-8', {}, false)).toEqual({ did: ['issue release'], next: 'Sta10' });
  });

  test('a rejection answer has the bytes of table 9-21', () => {
    expect(encodePdu({ type: 'A-ASSOCIATE-RJ', result: 1, source: 1, reason: 7 })).toEqual(associateReject);
  });
});
