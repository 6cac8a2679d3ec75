import { COMMAND } from '#main/network/commandSet.ts';
import { STATUS } from '#main/network/status.ts';
import { IDENTIFIER_TRANSFER_SYNTAXES } from '#main/services/query/identifier.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { outgoing } from '../dataSets.ts';
import { type Caller, connectTo, type Peer } from '../peer.ts';
import { statusFault } from '../workflowStatus.ts';
import { reportHandler, type TakeReport } from './events.ts';
import {
  checkObjects,
  type CommitmentRequest,
  REQUEST_COMMITMENT,
  requestDataSet,
  STORAGE_COMMITMENT,
  STORAGE_COMMITMENT_INSTANCE,
} from './report.ts';

export interface CommitmentOptions {
  /** Takes the report if it comes on this association; it may come before the peer has answered the request. */
  readonly onReport: TakeReport;
  /** Fires when the report has come, on whichever association: this one is released then. */
  readonly reported: AbortSignal;
  /** The peer has accepted the request. */
  readonly onAccepted: () => void;
  /** How long to keep the association for the report once the request is answered, milliseconds. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks a peer to commit itself to objects (PS3.4 J.3.2, N-ACTION) and waits a while for the report on the same association.
 * Accepting the request says nothing of whether anything is committed.
 * @throws IsocenterError NETWORK, ASSOCIATION_…, UNSUPPORTED_OBJECT, DIMSE_STATUS when it is refused, CANCELLED
 */
export async function requestCommitment(
  peer: Peer,
  caller: Caller,
  request: CommitmentRequest,
  { onReport, onAccepted, reported, waitMs, signal }: CommitmentOptions,
): Promise<void> {
  checkObjects(request.objects, peer.aeTitle);
  // A report that came here is answered before we release: else the peer would send it again.
  let answering = Promise.resolve();
  const handler = reportHandler(onReport);
  const association = await connectTo(peer, caller, {
    contexts: [{ abstractSyntax: STORAGE_COMMITMENT, transferSyntaxes: [...IDENTIFIER_TRANSFER_SYNTAXES] }],
    handlers: [{ ...handler, handle: (event) => (answering = handler.handle(event)) }],
    signal,
  });
  try {
    const context = association.contextFor(STORAGE_COMMITMENT);
    if (context === undefined)
      throw new IsocenterError('UNSUPPORTED_OBJECT', 'does not offer storage commitment', { object: peer.aeTitle });
    const response = await association.invoke(
      context,
      {
        commandField: COMMAND['N-ACTION'],
        requestedSopClassUid: STORAGE_COMMITMENT,
        requestedSopInstanceUid: STORAGE_COMMITMENT_INSTANCE,
        actionTypeId: REQUEST_COMMITMENT,
      },
      outgoing(requestDataSet(request), context),
    );
    if (response.status !== STATUS.success && !reported.aborted)
      throw statusFault('storage commitment', response, peer.aeTitle);
    onAccepted();
    await waitForReport(association.closed, reported, signal, waitMs);
  } finally {
    await answering.catch(() => undefined);
    await association.release().catch(() => undefined);
  }
}

function waitForReport(
  closed: Promise<void>,
  reported: AbortSignal,
  signal: AbortSignal | undefined,
  waitMs: number,
): Promise<void> {
  if (reported.aborted || signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      reported.removeEventListener('abort', done);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    reported.addEventListener('abort', done);
    signal?.addEventListener('abort', done);
    void closed.then(done);
  });
}
