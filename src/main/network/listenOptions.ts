import type { AccessPolicy } from './acse.ts';
import type { AssociationEvent } from './associationEvents.ts';
import { MAX_PDU_LENGTH } from './implementation.ts';
import type { Authenticate } from './negotiation/userIdentity.ts';
import type { OperationsWindow } from './pdu/types.ts';
import type { ServiceHandler } from './service.ts';
import type { ServerTls } from './tls/transport.ts';

export interface ListenLimits {
  /** Associations at once; further requests are rejected as transient, "local limit exceeded". */
  readonly associations: number;
  /** The same per remote address. */
  readonly associationsPerPeer: number;
  /** The same per calling AE title. */
  readonly associationsPerAeTitle: number;
  /** Longest P-DATA-TF announced and taken, bytes. */
  readonly maxPduLength: number;
  /** ARTIM: until a new connection sends its request (the TLS handshake included), or a finished one closes. Milliseconds. */
  readonly artimMs: number;
  /** Longest silence of a peer that owes us something. Milliseconds. */
  readonly idleMs: number;
}

/** All but port, host and TLS is read anew for each association: getters may stand here. */
export interface ListenOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  readonly aeTitle: string;
  readonly handlers: readonly ServiceHandler[];
  /** SOP classes we may be SCU of on associations that others open: C-GET sub-operations, event reports. None by default. */
  readonly scuOf?: (sopClassUid: string) => boolean;
  /** Operations outstanding at once that we invoke and perform, where the peer asks for more than one (PS3.7 D.3.3.3). */
  readonly asyncOperations?: OperationsWindow;
  /** Decides on the user identity of each requestor, also where it gives none. Everybody is let in without it. */
  readonly authenticate?: Authenticate;
  /** Serve TLS instead of plain connections. */
  readonly tls?: ServerTls;
  readonly limits?: Partial<ListenLimits>;
  readonly access?: AccessPolicy;
  readonly log?: (level: 'info' | 'warning' | 'error', text: string) => void;
  readonly onEvent?: (event: AssociationEvent) => void;
}

export const DEFAULT_LIMITS: ListenLimits = {
  associations: 128,
  associationsPerPeer: 64,
  associationsPerAeTitle: 64,
  maxPduLength: MAX_PDU_LENGTH,
  artimMs: 30_000,
  idleMs: 120_000,
};
