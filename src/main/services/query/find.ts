import { IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import { STATUS } from '#main/network/status.ts';
import { incoming } from '../dataSets.ts';
import { type Caller, connectTo, type Peer } from '../peer.ts';
import {
  type Answer,
  answerOf,
  elementsOf,
  encodeElements,
  IDENTIFIER_TRANSFER_SYNTAXES,
  type Keys,
  UTF8,
} from './identifier.ts';
import { type QueryLevel, type QueryModel, sopClassOf } from './model.ts';
import { type Agreed, agreedOn, proposalOf } from './negotiation.ts';
import { cancellation, contextOf, finalStatus, refusalOf } from './session.ts';

export interface FindRequest {
  readonly model: QueryModel;
  readonly level: QueryLevel;
  /** Matching and return keys by keyword; Query/Retrieve Level is added. */
  readonly keys: Keys;
  /** Asked for by extended negotiation; the query is refused here when the peer does not agree. */
  readonly extended?: Partial<Agreed>;
  /** Specific Character Set of our identifier (used if it holds the keys), ISO_IR 192 if not given. */
  readonly characterSet?: readonly string[];
}

export interface FindOptions {
  /** Gets each answer as it comes; the next is not read before it is done. */
  readonly onAnswer: (answer: Answer) => void | Promise<void>;
  /** After so many answers the peer is asked to stop. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

export interface FindOutcome {
  readonly answers: number;
  /** False when the limit was reached and there is more. */
  readonly isComplete: boolean;
  /** The peer said that it does not match by some of the keys: answers may be too many (status FF01H). */
  readonly ignoresKeys: boolean;
  /** What was read with reservations: a character set that we do not know, for example. */
  readonly warnings: readonly string[];
}

const MOST_WARNINGS = 10;

/**
 * C-FIND as SCU (PS3.4 C.4.1), on an association of its own.
 * @throws IsocenterError DIMSE_STATUS when the peer refuses or fails; CANCELLED; NETWORK when it does not offer what is asked; USAGE for
 *   an unknown keyword; what `connectTo` throws
 */
export async function find(
  peer: Peer,
  caller: Caller,
  { model, level, keys, characterSet = UTF8, extended = {} }: FindRequest,
  { onAnswer, limit = Infinity, signal }: FindOptions,
): Promise<FindOutcome> {
  const sopClassUid = sopClassOf(model, 'find');
  // An unknown keyword is found out before anybody is called.
  const elements = elementsOf({ ...keys, QueryRetrieveLevel: level });
  const association = await connectTo(peer, caller, {
    contexts: [
      {
        abstractSyntax: sopClassUid,
        transferSyntaxes: IDENTIFIER_TRANSFER_SYNTAXES,
        extended: proposalOf(extended),
      },
    ],
    signal,
  });
  const cancel = cancellation(association, signal);
  let answers = 0;
  let isComplete = true;
  let ignoresKeys = false;
  const warnings = new Set<string>();
  try {
    const context = contextOf(association, sopClassUid, `queries in the ${model} root model`, peer);
    checkAgreed(extended, agreedOn(context), peer);
    const identifier = [encodeElements(elements, context, characterSet)];
    const command = { commandField: COMMAND['C-FIND'], affectedSopClassUid: sopClassUid, priority: 0 };
    const response = await association.invoke(context, command, identifier, {
      cancel: cancel.signal,
      onPending: async ({ status, dataSet }) => {
        if (status === STATUS.pendingWithWarning) ignoresKeys = true;
        if (cancel.signal.aborted || dataSet === undefined) return;
        if (answers >= limit) {
          isComplete = false;
          cancel.stop();
          return;
        }
        answers++;
        const answer = incoming(dataSet, context, `answer of ${peer.aeTitle}`);
        for (const warning of answer.source.warnings) if (warnings.size < MOST_WARNINGS) warnings.add(warning);
        await onAnswer(answerOf(answer));
      },
    });
    throwIfCancelled(signal);
    const refusal = refusalOf(response, peer);
    if (refusal !== undefined && isComplete) throw refusal;
    // The peer may stop by itself: a list cut short must not look whole.
    if (finalStatus(response) !== STATUS.success) isComplete = false;
    return { answers, isComplete, ignoresKeys, warnings: [...warnings] };
  } finally {
    cancel.dispose();
    if (association.isOpen) await association.release().catch(() => undefined);
  }
}

/** A query that means something else without what was asked for is not sent. */
function checkAgreed(wanted: Partial<Agreed>, agreed: Agreed, peer: Peer): void {
  const missing = (['relational', 'combinedDateTime', 'fuzzyNames'] as const).find(
    (name) => wanted[name] && !agreed[name],
  );
  if (missing !== undefined) {
    throw new IsocenterError('NETWORK', `the peer does not offer this kind of query: ${missing}`, {
      object: peer.aeTitle,
    });
  }
}

/** All answers at once; a limit bounds the memory. */
export async function findAll(
  peer: Peer,
  caller: Caller,
  request: FindRequest,
  options: Omit<FindOptions, 'onAnswer'> = {},
): Promise<FindOutcome & { readonly found: readonly Answer[] }> {
  const found: Answer[] = [];
  const outcome = await find(peer, caller, request, { ...options, onAnswer: (answer) => void found.push(answer) });
  return { ...outcome, found };
}
