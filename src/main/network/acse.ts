import { MIN_PEER_PDU_LENGTH } from './implementation.ts';
import { isInRange } from './negotiation/addressRange.ts';
import type { AssociateRejectPdu, AssociateRequestPdu } from './pdu/types.ts';
import { DICOM_APPLICATION_CONTEXT, PduError } from './pdu/types.ts';

/** One peer that is let in: its title, and where it calls from. */
interface AllowedPeer {
  /** Any when absent. */
  readonly aeTitle?: string;
  /** IP address or range (CIDR); any when absent. */
  readonly address?: string;
}

/** Who may open an association with us: every list that is given has to let the peer in; what is absent is not checked. */
export interface AccessPolicy {
  /** Refuse requests that call another title than ours. */
  readonly checkCalledAe?: boolean;
  readonly callingAes?: readonly string[];
  /** Remote IP addresses and ranges (CIDR). */
  readonly addresses?: readonly string[];
  /** Title and address together. */
  readonly peers?: readonly AllowedPeer[];
}

const reject = (result: number, source: number, reason: number): AssociateRejectPdu => ({
  type: 'A-ASSOCIATE-RJ',
  result,
  source,
  reason,
});

/** Reject answers by name (PS3.8 table 9-21). */
export const REJECT = {
  /** Also for a user identity that is refused (PS3.7 D.3.3.7). */
  noReason: reject(1, 1, 1),
  applicationContext: reject(1, 1, 2),
  callingAe: reject(1, 1, 3),
  calledAe: reject(1, 1, 7),
  localLimit: reject(2, 3, 2),
} as const;

/** The reject to send, or undefined when the request may go on to its presentation contexts. */
export function refusal(
  request: AssociateRequestPdu,
  aeTitle: string,
  address: string,
  access: AccessPolicy,
): AssociateRejectPdu | undefined {
  const { callingAe, calledAe } = request;
  if (request.applicationContext !== DICOM_APPLICATION_CONTEXT) return REJECT.applicationContext;
  if (access.checkCalledAe === true && calledAe !== aeTitle) return REJECT.calledAe;
  if (access.callingAes !== undefined && !access.callingAes.includes(callingAe)) return REJECT.callingAe;
  if (access.addresses !== undefined && !access.addresses.some((range) => isInRange(address, range))) {
    return REJECT.callingAe;
  }
  const isPeer = (peer: AllowedPeer) =>
    (peer.aeTitle === undefined || peer.aeTitle === callingAe) &&
    (peer.address === undefined || isInRange(address, peer.address));
  return access.peers === undefined || access.peers.some(isPeer) ? undefined : REJECT.callingAe;
}

/** @throws PduError when the peer's maximum length leaves no room for messages. */
export function checkPeerMaxPduLength(maxPduLength: number): void {
  if (maxPduLength !== 0 && maxPduLength < MIN_PEER_PDU_LENGTH) {
    throw new PduError(`the peer takes PDUs of ${maxPduLength} bytes at most, ${MIN_PEER_PDU_LENGTH} are needed`);
  }
}
