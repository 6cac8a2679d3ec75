import { IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { userInformation } from '../implementation.ts';
import type {
  AssociateAcceptPdu,
  AssociateRequestPdu,
  ContextReply,
  OperationsWindow,
  ProposedContext,
  RoleSelection,
} from '../pdu/types.ts';
import { DICOM_APPLICATION_CONTEXT, PduError } from '../pdu/types.ts';
import type { AcceptedContext, ServiceHandler } from '../service.ts';
import { chooseTransferSyntax, STORAGE_TRANSFER_SYNTAXES } from '../transferSyntaxes.ts';
import { SYNCHRONOUS, windowReply } from './operationsWindow.ts';
import { counterpart, requestorRole } from './roles.ts';

export interface AcceptorTerms {
  readonly handlers: readonly ServiceHandler[];
  readonly maxPduLength: number;
  /** SOP classes we may be SCU of on associations that others open. */
  readonly scuOf?: (sopClassUid: string) => boolean;
  /** Operations we would invoke and perform at once. */
  readonly asyncOperations?: OperationsWindow;
  /** To a requestor that asked for a positive response to its user identity. */
  readonly userIdentityResponse?: Uint8Array;
}

/** The acceptor's view of one SOP class. */
interface Offer {
  readonly handler: ServiceHandler | undefined;
  /** The requestor may be SCU: we serve the class. */
  readonly scu: boolean;
  /** The requestor may be SCP: we are SCU of the class. */
  readonly scp: boolean;
}

const roleFor = (roles: readonly RoleSelection[], uid: string) => roles.find(({ sopClassUid }) => sopClassUid === uid);

function offerOf(sopClassUid: string, proposed: RoleSelection | undefined, terms: AcceptorTerms): Offer {
  const handler = terms.handlers.find((candidate) => candidate.accepts(sopClassUid));
  const scu = (proposed?.scu ?? true) && handler !== undefined;
  const scp = proposed?.scp === true && terms.scuOf?.(sopClassUid) === true;
  return { handler, scu, scp };
}

function replyTo(context: ProposedContext, roles: readonly RoleSelection[], terms: AcceptorTerms): ContextReply {
  const { id, abstractSyntax } = context;
  const refused = (result: 1 | 3 | 4): ContextReply => ({ id, result, transferSyntax: IMPLICIT_LITTLE_ENDIAN });
  const { handler, scu, scp } = offerOf(abstractSyntax, roleFor(roles, abstractSyntax), terms);
  if (!scu && !scp) return refused(handler === undefined && terms.scuOf?.(abstractSyntax) !== true ? 3 : 1);
  const taken = handler?.transferSyntaxes ?? STORAGE_TRANSFER_SYNTAXES;
  const transferSyntax = chooseTransferSyntax(context.transferSyntaxes, taken);
  return transferSyntax === undefined ? refused(4) : { id, result: 0, transferSyntax };
}

/** The A-ASSOCIATE-AC to a request that is not refused, context by context and sub-item by sub-item. */
export function acceptanceOf(request: AssociateRequestPdu, terms: AcceptorTerms): AssociateAcceptPdu {
  const { roles, extended, asyncOperations, userIdentity } = request.user;
  return {
    type: 'A-ASSOCIATE-AC',
    protocolVersion: 1,
    calledAe: request.calledAe,
    callingAe: request.callingAe,
    applicationContext: DICOM_APPLICATION_CONTEXT,
    contexts: request.contexts.map((context) => replyTo(context, roles, terms)),
    user: userInformation({
      maxPduLength: terms.maxPduLength,
      asyncOperations: windowReply(asyncOperations, terms.asyncOperations ?? SYNCHRONOUS),
      roles: roles.map((role) => {
        const { scu, scp } = offerOf(role.sopClassUid, role, terms);
        return { sopClassUid: role.sopClassUid, scu, scp };
      }),
      extended: extended.flatMap(({ sopClassUid, information }) => {
        const handler = terms.handlers.find((candidate) => candidate.accepts(sopClassUid));
        const reply = handler?.extendedReply?.(sopClassUid, information);
        return reply === undefined ? [] : [{ sopClassUid, information: reply }];
      }),
      userIdentityResponse: userIdentity?.positiveResponse === true ? terms.userIdentityResponse : undefined,
    }),
  };
}

/**
 * The contexts in force for one side, from what was proposed and what was answered. A context in which the negotiation
 * left this side no role is not among them.
 * @throws PduError when the acceptor answers something that was not proposed.
 */
export function acceptedContexts(
  side: 'requestor' | 'acceptor',
  request: AssociateRequestPdu,
  reply: AssociateAcceptPdu,
): AcceptedContext[] {
  const accepted: AcceptedContext[] = [];
  for (const { id, result, transferSyntax } of reply.contexts) {
    const context = request.contexts.find((candidate) => candidate.id === id);
    if (context === undefined) throw new PduError(`presentation context ${id} was not proposed`);
    if (result !== 0) continue;
    if (!context.transferSyntaxes.includes(transferSyntax)) {
      throw new PduError(`presentation context ${id}: transfer syntax ${transferSyntax} was not proposed`);
    }
    const { abstractSyntax } = context;
    const requestor = requestorRole(
      roleFor(request.user.roles, abstractSyntax),
      roleFor(reply.user.roles, abstractSyntax),
    );
    if (requestor === undefined) continue;
    accepted.push({
      id,
      abstractSyntax,
      transferSyntax,
      role: side === 'requestor' ? requestor : counterpart(requestor),
      extended: reply.user.extended.find(({ sopClassUid }) => sopClassUid === abstractSyntax)?.information,
    });
  }
  return accepted;
}
