import type { Association } from '#main/network/association.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import type { AcceptedContext, DimseResponse } from '#main/network/service.ts';
import { IDENTIFIER_TRANSFER_SYNTAXES, type Keys } from '#main/services/query/identifier.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { incoming, outgoing } from '../dataSets.ts';
import { type Caller, connectTo, type Peer } from '../peer.ts';
import { findIn, type FindOptions } from '../worklist/find.ts';
import { checkStatus } from '../workflowStatus.ts';
import { ACTION, UPS_PULL, UPS_PUSH, UPS_QUERY, UPS_WATCH } from './sopClasses.ts';

/** C-FIND of tasks, by whichever of the three SOP classes the manager offers. @throws what `findIn` throws */
export const findTasks = (peer: Peer, caller: Caller, keys: Keys, options?: FindOptions): Promise<DataSet[]> =>
  findIn(peer, caller, [UPS_PULL, UPS_WATCH, UPS_QUERY], 'unified procedure steps', keys, options);

/** Operations on one manager's tasks, over one association. Each throws DIMSE_STATUS with the peer's answer in words. */
export interface TaskSession {
  get(sopInstanceUid: string): Promise<DataSet>;
  /** Claims (IN PROGRESS), completes or cancels under a transaction UID. */
  changeState(sopInstanceUid: string, state: string, transactionUid: string): Promise<void>;
  set(sopInstanceUid: string, transactionUid: string, attributes: DataSetInput): Promise<void>;
  requestCancel(sopInstanceUid: string, reason: string): Promise<void>;
  subscribe(sopInstanceUid: string, receiver: string): Promise<void>;
  unsubscribe(sopInstanceUid: string, receiver: string): Promise<void>;
}

/**
 * Opens an association with a task manager, for as long as `use` takes (PS3.4 annex CC as SCU).
 * @throws IsocenterError NETWORK, ASSOCIATION_…, UNSUPPORTED_OBJECT when the manager lacks what is needed
 */
export async function withTasks<T>(
  peer: Peer,
  caller: Caller,
  use: (session: TaskSession) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const transferSyntaxes = [...IDENTIFIER_TRANSFER_SYNTAXES];
  const association = await connectTo(peer, caller, {
    contexts: [UPS_PULL, UPS_WATCH, UPS_PUSH].map((abstractSyntax) => ({ abstractSyntax, transferSyntaxes })),
    signal,
  });
  try {
    return await use(session(association, peer.aeTitle));
  } finally {
    await association.release().catch(() => undefined);
  }
}

function session(association: Association, peer: string): TaskSession {
  const contextFor = (...sopClasses: string[]): AcceptedContext => {
    for (const sopClass of sopClasses) {
      const context = association.contextFor(sopClass);
      if (context !== undefined) return context;
    }
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'does not offer this for unified procedure steps', { object: peer });
  };
  const act = async (
    what: string,
    context: AcceptedContext,
    uid: string,
    action: number,
    information: DataSetInput,
  ) => {
    const response = await association.invoke(
      context,
      {
        commandField: COMMAND['N-ACTION'],
        requestedSopClassUid: UPS_PUSH,
        requestedSopInstanceUid: uid,
        actionTypeId: action,
      },
      outgoing(information, context),
    );
    checkStatus(what, response, peer);
  };
  return {
    async get(uid) {
      const context = contextFor(UPS_PULL, UPS_WATCH, UPS_PUSH);
      const response: DimseResponse = await association.invoke(context, {
        commandField: COMMAND['N-GET'],
        requestedSopClassUid: UPS_PUSH,
        requestedSopInstanceUid: uid,
      });
      checkStatus('reading the task', response, peer);
      return incoming(response.dataSet ?? new Uint8Array(), context, `task ${uid} of ${peer}`);
    },
    changeState: (uid, state, transactionUid) =>
      act(`${WORDS[state] ?? state} the task`, contextFor(UPS_PULL), uid, ACTION.changeState, {
        ProcedureStepState: state,
        TransactionUID: transactionUid,
      }),
    async set(uid, transactionUid, attributes) {
      const context = contextFor(UPS_PULL);
      const response = await association.invoke(
        context,
        { commandField: COMMAND['N-SET'], requestedSopClassUid: UPS_PUSH, requestedSopInstanceUid: uid },
        outgoing({ ...attributes, TransactionUID: transactionUid }, context),
      );
      checkStatus('change of the task', response, peer);
    },
    requestCancel: (uid, reason) =>
      act('request to cancel the task', contextFor(UPS_WATCH, UPS_PUSH), uid, ACTION.requestCancel, {
        ReasonForCancellation: reason === '' ? undefined : reason,
      }),
    subscribe: (uid, receiver) =>
      act('subscription', contextFor(UPS_WATCH), uid, ACTION.subscribe, {
        ReceivingAE: receiver,
        DeletionLock: 'FALSE',
      }),
    unsubscribe: (uid, receiver) =>
      act('end of the subscription', contextFor(UPS_WATCH), uid, ACTION.unsubscribe, { ReceivingAE: receiver }),
  };
}

const WORDS: Readonly<Record<string, string>> = {
  'IN PROGRESS': 'claim of',
  COMPLETED: 'completion of',
  CANCELED: 'cancellation of',
};
