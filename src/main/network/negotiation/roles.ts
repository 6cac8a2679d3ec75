import type { RoleSelection } from '../pdu/types.ts';
import type { Role } from '../service.ts';

interface RoleProposal {
  readonly abstractSyntax: string;
  /** What the requestor wants to be; SCU when absent. */
  readonly role?: Role;
}

const isScu = (role: Role) => role !== 'scp';
const isScp = (role: Role) => role !== 'scu';

/** Of who may be SCU and who may be SCP; undefined when neither. */
function roleOf(scu: boolean, scp: boolean): Role | undefined {
  if (scu && scp) return 'both';
  if (scu) return 'scu';
  return scp ? 'scp' : undefined;
}

/** Role selection sub-items of a request: one a SOP class, none where the default (SCU) is wanted (PS3.7 D.3.3.4). */
export function proposedRoles(proposals: readonly RoleProposal[]): RoleSelection[] {
  const roles = new Map<string, RoleSelection>();
  for (const { abstractSyntax, role = 'scu' } of proposals) {
    const before = roles.get(abstractSyntax);
    roles.set(abstractSyntax, {
      sopClassUid: abstractSyntax,
      scu: isScu(role) || before?.scu === true,
      scp: isScp(role) || before?.scp === true,
    });
  }
  return [...roles.values()].filter(({ scp }) => scp);
}

/** What the requestor is in the end: without a sub-item on either side the defaults hold. */
export function requestorRole(proposed: RoleSelection | undefined, reply: RoleSelection | undefined): Role | undefined {
  if (proposed === undefined || reply === undefined) return 'scu';
  return roleOf(proposed.scu && reply.scu, proposed.scp && reply.scp);
}

/** What the acceptor is when the requestor is `role`. */
export function counterpart(role: Role): Role {
  if (role === 'both') return 'both';
  return role === 'scu' ? 'scp' : 'scu';
}
