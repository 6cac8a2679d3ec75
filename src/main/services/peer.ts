import type { AssociateOptions, TlsMaterial, UserIdentity } from '#main/network/associate.ts';
import { associate } from '#main/network/associate.ts';
import type { Association } from '#main/network/association.ts';

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
}

/** What one service adds to an association. */
type ServiceOptions = Pick<AssociateOptions, 'contexts' | 'handlers' | 'log' | 'signal' | 'timeouts'>;

/**
 * Opens an association with a peer as it wants to be called.
 * @throws IsocenterError NETWORK, ASSOCIATION_REJECTED, ASSOCIATION_ABORTED, CANCELLED
 */
export function connectTo(peer: Peer, caller: Caller, options: ServiceOptions): Promise<Association> {
  return associate({
    ...options,
    host: peer.host,
    port: peer.port,
    calledAe: peer.aeTitle,
    callingAe: caller.callingAe,
  });
}
