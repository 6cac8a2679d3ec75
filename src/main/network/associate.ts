import { Socket } from 'node:net';
import { IsocenterError } from '#shared/contract/errors.ts';
import { acceptedContexts, checkPeerMaxPduLength } from './acse.ts';
import type { Indication } from './actions.ts';
import { Association } from './association.ts';
import { MAX_PDU_LENGTH, userInformation } from './implementation.ts';
import { encodePdu } from './pdu/encode.ts';
import type { AssociateAcceptPdu, AssociateRequestPdu } from './pdu/types.ts';
import { DICOM_APPLICATION_CONTEXT } from './pdu/types.ts';
import { abortText, rejectText } from './reasons.ts';
import type { ServiceHandler } from './service.ts';
import { UpperLayer } from './upperLayer.ts';

export interface ContextProposal {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** What identifies this node in TLS, and whom it trusts; all PEM. */
export interface TlsMaterial {
  /** Absent, with its certificate, for a requestor that shows none. */
  readonly key?: string;
  readonly certificate?: string;
  /** Certificates of the authorities (or peers) that are trusted. */
  readonly ca: string;
  /** PS3.15 B.9 (bcp195, the default), B.10 (non-downgrading), B.11 (extended). */
  readonly profile?: TlsProfile;
}

export type TlsProfile = 'bcp195' | 'bcp195-nd' | 'bcp195-ex';

/** PS3.7 D.3.3.7: who the user is, told to the peer. */
export type UserIdentity =
  | { readonly type: 'username'; readonly name: string; readonly passcode?: string }
  | { readonly type: 'jwt'; readonly token: string };

/** Milliseconds. */
interface Timeouts {
  /** Until the TCP connection stands. */
  readonly connect: number;
  /** Until the peer answers the association request. */
  readonly associate: number;
  /** ARTIM: how long the peer may take to close the connection after an abort. */
  readonly artim: number;
  /** Longest silence of the peer afterwards. */
  readonly idle: number;
}

export interface AssociateOptions {
  readonly host: string;
  readonly port: number;
  readonly calledAe: string;
  readonly callingAe: string;
  /** At most 128 (PS3.8 9.3.2.2: odd IDs of one byte). */
  readonly contexts: readonly ContextProposal[];
  readonly timeouts?: Partial<Timeouts>;
  readonly signal?: AbortSignal;
  /** For peers that call back on the same association; none by default. */
  readonly handlers?: readonly ServiceHandler[];
  readonly log?: (level: 'info' | 'warning' | 'error', text: string) => void;
}

const DEFAULT_TIMEOUTS: Timeouts = { connect: 10_000, associate: 30_000, artim: 5_000, idle: 120_000 };
export const MAX_CONTEXTS = 128;

/**
 * Opens an association as requestor.
 * @throws IsocenterError NETWORK (no connection), ASSOCIATION_REJECTED, ASSOCIATION_ABORTED, CANCELLED.
 */
export async function associate(options: AssociateOptions): Promise<Association> {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  const place = { object: `${options.calledAe} at ${options.host}:${options.port}` };
  if (options.contexts.length === 0 || options.contexts.length > MAX_CONTEXTS) {
    throw new IsocenterError(
      'NETWORK',
      `${options.contexts.length} presentation contexts; 1–${MAX_CONTEXTS} are possible`,
      place,
    );
  }
  if (options.signal?.aborted) throw new IsocenterError('CANCELLED', 'cancelled by the user', place);

  const request: AssociateRequestPdu = {
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAe: options.calledAe,
    callingAe: options.callingAe,
    applicationContext: DICOM_APPLICATION_CONTEXT,
    contexts: options.contexts.map((context, index) => ({ id: 2 * index + 1, ...context })),
    user: userInformation(),
  };
  const outcome = Promise.withResolvers<Association>();
  let association: Association | undefined;

  const fail = (code: 'NETWORK' | 'ASSOCIATION_REJECTED' | 'ASSOCIATION_ABORTED' | 'CANCELLED', text: string) =>
    outcome.reject(new IsocenterError(code, text, place));

  const establish = (reply: AssociateAcceptPdu) => {
    checkPeerMaxPduLength(reply.user.maxPduLength);
    association = new Association({
      upperLayer: upper,
      contexts: acceptedContexts(request.contexts, reply.contexts),
      peer: {
        callingAe: options.callingAe,
        calledAe: options.calledAe,
        address: options.host,
        implementationClassUid: reply.user.implementationClassUid,
        implementationVersionName: reply.user.implementationVersionName,
      },
      peerMaxPduLength: reply.user.maxPduLength,
      handlers: options.handlers ?? [],
      idleMs: timeouts.idle,
      log: options.log ?? (() => undefined),
    });
    outcome.resolve(association);
  };

  const onIndication = (indication: Indication): void | Promise<void> => {
    if (association !== undefined) return association.take(indication);
    if (indication.kind === 'associate-accepted') establish(indication.reply);
    else if (indication.kind === 'associate-rejected') fail('ASSOCIATION_REJECTED', rejectText(indication.reply));
    else if (indication.kind === 'abort') fail('ASSOCIATION_ABORTED', abortText(indication.source, indication.reason));
    else if (indication.kind === 'provider-abort') {
      fail(connected ? 'ASSOCIATION_ABORTED' : 'NETWORK', indication.text);
    }
  };

  let connected = false;
  const socket = new Socket();
  const upper = new UpperLayer({
    socket,
    isRequestor: true,
    connect: () => socket.connect({ host: options.host, port: options.port }),
    maxPduLength: MAX_PDU_LENGTH,
    artimMs: timeouts.artim,
    onIndication,
    onClosed: () => {
      association?.connectionClosed();
      fail('NETWORK', 'the connection was closed');
    },
  });

  const giveUp = (code: 'NETWORK' | 'CANCELLED', text: string) => {
    fail(code, text);
    upper.abort();
    upper.destroySoon();
  };
  let timer = setTimeout(
    () => giveUp('NETWORK', `no connection within ${timeouts.connect / 1000} s`),
    timeouts.connect,
  );
  const cancel = () => giveUp('CANCELLED', 'cancelled by the user');
  options.signal?.addEventListener('abort', cancel, { once: true });
  upper.signal('Evt1');
  socket.once('connect', () => {
    connected = true;
    clearTimeout(timer);
    timer = setTimeout(
      () => giveUp('NETWORK', `no answer to the association request within ${timeouts.associate / 1000} s`),
      timeouts.associate,
    );
    upper.signal('Evt2', { bytes: encodePdu(request) });
  });
  try {
    return await outcome.promise;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', cancel);
  }
}
