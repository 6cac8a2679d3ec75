import { IsocenterError } from '#shared/contract/errors.ts';
import { checkPeerMaxPduLength } from './acse.ts';
import type { Indication } from './upperLayer/actions.ts';
import { Association } from './association.ts';
import { MAX_PDU_LENGTH, userInformation } from './implementation.ts';
import { acceptedContexts } from './negotiation/acceptance.ts';
import { requestorWindow } from './negotiation/operationsWindow.ts';
import { proposedRoles } from './negotiation/roles.ts';
import type { UserIdentity } from './negotiation/userIdentity.ts';
import { encodeUserIdentity } from './negotiation/userIdentity.ts';
import { encodePdu } from './pdu/encode.ts';
import type { AssociateAcceptPdu, AssociateRequestPdu, OperationsWindow } from './pdu/types.ts';
import { DICOM_APPLICATION_CONTEXT, PduError } from './pdu/types.ts';
import { abortText, rejectText } from './reasons.ts';
import type { Role, ServiceHandler } from './service.ts';
import type { TlsMaterial } from './tls/material.ts';
import { clientTransport } from './tls/transport.ts';
import { isTlsError } from './tls/words.ts';
import { UpperLayer } from './upperLayer/upperLayer.ts';

export interface ContextProposal {
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
  /** What we want to be (PS3.7 D.3.3.4): SCU when absent. Roles are negotiated by SOP class, not by context. */
  readonly role?: Role;
  /** SOP class extended negotiation (PS3.7 D.3.3.5); of several contexts of a SOP class the first that has it counts. */
  readonly extended?: Uint8Array;
}

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
  /** Operations outstanding at once that we ask for (PS3.7 D.3.3.3), 0 without limit; one each way when absent. */
  readonly asyncOperations?: OperationsWindow;
  /** Told to the peer, and a positive response asked for: `Association.userAccepted` says whether it came. */
  readonly userIdentity?: UserIdentity;
  /** Refuse a peer that does not confirm the user identity: it may not even have looked at it. */
  readonly confirmUser?: boolean;
  /** Connect over TLS. */
  readonly tls?: TlsMaterial;
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

  const request = requestOf(options);
  const bytes = encodeRequest(request, place);
  const outcome = Promise.withResolvers<Association>();
  let association: Association | undefined;

  const fail = (code: 'NETWORK' | 'ASSOCIATION_REJECTED' | 'ASSOCIATION_ABORTED' | 'CANCELLED', text: string) =>
    outcome.reject(new IsocenterError(code, text, place));

  const establish = (reply: AssociateAcceptPdu) => {
    const { maxPduLength, implementationClassUid, implementationVersionName, userIdentityResponse } = reply.user;
    checkPeerMaxPduLength(maxPduLength);
    const userAccepted = options.userIdentity === undefined ? undefined : userIdentityResponse !== undefined;
    if (userAccepted === false && options.confirmUser === true) {
      fail('ASSOCIATION_REJECTED', 'the peer does not confirm the user identity');
      // The table is still in Sta5; A-ABORT belongs to the state it goes to.
      queueMicrotask(() => upper.abort());
      return;
    }
    association = new Association({
      upperLayer: upper,
      contexts: acceptedContexts('requestor', request, reply),
      peer: {
        callingAe: options.callingAe,
        calledAe: options.calledAe,
        address: options.host,
        implementationClassUid,
        implementationVersionName,
        tls: transport.tls(),
      },
      peerMaxPduLength: maxPduLength,
      handlers: options.handlers ?? [],
      window: requestorWindow(request.user.asyncOperations, reply.user.asyncOperations),
      userAccepted,
      idleMs: timeouts.idle,
      log: options.log ?? (() => undefined),
    });
    outcome.resolve(association);
  };

  const providerAbort = (text: string) => {
    if (!connected) return fail('NETWORK', text);
    // A peer that refuses our certificate says so only after the handshake of TLS 1.3, if it says anything at all.
    if (upper.transportError !== undefined && isTlsError(upper.transportError)) return fail('NETWORK', text);
    if (options.tls === undefined || !transport.socket.destroyed) return fail('ASSOCIATION_ABORTED', text);
    return fail('NETWORK', 'TLS: the peer closed the connection after the handshake: it may refuse our certificate');
  };

  const onIndication = (indication: Indication): void | Promise<void> => {
    if (association !== undefined) return association.take(indication);
    if (indication.kind === 'associate-accepted') establish(indication.reply);
    else if (indication.kind === 'associate-rejected') fail('ASSOCIATION_REJECTED', rejectText(indication.reply));
    else if (indication.kind === 'abort') fail('ASSOCIATION_ABORTED', abortText(indication.source, indication.reason));
    else if (indication.kind === 'provider-abort') {
      providerAbort(indication.text);
    }
  };

  let connected = false;
  const transport = clientTransport(options.host, options.port, options.tls);
  const upper = new UpperLayer({
    socket: transport.socket,
    isRequestor: true,
    connect: () => transport.connect(),
    isSecured: options.tls === undefined ? undefined : () => connected,
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
  transport.onReady(() => {
    connected = true;
    clearTimeout(timer);
    timer = setTimeout(
      () => giveUp('NETWORK', `no answer to the association request within ${timeouts.associate / 1000} s`),
      timeouts.associate,
    );
    upper.signal('Evt2', { bytes });
  });
  try {
    return await outcome.promise;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', cancel);
  }
}

function requestOf(options: AssociateOptions): AssociateRequestPdu {
  const extended = new Map<string, Uint8Array>();
  for (const { abstractSyntax, extended: information } of options.contexts) {
    if (information !== undefined && !extended.has(abstractSyntax)) extended.set(abstractSyntax, information);
  }
  const identity = options.userIdentity;
  return {
    type: 'A-ASSOCIATE-RQ',
    protocolVersion: 1,
    calledAe: options.calledAe,
    callingAe: options.callingAe,
    applicationContext: DICOM_APPLICATION_CONTEXT,
    contexts: options.contexts.map(({ abstractSyntax, transferSyntaxes }, index) => ({
      id: 2 * index + 1,
      abstractSyntax,
      transferSyntaxes,
    })),
    user: userInformation({
      roles: proposedRoles(options.contexts),
      asyncOperations: options.asyncOperations,
      extended: [...extended].map(([sopClassUid, information]) => ({ sopClassUid, information })),
      userIdentity: identity === undefined ? undefined : encodeUserIdentity(identity),
    }),
  };
}

/** @throws IsocenterError NETWORK when something does not fit its length field: a token over 64 KiB, say */
function encodeRequest(request: AssociateRequestPdu, place: { readonly object: string }): Buffer {
  try {
    return encodePdu(request);
  } catch (error) {
    if (!(error instanceof PduError)) throw error;
    throw new IsocenterError('NETWORK', `the association request cannot be encoded: ${error.message}`, place);
  }
}
