import { type Caller, connectTo, type Peer } from '../peer.ts';
import { IDENTIFIER_TRANSFER_SYNTAXES } from './identifier.ts';
import { sopClassOf } from './model.ts';
import { type RetrieveOptions, type RetrieveOutcome, type RetrieveTarget, retrieveOver } from './retrieval.ts';

/**
 * C-MOVE as SCU (PS3.4 C.4.2): asks `peer` to send the objects to the AE title `destination`, which the peer must know.
 * What the destination received is for the destination to say; the counts here are the peer's.
 * @throws IsocenterError DIMSE_STATUS (A801H: the peer does not know the destination), MISSING_ATTRIBUTE, CANCELLED, what `connectTo` throws
 */
export async function moveTo(
  peer: Peer,
  caller: Caller,
  destination: string,
  target: RetrieveTarget,
  options: RetrieveOptions = {},
): Promise<RetrieveOutcome> {
  const association = await connectTo(peer, caller, {
    contexts: [{ abstractSyntax: sopClassOf(target.model, 'move'), transferSyntaxes: IDENTIFIER_TRANSFER_SYNTAXES }],
    signal: options.signal,
    // The peer may be silent while it sends: a pending response is only due after each object.
    timeouts: { idle: 600_000 },
  });
  try {
    return await retrieveOver(association, 'move', target, peer, options, destination);
  } finally {
    if (association.isOpen) await association.release().catch(() => undefined);
  }
}
