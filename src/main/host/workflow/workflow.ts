import { join } from 'node:path';
import type { Archive } from '#main/archive/types.ts';
import type { ServiceHandler } from '#main/network/service.ts';
import type { Log, NodeBook } from '#main/server/services.ts';
import type { WorkflowDesks, WorkflowNode } from '#main/server/workflow.ts';
import { STORAGE_COMMITMENT } from '#main/services/commitment/report.ts';
import { commitmentHandler } from '#main/services/commitment/scp.ts';
import type { Caller } from '#main/services/peer.ts';
import { taskEventHandler } from '#main/services/ups/events.ts';
import { stateNotice, TaskManager, type TaskNotice } from '#main/services/ups/manager.ts';
import { subscription, taskRecord } from '#main/services/ups/record.ts';
import { taskHandler } from '#main/services/ups/scp.ts';
import { EVENT, UPS_EVENT } from '#main/services/ups/sopClasses.ts';
import { Subscriptions } from '#main/services/ups/subscriptions.ts';
import { commitment } from '#shared/contract/rpc/commitment.ts';
import { procedureStep } from '#shared/contract/rpc/worklist.ts';
import { commitmentKeeper, keptRequest } from './commitmentKeeper.ts';
import { commitmentDesk } from './commitments.ts';
import { worklistDesk } from './procedureSteps.ts';
import { openRecordStore } from './recordStore.ts';
import { taskEvents } from './taskEvents.ts';
import { taskNotifier } from './taskNotifier.ts';
import { claim, taskDesk } from './tasks.ts';

export interface WorkflowOptions {
  readonly archive: Archive;
  readonly nodes: NodeBook;
  /** Who we are, asked anew for each association. */
  readonly caller: () => Caller;
  readonly log: Log;
}

/** The workflow services of this node: what others may ask of it, and what we ask of others. */
export interface Workflow extends WorkflowDesks {
  /** For our listener. */
  readonly handlers: readonly ServiceHandler[];
  /** Classes of which we are SCU on associations that others open: they report to us. */
  readonly scuOf: (sopClassUid: string) => boolean;
  /** Goes on with what an earlier run left: once the node listens. */
  resume(): void;
  /** Everybody has been told what there was to tell. */
  idle(): Promise<void>;
  close(): void;
}

/** How long tasks can be asked for after their end, unless somebody has locked them: milliseconds. */
const KEEP_FINISHED = 30 * 24 * 3_600_000;

/** Opens what the archive's folder remembers of commitments, procedure steps and tasks. @throws STORAGE */
export function openWorkflow({ archive, nodes, caller, log }: WorkflowOptions): Workflow {
  const store = openRecordStore(join(archive.dir, 'workflow.sqlite'));
  const node = (id: string): Promise<WorkflowNode> => nodes.get(id);
  const nodeOf = async (aeTitle: string): Promise<WorkflowNode | undefined> => {
    const found = (await nodes.list()).find((one) => one.aeTitle === aeTitle);
    return found === undefined ? undefined : nodes.get(found.id);
  };

  const commitments = commitmentDesk({ records: store.records('commitment', commitment), archive, caller, node, log });
  const keeper = commitmentKeeper({ archive, records: store.records('asked', keptRequest), caller, nodeOf, log });

  const events = taskEvents();
  const notifier = taskNotifier({ caller, nodeOf, log });
  const subscriptions = new Subscriptions(store.records('subscription', subscription));
  const notify = (notice: TaskNotice): void => {
    const { sopInstanceUid } = notice;
    const task = notice.isNew === true ? manager.get(sopInstanceUid) : undefined;
    if (task !== undefined) subscriptions.added(task);
    for (const receiver of subscriptions.receiversOf(sopInstanceUid)) notifier.tell(receiver, notice);
    events.emit({ event: 'changed', sopInstanceUid });
  };
  const canReach = (performer: string, sopInstanceUid: string): boolean =>
    performer === caller().callingAe || subscriptions.receiversOf(sopInstanceUid).includes(performer);
  const manager = new TaskManager(store.records('task', taskRecord), notify, canReach, () => new Date());
  const tasks = taskDesk({ archive, manager, claims: store.records('claim', claim), caller, events });

  return {
    commitments,
    tasks,
    worklist: worklistDesk({ records: store.records('procedure step', procedureStep), archive, caller, node, log }),
    handlers: [
      commitmentHandler(keeper, commitments.take),
      taskHandler({
        manager,
        subscribe(wanted) {
          for (const uid of subscriptions.subscribe(wanted, manager.all())) {
            const task = manager.get(uid);
            if (task !== undefined) notifier.tell(wanted.receiver, stateNotice(task));
          }
        },
        unsubscribe: (uid, receiver) => subscriptions.unsubscribe(uid, receiver),
        suspend: (receiver) => subscriptions.suspend(receiver),
        knows: async (receiver) => (await nodeOf(receiver)) !== undefined,
      }),
      taskEventHandler(({ from, sopInstanceUid, eventTypeId, information }) => {
        const state = information.string('ProcedureStepState');
        const text = eventTypeId === EVENT.cancelRequested ? 'cancellation requested' : state;
        log.info(`${from}: task ${sopInstanceUid} ${text}`);
        events.emit({ event: 'changed', sopInstanceUid, text: `${from}: ${text}` });
      }),
    ],
    scuOf: (sopClassUid) => sopClassUid === UPS_EVENT || sopClassUid === STORAGE_COMMITMENT,
    resume() {
      keeper.resume();
      const kept = new Date(Date.now() - KEEP_FINISHED);
      for (const uid of manager.prune(kept, (task) => subscriptions.isLocked(task))) subscriptions.removed(uid);
    },
    idle: () => notifier.idle(),
    close() {
      commitments.close();
      keeper.close();
      notifier.close();
      store.close();
    },
  };
}
