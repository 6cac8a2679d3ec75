import { COMMAND } from '#main/network/commandSet.ts';
import { collect } from '#main/network/pendingRequest.ts';
import type { IncomingRequest, ServiceHandler } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import {
  type Answer,
  answerOf,
  encodeIdentifier,
  IDENTIFIER_TRANSFER_SYNTAXES,
  type Keys,
  textsIn,
} from '#main/services/query/identifier.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { incoming, outgoing } from '../dataSets.ts';
import { errorComment } from '../workflowStatus.ts';
import { inputOf, tagOfKey } from './attributes.ts';
import type { Answered, TaskManager } from './manager.ts';
import { answerFor } from './matching.ts';
import type { Subscription } from './record.ts';
import {
  ACTION,
  ALL_TASKS,
  ALL_TASKS_FILTERED,
  UPS_PULL,
  UPS_PUSH,
  UPS_QUERY,
  UPS_STATUS,
  UPS_WATCH,
} from './sopClasses.ts';

const MAX_DATA_SET = 4 * 1024 * 1024;

/** DIMSE services of each SOP class, PS3.4 table CC.2-1; tasks are created here only, so UPS Push is not offered. */
const SERVICES: Readonly<Record<string, readonly number[]>> = {
  [UPS_PULL]: [COMMAND['C-FIND'], COMMAND['N-GET'], COMMAND['N-SET'], COMMAND['N-ACTION']],
  [UPS_WATCH]: [COMMAND['C-FIND'], COMMAND['N-GET'], COMMAND['N-ACTION']],
  [UPS_QUERY]: [COMMAND['C-FIND']],
};
const ACTIONS: Readonly<Record<string, readonly number[]>> = {
  [UPS_PULL]: [ACTION.changeState],
  [UPS_WATCH]: [ACTION.requestCancel, ACTION.subscribe, ACTION.unsubscribe, ACTION.suspend],
};

export interface TaskScp {
  readonly manager: TaskManager;
  /** Subscribes, and tells the receiver how things stand. */
  subscribe(subscription: Subscription): void;
  unsubscribe(sopInstanceUid: string, receiver: string): void;
  suspend(receiver: string): void;
  /** Whether reports can be sent to this AE title. */
  knows(receiver: string): Promise<boolean>;
}

/** Unified Procedure Step as SCP: pull, watch and query of the tasks that we created (PS3.4 annex CC). */
export const taskHandler = (scp: TaskScp): ServiceHandler => ({
  name: 'Unified Procedure Step',
  commands: [COMMAND['C-FIND'], COMMAND['N-GET'], COMMAND['N-SET'], COMMAND['N-ACTION']],
  transferSyntaxes: IDENTIFIER_TRANSFER_SYNTAXES,
  accepts: (abstractSyntax) => abstractSyntax in SERVICES,
  async handle(request) {
    const { commandField } = request.command;
    if (!SERVICES[request.context.abstractSyntax].includes(commandField))
      return request.respond({ status: STATUS.unrecognizedOperation });
    try {
      const dataset = await dataSetOf(request);
      if (commandField === COMMAND['C-FIND']) await find(request, dataset, scp.manager);
      else if (commandField === COMMAND['N-GET']) await get(request, scp.manager);
      else
        await answer(
          request,
          commandField === COMMAND['N-SET'] ? set(request, dataset, scp) : await act(request, dataset, scp),
        );
    } catch (error) {
      if (!(error instanceof IsocenterError) || error.code === 'STORAGE') throw error;
      await answer(request, { status: STATUS.invalidAttributeValue, comment: describeError(error) });
    }
  },
});

async function dataSetOf({ dataSet, context, peer }: IncomingRequest): Promise<DataSet> {
  const bytes = dataSet === undefined ? new Uint8Array() : await collect(dataSet, MAX_DATA_SET);
  return incoming(bytes, context, `request of ${peer.callingAe}`);
}

const uidOf = ({ command }: IncomingRequest): string => command.requestedSopInstanceUid ?? '';

const answer = (request: IncomingRequest, { status, comment }: Answered): Promise<void> =>
  request.respond({
    status,
    affectedSopClassUid: request.command.requestedSopClassUid === undefined ? undefined : UPS_PUSH,
    affectedSopInstanceUid: request.command.requestedSopInstanceUid,
    actionTypeId: request.command.actionTypeId,
    errorComment: errorComment(comment),
  });

async function find(request: IncomingRequest, keys: DataSet, manager: TaskManager): Promise<void> {
  for await (const task of manager.search(keys)) {
    if (request.cancelled.aborted) return request.respond({ status: STATUS.cancelled });
    await request.respond({ status: STATUS.pending }, outgoing(answerFor(keys, task), request.context));
  }
  return request.respond({ status: STATUS.success });
}

async function get(request: IncomingRequest, manager: TaskManager): Promise<void> {
  const task = manager.get(uidOf(request));
  if (task === undefined) return answer(request, { status: UPS_STATUS.noSuchTask });
  const all = Object.entries(inputOf(task));
  const wanted = request.command.attributeIdentifierList ?? [];
  const chosen = wanted.length === 0 ? all : all.filter(([key]) => wanted.includes(tagOfKey(key)));
  return request.respond(
    {
      status: chosen.length < wanted.length ? STATUS.optionalAttributesNotSupported : STATUS.success,
      affectedSopClassUid: UPS_PUSH,
      affectedSopInstanceUid: uidOf(request),
    },
    outgoing(Object.fromEntries(chosen), request.context),
  );
}

const set = (request: IncomingRequest, modifications: DataSet, { manager }: TaskScp): Answered =>
  manager.set(uidOf(request), modifications);

async function act(request: IncomingRequest, information: DataSet, scp: TaskScp): Promise<Answered> {
  const { actionTypeId = 0 } = request.command;
  if (!(ACTIONS[request.context.abstractSyntax] ?? []).includes(actionTypeId)) return { status: STATUS.noSuchAction };
  const uid = uidOf(request);
  const by = request.peer.callingAe;
  if (actionTypeId === ACTION.changeState) {
    const wanted = information.needString('ProcedureStepState');
    return scp.manager.changeState(uid, wanted, information.string('TransactionUID'), by);
  }
  if (actionTypeId === ACTION.requestCancel)
    return scp.manager.requestCancel(uid, information.string('ReasonForCancellation'), by);
  return subscribe(actionTypeId, uid, information, scp);
}

async function subscribe(actionTypeId: number, uid: string, information: DataSet, scp: TaskScp): Promise<Answered> {
  const receiver = information.needString('ReceivingAE');
  const isGlobal = uid === ALL_TASKS || uid === ALL_TASKS_FILTERED;
  if (!isGlobal && scp.manager.record(uid) === undefined) return { status: UPS_STATUS.noSuchTask };
  if (actionTypeId === ACTION.unsubscribe) scp.unsubscribe(uid, receiver);
  else if (actionTypeId === ACTION.suspend) {
    if (!isGlobal) return { status: UPS_STATUS.notAppropriate };
    scp.suspend(receiver);
  } else {
    if (!(await scp.knows(receiver))) return { status: UPS_STATUS.unknownReceiver };
    const deletionLock = information.string('DeletionLock') === 'TRUE';
    const filter = uid === ALL_TASKS_FILTERED ? filterOf(information) : undefined;
    scp.subscribe({ sopInstanceUid: uid, receiver, deletionLock, filter });
  }
  return { status: STATUS.success };
}

/** The matching keys of a filtered subscription stand beside receiver and deletion lock. */
function filterOf(information: DataSet): string {
  const { ReceivingAE: _receiver, DeletionLock: _lock, ...keys } = keysOf(information);
  const context = { id: 1, abstractSyntax: UPS_WATCH, transferSyntax: EXPLICIT_LITTLE_ENDIAN, role: 'scp' } as const;
  return Buffer.concat(encodeIdentifier(keys, context)).toString('base64');
}

/** A parsed identifier as keys again: wildcards and ranges are no valid values, but valid keys. */
const keysOf = (identifier: DataSet): Keys => asKeys(answerOf(identifier));

const asKeys = (answer: Answer): Keys =>
  Object.fromEntries(
    Object.entries(answer).map(([keyword, value]) => {
      if (typeof value === 'string') return [keyword, value];
      const items = value.filter((one) => typeof one === 'object');
      return [
        keyword,
        items.length > 0 || value.length === 0 ? items.map(asKeys) : textsIn(answer, keyword).join('\\'),
      ];
    }),
  );
