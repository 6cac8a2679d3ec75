import { describe, expect, test } from 'vitest';
import type { Effects, EventInput, Indication } from '#main/network/upperLayer/actions.ts';
import { ACTIONS } from '#main/network/upperLayer/actions.ts';
import type { Action, Event, State } from '#main/network/upperLayer/fsm.ts';
import { actionFor, EVENTS, STATES } from '#main/network/upperLayer/fsm.ts';
import { encodePdu } from '#main/network/pdu/encode.ts';
import { decodePdu } from '#main/network/pdu/decode.ts';
import type { Pdu } from '#main/network/pdu/types.ts';
import { OCCURRENCES } from '#test/encoded/stateTable.ts';
import { associateAccept, associateReject, echoRequestData, echoscuAssociateRequest } from '#test/encoded/pdus.ts';

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
