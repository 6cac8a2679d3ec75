import { COMMAND } from '#main/network/commandSet.ts';
import { collect } from '#main/network/pendingRequest.ts';
import type { AcceptedContext, IncomingRequest, Invoker, PeerIdentity, ServiceHandler } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { IDENTIFIER_TRANSFER_SYNTAXES } from '#main/services/query/identifier.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { outgoing } from '../dataSets.ts';
import { type Caller, connectTo, type Peer } from '../peer.ts';
import { checkStatus, errorComment } from '../workflowStatus.ts';
import {
  type CommitmentReport,
  EVENT_ALL_COMMITTED,
  EVENT_FAILURES_EXIST,
  MAX_LIST,
  readReport,
  reportDataSet,
  STORAGE_COMMITMENT,
  STORAGE_COMMITMENT_INSTANCE,
} from './report.ts';

/** Takes a report that came; false when there is no such transaction. It is safe when this returns. */
export type TakeReport = (report: CommitmentReport, from: PeerIdentity) => boolean;

/** Answers one N-EVENT-REPORT of storage commitment (PS3.4 J.3.3). */
export async function takeEvent(request: IncomingRequest, take: TakeReport): Promise<void> {
  const { command, context, dataSet, peer } = request;
  const answer = (status: number, comment?: string) =>
    request.respond({
      status,
      affectedSopClassUid: STORAGE_COMMITMENT,
      affectedSopInstanceUid: STORAGE_COMMITMENT_INSTANCE,
      eventTypeId: command.eventTypeId,
      errorComment: errorComment(comment),
    });
  if (command.eventTypeId !== EVENT_ALL_COMMITTED && command.eventTypeId !== EVENT_FAILURES_EXIST)
    return answer(STATUS.noSuchEventType);
  if (dataSet === undefined) return answer(STATUS.missingAttribute, 'no event information');
  const bytes = await collect(dataSet, MAX_LIST);
  let report: CommitmentReport;
  try {
    report = readReport(bytes, context, peer.callingAe);
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    return answer(STATUS.invalidArgument, describeError(error));
  }
  if (take(report, peer)) return answer(STATUS.success);
  return answer(STATUS.processingFailure, `transaction ${report.transactionUid} is unknown here`);
}

/** For associations that we open to ask for commitment: the peer may report on them at once. */
export const reportHandler = (take: TakeReport): ServiceHandler => ({
  name: 'Storage Commitment',
  commands: [COMMAND['N-EVENT-REPORT']],
  transferSyntaxes: IDENTIFIER_TRANSFER_SYNTAXES,
  accepts: (abstractSyntax) => abstractSyntax === STORAGE_COMMITMENT,
  handle: (request) => takeEvent(request, take),
});

/** Sends a report on an association that stands. @throws IsocenterError DIMSE_STATUS when the peer does not take it */
export async function sendReport(
  association: Invoker,
  context: AcceptedContext,
  report: CommitmentReport,
  peer: string,
): Promise<void> {
  const response = await association.invoke(
    context,
    {
      commandField: COMMAND['N-EVENT-REPORT'],
      affectedSopClassUid: STORAGE_COMMITMENT,
      affectedSopInstanceUid: STORAGE_COMMITMENT_INSTANCE,
      eventTypeId: report.failed.length === 0 ? EVENT_ALL_COMMITTED : EVENT_FAILURES_EXIST,
    },
    outgoing(reportDataSet(report), context),
  );
  checkStatus('storage commitment report', response, peer);
}

/**
 * Reports on an association of our own, on which we are SCP (PS3.4 J.3.3: role selection).
 * @throws IsocenterError NETWORK, ASSOCIATION_…, UNSUPPORTED_OBJECT when the peer takes no reports from us, DIMSE_STATUS when not this one
 */
export async function deliverReport(
  peer: Peer,
  caller: Caller,
  report: CommitmentReport,
  signal?: AbortSignal,
): Promise<void> {
  const association = await connectTo(peer, caller, {
    contexts: [
      { abstractSyntax: STORAGE_COMMITMENT, transferSyntaxes: [...IDENTIFIER_TRANSFER_SYNTAXES], role: 'scp' },
    ],
    signal,
  });
  try {
    const context = association.contextFor(STORAGE_COMMITMENT);
    if (context === undefined)
      throw new IsocenterError('UNSUPPORTED_OBJECT', 'does not take storage commitment reports', {
        object: peer.aeTitle,
      });
    await sendReport(association, context, report, peer.aeTitle);
  } finally {
    await association.release().catch(() => undefined);
  }
}
