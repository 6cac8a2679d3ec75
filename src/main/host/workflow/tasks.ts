import { z } from 'zod';
import type { Archive } from '#main/archive/types.ts';
import type { TaskDesk, WorkflowNode } from '#main/server/workflow.ts';
import { dicomDateTime } from '#main/services/mpps/attributes.ts';
import type { Caller } from '#main/services/peer.ts';
import type { Records } from '#main/services/records.ts';
import type { TaskManager } from '#main/services/ups/manager.ts';
import {
  cancellationAttributes,
  performedAttributes,
  progressAttributes,
  taskAttributes,
  WORKITEMS,
} from '#main/services/ups/newTask.ts';
import { findTasks, type TaskSession, withTasks } from '#main/services/ups/scu.ts';
import { ALL_TASKS } from '#main/services/ups/sopClasses.ts';
import { taskKeys, taskSummary } from '#main/services/ups/summary.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { newTask, type Task } from '#shared/contract/rpc/tasks.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { newUid, RT_ION_PLAN, RT_PLAN } from '#shared/dicom/uid.ts';
import { keySet, localTasks } from './localTasks.ts';
import type { TaskEvents } from './taskEvents.ts';
import { checkSamePerson } from './samePerson.ts';
import { withLabels } from './objectLabels.ts';
import { taskObjects } from './taskObjects.ts';

/** A task that we have claimed: without its transaction UID nobody can finish it. */
export const claim = z.object({ transactionUid: z.string(), claimed: z.string() });
type Claim = z.infer<typeof claim>;

export interface TaskBinding {
  readonly archive: Pick<Archive, 'find' | 'tree'>;
  readonly manager: TaskManager;
  readonly claims: Records<Claim>;
  readonly caller: () => Caller;
  readonly events: TaskEvents;
}

type Session = Omit<TaskSession, 'subscribe' | 'unsubscribe'>;

/** Tasks of ours and of other managers, worked on in the same way. */
export function taskDesk({ archive, manager, claims, caller, events }: TaskBinding): TaskDesk {
  const use = <T>(node: WorkflowNode | undefined, work: (session: Session) => Promise<T>): Promise<T> =>
    node === undefined ? work(localTasks(manager, caller().callingAe)) : withTasks(node, caller(), work);

  const shown = (node: WorkflowNode | undefined, dataset: DataSet, uid?: string): Task => {
    const summary = taskSummary(dataset, uid);
    const record = node === undefined ? manager.record(summary.sopInstanceUid) : undefined;
    return {
      ...summary,
      claimed: summary.state === 'IN PROGRESS' && claims.get(claimId(node, summary.sopInstanceUid)) !== undefined,
      performer: record?.performer,
      cancelRequest: record?.cancelRequest,
    };
  };

  /** Does something under our claim, and shows the task as it is then. */
  const underClaim = async (
    node: WorkflowNode | undefined,
    sopInstanceUid: string,
    work: (session: Session, held: Claim, task: Task) => Promise<void>,
  ): Promise<Task> => {
    const held = claims.get(claimId(node, sopInstanceUid));
    if (held === undefined)
      throw new IsocenterError('CONFLICT', 'was not claimed from here', { object: sopInstanceUid });
    return use(node, async (session) => {
      await work(session, held, shown(node, await session.get(sopInstanceUid), sopInstanceUid));
      return shown(node, await session.get(sopInstanceUid), sopInstanceUid);
    });
  };

  return {
    async list(node, filter, signal) {
      const keys = taskKeys(filter);
      if (node !== undefined) {
        const found = await findTasks(node, caller(), keys, { signal });
        return Promise.all(found.map((dataset) => withLabels(archive, shown(node, dataset))));
      }
      const found: Task[] = [];
      for await (const dataset of manager.search(keySet(keys)))
        found.push(await withLabels(archive, shown(undefined, dataset)));
      return found;
    },
    get: (node, uid) => use(node, async (session) => shown(node, await session.get(uid), uid)),
    async create(input) {
      const plan = newTask.parse(input);
      const { callingAe } = caller();
      const patient = await archive.tree(plan.patientKey);
      const inputs = await taskObjects(archive, plan.patientKey, plan.sopInstanceUids, callingAe);
      const classes = inputs.flatMap(({ objects }) => objects.map(({ sopClassUid }) => sopClassUid));
      if (plan.kind === 'delivery' && !classes.some((uid) => uid === RT_PLAN || uid === RT_ION_PLAN))
        throw new IsocenterError('MISSING_ATTRIBUTE', 'a task of treatment delivery needs a plan', {
          attribute: 'InputInformationSequence',
        });
      const uid = newUid();
      manager.create(
        uid,
        taskAttributes({
          ...plan,
          start: plan.start === '' ? dicomDateTime(new Date()) : plan.start,
          patient: {
            name: patient.patientName,
            id: patient.patientId,
            birthDate: patient.patientBirthDate,
            sex: patient.patientSex,
          },
          studyInstanceUid: inputs[0].studyInstanceUid,
          inputs,
        }),
      );
      const made = manager.get(uid);
      if (made === undefined) throw new IsocenterError('INTERNAL', 'the task is gone', { object: uid });
      return shown(undefined, made);
    },
    claim: (node, uid) =>
      use(node, async (session) => {
        const id = claimId(node, uid);
        // An earlier claim whose answer we never saw is tried again under its own UID: it may hold.
        const transactionUid = claims.get(id)?.transactionUid ?? newUid();
        // Remembered before it is sent: a claim that the manager grants while we are killed can still be finished.
        claims.put(id, { transactionUid, claimed: new Date().toISOString() });
        try {
          await session.changeState(uid, 'IN PROGRESS', transactionUid);
        } catch (error) {
          if (error instanceof IsocenterError && error.code === 'DIMSE_STATUS') claims.remove(id);
          throw error;
        }
        return shown(node, await session.get(uid), uid);
      }),
    progress: (node, uid, percent, text) =>
      underClaim(node, uid, (session, { transactionUid }) =>
        session.set(uid, transactionUid, progressAttributes(percent, text)),
      ),
    complete: (node, uid, patientKey, outputs) =>
      underClaim(node, uid, async (session, { transactionUid, claimed }, task) => {
        const { callingAe } = caller();
        if (outputs.length > 0) {
          if (patientKey === undefined)
            throw new IsocenterError('MISSING_ATTRIBUTE', 'whose objects?', { attribute: 'patientKey' });
          checkSamePerson(task, await archive.tree(patientKey), `task ${uid}`);
        }
        const made = outputs.length === 0 ? [] : await taskObjects(archive, patientKey ?? '', outputs, callingAe);
        const done = {
          station: callingAe,
          workitem: task.workitem ?? WORKITEMS.planning,
          started: new Date(claimed),
          ended: new Date(),
          outputs: made,
        };
        await session.set(uid, transactionUid, performedAttributes(done));
        await session.changeState(uid, 'COMPLETED', transactionUid);
      }),
    cancel: (node, uid, reason) => {
      const held = claims.get(claimId(node, uid));
      return use(node, async (session) => {
        const { state } = taskSummary(await session.get(uid), uid);
        if (held !== undefined && state === 'IN PROGRESS') {
          await session.set(uid, held.transactionUid, cancellationAttributes(reason, new Date()));
          await session.changeState(uid, 'CANCELED', held.transactionUid);
        } else await session.requestCancel(uid, reason);
        return shown(node, await session.get(uid), uid);
      });
    },
    subscribe: (node, subscribe) =>
      withTasks(node, caller(), (session) =>
        session[subscribe ? 'subscribe' : 'unsubscribe'](ALL_TASKS, caller().callingAe),
      ),
    follow: (listener) => events.follow(listener),
  };
}

/** Claims are of a manager by its address, so that the command line and the app know each other's. */
const claimId = (node: WorkflowNode | undefined, uid: string): string =>
  node === undefined ? `own ${uid}` : `${node.aeTitle}@${node.host}:${node.port} ${uid}`;
