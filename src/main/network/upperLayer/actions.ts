import type { Action, State } from './fsm.ts';
import type {
  AbortPdu,
  AssociateAcceptPdu,
  AssociateRejectPdu,
  AssociateRequestPdu,
  DataPdu,
  Pdu,
} from '../pdu/types.ts';
import { ABORT_REASON } from '../pdu/types.ts';

/** What the upper layer tells its user (PS3.8 section 7). */
export type Indication =
  | { readonly kind: 'associate'; readonly request: AssociateRequestPdu }
  | { readonly kind: 'associate-accepted'; readonly reply: AssociateAcceptPdu }
  | { readonly kind: 'associate-rejected'; readonly reply: AssociateRejectPdu }
  | { readonly kind: 'data'; readonly data: DataPdu }
  | { readonly kind: 'release' }
  | { readonly kind: 'release-confirmed' }
  | { readonly kind: 'abort'; readonly source: number; readonly reason: number }
  /** A-P-ABORT: the provider gave up, because of the peer's bytes or of the transport. */
  | { readonly kind: 'provider-abort'; readonly text: string };

/** What comes with an event: the PDU received, the bytes to send, the reason to give. */
export interface EventInput {
  readonly pdu?: Pdu;
  readonly bytes?: Buffer;
  /** Called when the transport has taken `bytes`. */
  readonly sent?: () => void;
  /** For A-ABORT on Evt15/Evt19: reason code and words for the log. */
  readonly reason?: number;
  readonly text?: string;
}

/** The hands of the actions: what they may do to the world. */
export interface Effects {
  connect(): void;
  send(pdu: Pdu | Buffer, sent?: () => void): void;
  /** Flushes what is queued, then closes. */
  close(): void;
  startArtim(): void;
  stopArtim(): void;
  issue(indication: Indication): void;
  /** True on the side that asked for the association (needed by AR-8 only). */
  readonly isRequestor: boolean;
}

type Run = (effects: Effects, input: EventInput) => State;

const PROTOCOL_VERSION_1 = 1;
/** PS3.8 table 9-21: rejected-permanent, source service provider (ACSE), protocol version not supported. */
const PROTOCOL_VERSION_REJECT = { type: 'A-ASSOCIATE-RJ', result: 1, source: 2, reason: 2 } as const;

function received<T extends Pdu['type']>(input: EventInput, type: T): Extract<Pdu, { type: T }> {
  if (input.pdu?.type !== type) throw new TypeError(`upper layer: ${type} expected`);
  return input.pdu as Extract<Pdu, { type: T }>;
}

function queued(input: EventInput): Buffer {
  if (input.bytes === undefined) throw new TypeError('upper layer: nothing to send');
  return input.bytes;
}

const abortPdu = (source: number, reason: number): AbortPdu => ({ type: 'A-ABORT', source, reason });

/** Each action does what PS3.8 tables 9-6 to 9-9 say and returns the next state. */
export const ACTIONS: Record<Action, Run> = {
  // Table 9-6: association establishment
  'AE-1': (e) => {
    e.connect();
    return 'Sta4';
  },
  'AE-2': (e, input) => {
    e.send(queued(input));
    return 'Sta5';
  },
  'AE-3': (e, input) => {
    e.issue({ kind: 'associate-accepted', reply: received(input, 'A-ASSOCIATE-AC') });
    return 'Sta6';
  },
  'AE-4': (e, input) => {
    e.issue({ kind: 'associate-rejected', reply: received(input, 'A-ASSOCIATE-RJ') });
    e.close();
    return 'Sta1';
  },
  'AE-5': (e) => {
    e.startArtim();
    return 'Sta2';
  },
  'AE-6': (e, input) => {
    const request = received(input, 'A-ASSOCIATE-RQ');
    e.stopArtim();
    if ((request.protocolVersion & PROTOCOL_VERSION_1) === 0) {
      e.send(PROTOCOL_VERSION_REJECT);
      e.startArtim();
      return 'Sta13';
    }
    e.issue({ kind: 'associate', request });
    return 'Sta3';
  },
  'AE-7': (e, input) => {
    e.send(queued(input));
    return 'Sta6';
  },
  'AE-8': (e, input) => {
    e.send(queued(input));
    e.startArtim();
    return 'Sta13';
  },
  // Table 9-7: data transfer
  'DT-1': (e, input) => {
    e.send(queued(input), input.sent);
    return 'Sta6';
  },
  'DT-2': (e, input) => {
    e.issue({ kind: 'data', data: received(input, 'P-DATA-TF') });
    return 'Sta6';
  },
  // Table 9-8: association release
  'AR-1': (e) => {
    e.send({ type: 'A-RELEASE-RQ' });
    return 'Sta7';
  },
  'AR-2': (e) => {
    e.issue({ kind: 'release' });
    return 'Sta8';
  },
  'AR-3': (e) => {
    e.issue({ kind: 'release-confirmed' });
    e.close();
    return 'Sta1';
  },
  'AR-4': (e) => {
    e.send({ type: 'A-RELEASE-RP' });
    e.startArtim();
    return 'Sta13';
  },
  'AR-5': (e) => {
    e.stopArtim();
    return 'Sta1';
  },
  'AR-6': (e, input) => {
    e.issue({ kind: 'data', data: received(input, 'P-DATA-TF') });
    return 'Sta7';
  },
  'AR-7': (e, input) => {
    e.send(queued(input), input.sent);
    return 'Sta8';
  },
  'AR-8': (e) => {
    e.issue({ kind: 'release' });
    return e.isRequestor ? 'Sta9' : 'Sta10';
  },
  'AR-9': (e) => {
    e.send({ type: 'A-RELEASE-RP' });
    return 'Sta11';
  },
  'AR-10': (e) => {
    e.issue({ kind: 'release-confirmed' });
    return 'Sta12';
  },
  // Table 9-9: association abort
  // The table names the user as source also for an invalid PDU in Sta2; a provider source can tell the peer the reason.
  'AA-1': (e, input) => {
    e.send(input.reason === undefined ? abortPdu(0, 0) : abortPdu(2, input.reason));
    e.startArtim();
    return 'Sta13';
  },
  'AA-2': (e) => {
    e.stopArtim();
    e.close();
    return 'Sta1';
  },
  'AA-3': (e, input) => {
    const { source, reason } = received(input, 'A-ABORT');
    e.issue({ kind: 'abort', source, reason });
    e.close();
    return 'Sta1';
  },
  'AA-4': (e, input) => {
    e.issue({ kind: 'provider-abort', text: input.text ?? 'the connection was lost' });
    return 'Sta1';
  },
  'AA-5': (e) => {
    e.stopArtim();
    return 'Sta1';
  },
  'AA-6': () => 'Sta13',
  'AA-7': (e, input) => {
    e.send(abortPdu(2, input.reason ?? ABORT_REASON.unexpectedPdu));
    return 'Sta13';
  },
  'AA-8': (e, input) => {
    e.send(abortPdu(2, input.reason ?? ABORT_REASON.unexpectedPdu));
    e.issue({ kind: 'provider-abort', text: input.text ?? `unexpected ${input.pdu?.type ?? 'PDU'}` });
    e.startArtim();
    return 'Sta13';
  },
};
