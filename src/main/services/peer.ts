import type { AssociateOptions } from '#main/network/associate.ts';
import { associate } from '#main/network/associate.ts';
import type { Association } from '#main/network/association.ts';
import type { UserIdentity } from '#main/network/negotiation/userIdentity.ts';
import type { TlsMaterial } from '#main/network/tls/material.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

/** A DICOM application entity on the network. */
export interface Peer {
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  /** Only over TLS; the caller's material is needed then. */
  readonly tls?: boolean;
  /** Told to the peer when it is given. */
  readonly userIdentity?: UserIdentity;
}

/** Who we are when we call. */
export interface Caller {
  readonly callingAe: string;
  /** For peers that want TLS. */
  readonly tls?: TlsMaterial;
  /** Gets what is worth knowing of associations that we open. */
  readonly log?: AssociateOptions['log'];
}

/** What one service adds to an association. */
type ServiceOptions = Pick<
  AssociateOptions,
  'asyncOperations' | 'confirmUser' | 'contexts' | 'handlers' | 'log' | 'signal' | 'timeouts'
>;

/**
 * Opens an association with a peer as it wants to be called: over TLS and with a user identity where it is configured so.
 * @throws IsocenterError NETWORK, ASSOCIATION_REJECTED, ASSOCIATION_ABORTED, CANCELLED
 */
export async function connectTo(peer: Peer, caller: Caller, options: ServiceOptions): Promise<Association> {
  if (peer.tls === true && caller.tls === undefined) {
    const text = 'the peer is to be called over TLS, and this node knows no trusted certificates';
    throw new IsocenterError('NETWORK', text, { object: peer.aeTitle });
  }
  return associate({
    log: caller.log,
    ...options,
    host: peer.host,
    port: peer.port,
    calledAe: peer.aeTitle,
    callingAe: caller.callingAe,
    tls: peer.tls === true ? caller.tls : undefined,
    userIdentity: peer.userIdentity,
  });
}
