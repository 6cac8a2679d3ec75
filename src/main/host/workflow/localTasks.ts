import type { Answered, TaskManager } from '#main/services/ups/manager.ts';
import { readAttributes, storeAttributes } from '#main/services/ups/attributes.ts';
import type { TaskSession } from '#main/services/ups/scu.ts';
import { UPS_PULL, UPS_STATUS } from '#main/services/ups/sopClasses.ts';
import { checkStatus } from '#main/services/workflowStatus.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import { elementsOf, encodeElements, type Keys, UTF8 } from '#main/services/query/identifier.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { parseDataSet } from '#shared/dicom/codec/parse.ts';
import { EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

/** Our own tasks, worked on as any other manager's: the same rules hold for ourselves. */
export function localTasks(manager: TaskManager, aeTitle: string): Omit<TaskSession, 'subscribe' | 'unsubscribe'> {
  const check = (what: string, { status, comment }: Answered) =>
    checkStatus(what, { commandField: COMMAND['N-ACTION'], status, errorComment: comment }, aeTitle);
  return {
    async get(uid) {
      const task = manager.get(uid);
      if (task === undefined) {
        check('reading the task', { status: UPS_STATUS.noSuchTask });
        throw new IsocenterError('NOT_FOUND', 'no such task', { object: uid });
      }
      return task;
    },
    async changeState(uid, state, transactionUid) {
      check(`change to ${state}`, manager.changeState(uid, state, transactionUid, aeTitle));
    },
    async set(uid, transactionUid, attributes) {
      const stored = storeAttributes({ ...attributes, TransactionUID: transactionUid });
      check('change of the task', manager.set(uid, readAttributes(stored, `task ${uid}`)));
    },
    async requestCancel(uid, reason) {
      check('request to cancel the task', manager.requestCancel(uid, reason, aeTitle));
    },
  };
}

/** Keys as the identifier that they would be on the network. */
export function keySet(keys: Keys): DataSet {
  const context = { id: 1, abstractSyntax: UPS_PULL, transferSyntax: EXPLICIT_LITTLE_ENDIAN, role: 'scu' } as const;
  const bytes = Uint8Array.from(encodeElements(elementsOf(keys), context, UTF8));
  return parseDataSet(bytes, 0, { explicit: true, littleEndian: true }, 'filter').dataset;
}
