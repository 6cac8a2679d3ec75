import type { ContextProposal } from '#main/network/associate.ts';
import { MAX_CONTEXTS } from '#main/network/associate.ts';
import type { Part10Head } from '#main/network/part10Head.ts';
import type { PlannedFile } from './sendObject.ts';
import { alternativesTo } from './rewrite.ts';

/** Files that fit the presentation contexts of one association. */
export interface SendBatch {
  readonly contexts: readonly ContextProposal[];
  readonly files: readonly PlannedFile[];
}

/**
 * The contexts one object needs: its own transfer syntax and those it could be rewritten into. One syntax a context, so
 * that the acceptor cannot choose the rewriting where it could take the original.
 */
function proposalsFor({ sopClassUid, transferSyntaxUid }: Part10Head): ContextProposal[] {
  const syntaxes = [transferSyntaxUid, ...alternativesTo(transferSyntaxUid)];
  return syntaxes.map((uid) => ({ abstractSyntax: sopClassUid, transferSyntaxes: [uid] }));
}

/** Splits files, in their order, into as few associations as their contexts allow (128 each, PS3.8 9.3.2.2). */
export function planBatches(files: readonly PlannedFile[]): SendBatch[] {
  const batches: SendBatch[] = [];
  let contexts = new Map<string, ContextProposal>();
  let members: PlannedFile[] = [];
  const close = () => {
    if (members.length > 0) batches.push({ contexts: [...contexts.values()], files: members });
    contexts = new Map();
    members = [];
  };
  for (const file of files) {
    const needed = proposalsFor(file.head).map(
      (proposal) => [`${proposal.abstractSyntax} ${proposal.transferSyntaxes[0]}`, proposal] as const,
    );
    const fresh = needed.filter(([key]) => !contexts.has(key));
    if (contexts.size + fresh.length > MAX_CONTEXTS) close();
    for (const [key, proposal] of needed) contexts.set(key, proposal);
    members.push(file);
  }
  close();
  return batches;
}
