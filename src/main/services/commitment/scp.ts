import { COMMAND } from '#main/network/commandSet.ts';
import { collect } from '#main/network/pendingRequest.ts';
import type { IncomingRequest, PeerIdentity, ServiceHandler } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { IDENTIFIER_TRANSFER_SYNTAXES } from '#main/services/query/identifier.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { errorComment } from '../workflowStatus.ts';
import { sendReport, type TakeReport, takeEvent } from './events.ts';
import {
  type CommitmentReport,
  type CommitmentRequest,
  MAX_LIST,
  readRequest,
  REQUEST_COMMITMENT,
  STORAGE_COMMITMENT,
  STORAGE_COMMITMENT_INSTANCE,
} from './report.ts';

/** Who keeps objects and can answer for them. */
export interface CommitmentKeeper {
  /** Takes the request over: it will be answered even after a restart. */
  accept(request: CommitmentRequest, from: PeerIdentity): void;
  /** What is held of it, each object looked at. */
  examine(request: CommitmentRequest): Promise<CommitmentReport>;
  /** The peer has the report. */
  delivered(transactionUid: string): void;
  /** The report did not get through on the peer's own association: another one is needed. */
  undelivered(transactionUid: string): void;
}

/** Storage commitment as SCP, and as SCU that is called back, on associations that others open (PS3.4 annex J). */
export const commitmentHandler = (keeper: CommitmentKeeper, takeReport: TakeReport): ServiceHandler => ({
  name: 'Storage Commitment',
  commands: [COMMAND['N-ACTION'], COMMAND['N-EVENT-REPORT']],
  transferSyntaxes: IDENTIFIER_TRANSFER_SYNTAXES,
  accepts: (abstractSyntax) => abstractSyntax === STORAGE_COMMITMENT,
  handle: (request) =>
    request.command.commandField === COMMAND['N-ACTION'] ? commit(request, keeper) : takeEvent(request, takeReport),
});

async function commit(request: IncomingRequest, keeper: CommitmentKeeper): Promise<void> {
  const { command, context, dataSet, peer } = request;
  const answer = (status: number, comment?: string) =>
    request.respond({
      status,
      affectedSopClassUid: STORAGE_COMMITMENT,
      affectedSopInstanceUid: STORAGE_COMMITMENT_INSTANCE,
      actionTypeId: command.actionTypeId,
      errorComment: errorComment(comment),
    });
  if (command.requestedSopInstanceUid !== STORAGE_COMMITMENT_INSTANCE)
    return answer(STATUS.noSuchInstance, 'not the well-known instance of storage commitment');
  if (command.actionTypeId !== REQUEST_COMMITMENT) return answer(STATUS.noSuchAction);
  if (dataSet === undefined) return answer(STATUS.missingAttribute, 'no action information');
  const bytes = await collect(dataSet, MAX_LIST);
  let wanted: CommitmentRequest;
  try {
    wanted = readRequest(bytes, context, peer.callingAe);
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    return answer(STATUS.invalidArgument, describeError(error));
  }
  keeper.accept(wanted, peer);
  await answer(STATUS.success);
  // Not awaited: the peer may go on, or release; the report waits for neither.
  void report(request, keeper, wanted);
}

async function report(request: IncomingRequest, keeper: CommitmentKeeper, wanted: CommitmentRequest): Promise<void> {
  try {
    await sendReport(request.association, request.context, await keeper.examine(wanted), request.peer.callingAe);
    keeper.delivered(wanted.transactionUid);
  } catch {
    keeper.undelivered(wanted.transactionUid);
  }
}
