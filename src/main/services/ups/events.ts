import { COMMAND } from '#main/network/commandSet.ts';
import { collect } from '#main/network/pendingRequest.ts';
import type { ServiceHandler } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { IDENTIFIER_TRANSFER_SYNTAXES } from '#main/services/query/identifier.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { incoming, outgoing } from '../dataSets.ts';
import { type Caller, connectTo, type Peer } from '../peer.ts';
import { errorComment } from '../workflowStatus.ts';
import type { TaskNotice } from './manager.ts';
import { EVENT, UPS_EVENT, UPS_PUSH } from './sopClasses.ts';

const MAX_EVENT = 1024 * 1024;

/** A report of another manager on one of its tasks. */
export interface TaskReport {
  readonly from: string;
  readonly sopInstanceUid: string;
  readonly eventTypeId: number;
  readonly information: DataSet;
}

/** Takes N-EVENT-REPORTs on tasks that we have subscribed to (PS3.4 CC.2.4), on associations that the manager opens. */
export const taskEventHandler = (take: (report: TaskReport) => void): ServiceHandler => ({
  name: 'Unified Procedure Step Event',
  commands: [COMMAND['N-EVENT-REPORT']],
  transferSyntaxes: IDENTIFIER_TRANSFER_SYNTAXES,
  accepts: (abstractSyntax) => abstractSyntax === UPS_EVENT,
  async handle(request) {
    const { command, context, dataSet, peer } = request;
    const { affectedSopInstanceUid: sopInstanceUid = '', eventTypeId = 0 } = command;
    const answer = (status: number, comment?: string) =>
      request.respond({
        status,
        affectedSopInstanceUid: sopInstanceUid,
        eventTypeId,
        errorComment: errorComment(comment),
      });
    if (!Object.values<number>(EVENT).includes(eventTypeId)) return answer(STATUS.noSuchEventType);
    if (dataSet === undefined) return answer(STATUS.missingAttribute, 'no event information');
    const bytes = await collect(dataSet, MAX_EVENT);
    try {
      const information = incoming(bytes, context, `report of ${peer.callingAe}`);
      take({ from: peer.callingAe, sopInstanceUid, eventTypeId, information });
    } catch (error) {
      if (!(error instanceof IsocenterError)) throw error;
      return answer(STATUS.invalidArgument, describeError(error));
    }
    return answer(STATUS.success);
  },
});

/**
 * Tells a subscriber, in order, over one association on which we are SCP.
 * @throws IsocenterError NETWORK, ASSOCIATION_…, UNSUPPORTED_OBJECT when it does not take reports
 */
export async function sendNotices(peer: Peer, caller: Caller, notices: readonly TaskNotice[]): Promise<void> {
  const association = await connectTo(peer, caller, {
    contexts: [{ abstractSyntax: UPS_EVENT, transferSyntaxes: [...IDENTIFIER_TRANSFER_SYNTAXES], role: 'scp' }],
  });
  try {
    const context = association.contextFor(UPS_EVENT);
    if (context === undefined)
      throw new IsocenterError('UNSUPPORTED_OBJECT', 'does not take reports on tasks', { object: peer.aeTitle });
    for (const { sopInstanceUid, eventTypeId, information } of notices)
      await association.invoke(
        context,
        {
          commandField: COMMAND['N-EVENT-REPORT'],
          affectedSopClassUid: UPS_PUSH,
          affectedSopInstanceUid: sopInstanceUid,
          eventTypeId,
        },
        outgoing(information, context),
      );
  } finally {
    await association.release().catch(() => undefined);
  }
}
