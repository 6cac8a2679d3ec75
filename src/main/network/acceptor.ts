import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { checkPeerMaxPduLength, REJECT, refusal } from './acse.ts';
import type { Indication } from './upperLayer/actions.ts';
import { Association } from './association.ts';
import type { ListenLimits, ListenOptions } from './listenOptions.ts';
import { acceptanceOf, acceptedContexts } from './negotiation/acceptance.ts';
import { acceptorWindow } from './negotiation/operationsWindow.ts';
import type { AuthenticationResult } from './negotiation/userIdentity.ts';
import { decodeUserIdentity } from './negotiation/userIdentity.ts';
import { encodePdu } from './pdu/encode.ts';
import type { AssociateRejectPdu, AssociateRequestPdu } from './pdu/types.ts';
import { rejectText } from './reasons.ts';
import type { PeerIdentity } from './service.ts';
import { tlsIdentity } from './tls/transport.ts';
import { UpperLayer } from './upperLayer/upperLayer.ts';

export interface AcceptorOptions {
  readonly socket: Socket;
  /** Of the peer. */
  readonly address: string;
  readonly terms: ListenOptions;
  readonly limits: ListenLimits;
  /** All acceptors of the listener. */
  readonly others: ReadonlySet<Acceptor>;
  readonly onClosed: () => void;
}

/** One accepted connection, from the transport's opening to its end. */
export class Acceptor {
  readonly address: string;
  readonly socket: Socket;
  readonly #options: AcceptorOptions;
  readonly #upper: UpperLayer;
  readonly #closed = Promise.withResolvers<void>();
  #association: Association | undefined;

  constructor(options: AcceptorOptions) {
    const { socket, address, limits } = options;
    this.address = address;
    this.socket = socket;
    this.#options = options;
    this.#upper = new UpperLayer({
      socket,
      isRequestor: false,
      isSecured: socket instanceof TLSSocket ? () => true : undefined,
      maxPduLength: limits.maxPduLength,
      artimMs: limits.artimMs,
      onIndication: (indication) => this.#take(indication),
      onClosed: () => {
        options.onClosed();
        this.#association?.connectionClosed();
        this.#tellEnd();
        this.#closed.resolve();
      },
    });
    this.#upper.signal('Evt5');
  }

  /** Undefined until the request is accepted. */
  get association(): Association | undefined {
    return this.#association;
  }

  /** Resolves when the connection is gone. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  shutDown(): void {
    if (this.#association === undefined) this.#upper.abort();
    else this.#association.abort(new IsocenterError('ASSOCIATION_ABORTED', 'the node is shutting down'));
    this.#upper.destroySoon();
  }

  #log(level: 'info' | 'warning' | 'error', text: string): void {
    this.#options.terms.log?.(level, text);
  }

  #take(indication: Indication): void | Promise<void> {
    if (this.#association !== undefined) return this.#association.take(indication);
    if (indication.kind === 'associate') {
      checkPeerMaxPduLength(indication.request.user.maxPduLength);
      // The table is still in Sta2; its response primitives belong to Sta3.
      queueMicrotask(() => void this.#answer(indication.request));
    } else if (indication.kind === 'provider-abort') {
      this.#log('warning', `${this.address}: ${indication.text}`);
      this.#options.terms.onEvent?.({ kind: 'refused', address: this.address, reason: indication.text });
    }
  }

  async #answer(request: AssociateRequestPdu): Promise<void> {
    const { terms, limits } = this.#options;
    const { callingAe, calledAe } = request;
    let rejection: AssociateRejectPdu | undefined;
    let authentication: AuthenticationResult | undefined;
    let why: string | undefined;
    try {
      rejection = refusal(request, terms.aeTitle, this.address, terms.access ?? {});
      if (rejection === undefined) authentication = await this.#authenticate(request);
      if (authentication?.accepted === false) {
        rejection = REJECT.noReason;
        why = `the user identity is refused${authentication.reason === undefined ? '' : `: ${authentication.reason}`}`;
      }
    } catch (error) {
      rejection = REJECT.noReason;
      why = describeError(error);
    }
    if (this.#upper.state !== 'Sta3') return;
    rejection ??= this.#overLimit(callingAe);
    const who = `${callingAe} (${this.address}) → ${calledAe}`;
    if (rejection !== undefined) {
      const reason = why === undefined ? rejectText(rejection) : `${rejectText(rejection)} (${why})`;
      this.#log('warning', `${who}: ${reason}`);
      terms.onEvent?.({ kind: 'refused', address: this.address, callingAe, calledAe, reason });
      this.#upper.signal('Evt8', { bytes: encodePdu(rejection) });
      return;
    }
    const acceptance = acceptanceOf(request, {
      handlers: terms.handlers,
      maxPduLength: limits.maxPduLength,
      scuOf: terms.scuOf,
      asyncOperations: terms.asyncOperations,
      userIdentityResponse: authentication === undefined ? undefined : (authentication.response ?? new Uint8Array(0)),
    });
    const peer = { ...this.#peerOf(request), user: authentication && userName(request, authentication) };
    this.#association = new Association({
      upperLayer: this.#upper,
      contexts: acceptedContexts('acceptor', request, acceptance),
      peer,
      peerMaxPduLength: request.user.maxPduLength,
      handlers: terms.handlers,
      window: acceptorWindow(acceptance.user.asyncOperations),
      idleMs: limits.idleMs,
      log: (level, text) => this.#log(level, text),
    });
    this.#log('info', `${who}: association accepted`);
    terms.onEvent?.({ kind: 'accepted', peer });
    this.#upper.signal('Evt7', { bytes: encodePdu(acceptance) });
  }

  /** ARTIM rests in Sta3; a directory that does not answer must not hold the connection for ever. */
  async #authenticate(request: AssociateRequestPdu): Promise<AuthenticationResult | undefined> {
    const { terms, limits } = this.#options;
    if (terms.authenticate === undefined) return undefined;
    const { userIdentity } = request.user;
    const identity = userIdentity === undefined ? undefined : decodeUserIdentity(userIdentity);
    const late = Promise.withResolvers<AuthenticationResult>();
    const timer = setTimeout(() => late.resolve({ accepted: false, reason: 'no decision in time' }), limits.artimMs);
    try {
      return await Promise.race([terms.authenticate(identity, this.#peerOf(request)), late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #peerOf({ callingAe, calledAe, user }: AssociateRequestPdu): PeerIdentity {
    const { implementationClassUid, implementationVersionName } = user;
    const tls = this.socket instanceof TLSSocket ? tlsIdentity(this.socket) : undefined;
    return { callingAe, calledAe, address: this.address, implementationClassUid, implementationVersionName, tls };
  }

  #overLimit(callingAe: string): AssociateRejectPdu | undefined {
    const { limits, others } = this.#options;
    const associated = [...others].filter(({ association }) => association !== undefined);
    const fromPeer = associated.filter(({ address }) => address === this.address);
    const fromAe = associated.filter(({ association }) => association?.peer.callingAe === callingAe);
    const isOver =
      associated.length >= limits.associations ||
      fromPeer.length >= limits.associationsPerPeer ||
      fromAe.length >= limits.associationsPerAeTitle;
    return isOver ? REJECT.localLimit : undefined;
  }

  #tellEnd(): void {
    if (this.#association === undefined) return;
    const { peer, lost, requestCounts } = this.#association;
    this.#options.terms.onEvent?.({
      kind: 'ended',
      peer,
      how: lost === undefined ? 'released' : 'aborted',
      reason: lost?.message,
      requests: requestCounts,
    });
  }
}

/** The accepted user; undefined when none was named and none had to be. */
function userName({ user }: AssociateRequestPdu, { name }: AuthenticationResult): string | undefined {
  if (name !== undefined) return name;
  const identity = user.userIdentity === undefined ? undefined : decodeUserIdentity(user.userIdentity);
  if (identity === undefined) return undefined;
  return identity.type === 'username' ? identity.name : `by ${identity.type}`;
}
