import type { StoredObject } from '#main/archive/types.ts';
import type { TaskUpdate } from '#shared/contract/rpc/tasks.ts';
import { createChannel } from '../channel.ts';
import type { AppServices } from '../services.ts';
import type { WorkflowNode } from '../workflow.ts';
import type { Implementer } from './base.ts';

/** How often an idle event stream says that it lives, ms. */
const HEARTBEAT = 15_000;

export const commitmentRouter = (rpc: Implementer, { workflow, nodes, archive }: AppServices) => ({
  list: rpc.commitment.list.handler(() => workflow.commitments.list()),
  request: rpc.commitment.request.handler(async ({ input }) => {
    const objects: StoredObject[] = [];
    const { patientKey } = input;
    for (const uid of input.sopInstanceUids) objects.push(await archive.find(uid, { patientKey }));
    for (const seriesInstanceUid of input.seriesInstanceUids)
      objects.push(...(await archive.locate({ patientKey, seriesInstanceUid })));
    return workflow.commitments.request(await nodes.get(input.nodeId), objects);
  }),
  retry: rpc.commitment.retry.handler(({ input }) => workflow.commitments.retry(input.transactionUid)),
  forget: rpc.commitment.forget.handler(({ input }) => ({
    removed: workflow.commitments.forget(input.transactionUid),
  })),
});

export const worklistRouter = (rpc: Implementer, { workflow: { worklist }, nodes }: AppServices) => ({
  query: rpc.worklist.query.handler(async ({ input, signal }) =>
    worklist.query(await nodes.get(input.nodeId), input.filter, signal),
  ),
  steps: rpc.worklist.steps.handler(() => worklist.steps()),
  start: rpc.worklist.start.handler(async ({ input }) => worklist.start(await nodes.get(input.nodeId), input.item)),
  finish: rpc.worklist.finish.handler(({ input }) => worklist.finish(input)),
  retry: rpc.worklist.retry.handler(({ input }) => worklist.retry(input.sopInstanceUid)),
  forget: rpc.worklist.forget.handler(({ input }) => ({ removed: worklist.forget(input.sopInstanceUid) })),
});

export const tasksRouter = (rpc: Implementer, services: AppServices) => {
  const { workflow, nodes } = services;
  const { tasks } = workflow;
  const manager = async (nodeId: string | undefined): Promise<WorkflowNode | undefined> =>
    nodeId === undefined ? undefined : nodes.get(nodeId);
  return {
    list: rpc.tasks.list.handler(async ({ input, signal }) =>
      tasks.list(await manager(input.nodeId), input.filter, signal),
    ),
    get: rpc.tasks.get.handler(async ({ input }) => tasks.get(await manager(input.nodeId), input.sopInstanceUid)),
    create: rpc.tasks.create.handler(({ input }) => tasks.create(input)),
    claim: rpc.tasks.claim.handler(async ({ input }) => tasks.claim(await manager(input.nodeId), input.sopInstanceUid)),
    progress: rpc.tasks.progress.handler(async ({ input }) =>
      tasks.progress(await manager(input.nodeId), input.sopInstanceUid, input.percent, input.text),
    ),
    complete: rpc.tasks.complete.handler(async ({ input }) =>
      tasks.complete(await manager(input.nodeId), input.sopInstanceUid, input.patientKey, input.outputs),
    ),
    cancel: rpc.tasks.cancel.handler(async ({ input }) =>
      tasks.cancel(await manager(input.nodeId), input.sopInstanceUid, input.reason),
    ),
    subscribe: rpc.tasks.subscribe.handler(async ({ input }) => {
      await tasks.subscribe(await nodes.get(input.nodeId), input.subscribe);
      return { subscribed: input.subscribe };
    }),
    events: rpc.tasks.events.handler(({ signal }) => taskUpdates(services, signal)),
  };
};

async function* taskUpdates({ workflow }: AppServices, signal: AbortSignal | undefined): AsyncGenerator<TaskUpdate> {
  const channel = createChannel<TaskUpdate>();
  const stop = workflow.tasks.follow((update) => channel.push(update));
  const timer = setInterval(() => channel.push({ event: 'heartbeat' }), HEARTBEAT);
  const close = (): void => channel.close();
  signal?.addEventListener('abort', close);
  try {
    yield { event: 'heartbeat' };
    for (let update = await channel.next(); update !== undefined; update = await channel.next()) yield update;
  } finally {
    stop();
    clearInterval(timer);
    signal?.removeEventListener('abort', close);
  }
}
