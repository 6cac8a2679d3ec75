import { IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { MIN_PEER_PDU_LENGTH, userInformation } from './implementation.ts';
import type {
  AssociateAcceptPdu,
  AssociateRejectPdu,
  AssociateRequestPdu,
  ContextReply,
  ProposedContext,
  RoleSelection,
} from './pdu/types.ts';
import { DICOM_APPLICATION_CONTEXT, PduError } from './pdu/types.ts';
import type { AcceptedContext, ServiceHandler } from './service.ts';
import { chooseTransferSyntax } from './transferSyntaxes.ts';

/** Who may open an association with us; what is absent is not checked. */
export interface AccessPolicy {
  /** Refuse requests that call another title than ours. */
  readonly checkCalledAe?: boolean;
  readonly callingAes?: readonly string[];
  /** Remote IP addresses. */
  readonly addresses?: readonly string[];
}

const reject = (result: number, source: number, reason: number): AssociateRejectPdu => ({
  type: 'A-ASSOCIATE-RJ',
  result,
  source,
  reason,
});

/** Reject answers by name (PS3.8 table 9-21). */
export const REJECT = {
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
  if (request.applicationContext !== DICOM_APPLICATION_CONTEXT) return REJECT.applicationContext;
  if (access.checkCalledAe === true && request.calledAe !== aeTitle) return REJECT.calledAe;
  if (access.callingAes !== undefined && !access.callingAes.includes(request.callingAe)) return REJECT.callingAe;
  if (access.addresses !== undefined && !access.addresses.includes(address)) return REJECT.callingAe;
  return undefined;
}

function replyTo(context: ProposedContext, handlers: readonly ServiceHandler[]): ContextReply {
  const { id } = context;
  const handler = handlers.find((candidate) => candidate.accepts(context.abstractSyntax));
  if (handler === undefined) return { id, result: 3, transferSyntax: IMPLICIT_LITTLE_ENDIAN };
  const transferSyntax = chooseTransferSyntax(context.transferSyntaxes, handler.transferSyntaxes);
  if (transferSyntax === undefined) return { id, result: 4, transferSyntax: IMPLICIT_LITTLE_ENDIAN };
  return { id, result: 0, transferSyntax };
}

/** We serve: a requestor may be SCU of what we accept, and not SCP (PS3.7 D.3.3.4.2). */
function roleReply(role: RoleSelection): RoleSelection {
  return { sopClassUid: role.sopClassUid, scu: role.scu, scp: false };
}

/** The A-ASSOCIATE-AC to a request that is not refused, context by context. */
export function acceptanceOf(
  request: AssociateRequestPdu,
  handlers: readonly ServiceHandler[],
  maxPduLength: number,
): AssociateAcceptPdu {
  return {
    type: 'A-ASSOCIATE-AC',
    protocolVersion: 1,
    calledAe: request.calledAe,
    callingAe: request.callingAe,
    applicationContext: DICOM_APPLICATION_CONTEXT,
    contexts: request.contexts.map((context) => replyTo(context, handlers)),
    user: userInformation(maxPduLength, request.user.roles.map(roleReply)),
  };
}

/**
 * The contexts in force, from both sides' lists.
 * @throws PduError when the acceptor answers something that was not proposed.
 */
export function acceptedContexts(
  proposed: readonly ProposedContext[],
  replies: readonly ContextReply[],
): AcceptedContext[] {
  const accepted: AcceptedContext[] = [];
  for (const reply of replies) {
    const context = proposed.find(({ id }) => id === reply.id);
    if (context === undefined) throw new PduError(`presentation context ${reply.id} was not proposed`);
    if (reply.result !== 0) continue;
    if (!context.transferSyntaxes.includes(reply.transferSyntax)) {
      throw new PduError(`presentation context ${reply.id}: transfer syntax ${reply.transferSyntax} was not proposed`);
    }
    accepted.push({ id: reply.id, abstractSyntax: context.abstractSyntax, transferSyntax: reply.transferSyntax });
  }
  return accepted;
}

/** @throws PduError when the peer's maximum length leaves no room for messages. */
export function checkPeerMaxPduLength(maxPduLength: number): void {
  if (maxPduLength !== 0 && maxPduLength < MIN_PEER_PDU_LENGTH) {
    throw new PduError(`the peer takes PDUs of ${maxPduLength} bytes at most, ${MIN_PEER_PDU_LENGTH} are needed`);
  }
}
