import type { StoredObject } from '#main/archive/types.ts';
import { patientText, queuedObject } from '#main/transfers/queuedObject.ts';
import { unfitDoses } from '#main/services/export/unfitDoses.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { SendEvent } from '#shared/contract/rpc/nodes.ts';
import { isFinished } from '#shared/contract/rpc/transfers.ts';
import { RT_DOSE, RT_PLAN, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import { createChannel } from '../channel.ts';
import type { AppServices, ConfiguredNode } from '../services.ts';
import { asRpcError, type Implementer } from './base.ts';

export const nodesRouter = (rpc: Implementer, services: AppServices) => {
  const { nodes, network } = services;
  return {
    list: rpc.nodes.list.handler(() => nodes.list()),
    save: rpc.nodes.save.handler(({ input }) => nodes.save(input)),
    remove: rpc.nodes.remove.handler(async ({ input }) => ({ removed: await nodes.remove(input.id) })),
    echo: rpc.nodes.echo.handler(async ({ input }) => network.echo(await nodes.get(input.id))),
    send: rpc.nodes.send.handler(async ({ input, signal }) => {
      const node = await nodes.get(input.id);
      return sendObjects(services, node, input, signal);
    }),
  };
};

type SendResult = Extract<SendEvent, { event: 'result' }>;

interface Wish {
  readonly sopInstanceUids: readonly string[];
  readonly patientKey?: string;
}

/** Queues what can be found and follows the transfer; leaving the stream does not stop it. */
async function* sendObjects(
  services: AppServices,
  node: ConfiguredNode,
  wish: Wish,
  signal: AbortSignal | undefined,
): AsyncGenerator<SendEvent> {
  const { log, transfers } = services;
  const total = wish.sopInstanceUids.length;
  yield { event: 'progress', done: 0, total };
  const { objects, refused } = await findAll(services, wish);
  let done = 0;
  for (const result of refused) {
    log.error(`to ${node.aeTitle}: ${result.sopInstanceUid} ${result.status} ${result.reason}`);
    yield result;
    yield { event: 'progress', done: ++done, total };
  }
  if (objects.length === 0) return;
  const patient = await patientsOf(services, objects);
  const channel = createChannel<SendEvent>();
  const reported = new Set<string>();
  const report = (result: SendResult): void => {
    reported.add(result.sopInstanceUid);
    channel.push(result);
    channel.push({ event: 'progress', done: ++done, total });
  };
  const id = transfers.enqueue({
    node: { id: node.id, name: node.name },
    why: 'user',
    patient,
    objects: objects.map(queuedObject),
  });
  const look = (): void => {
    const transfer = transfers.get(id);
    channel.push({ event: 'transfer', transfer });
    if (!isFinished(transfer)) return;
    for (const { sopInstanceUid, label, modality, state, status, reason } of transfers.objects(id, {
      failed: false,
      limit: total,
    }))
      if (!reported.has(sopInstanceUid))
        report({
          event: 'result',
          sopInstanceUid,
          label: label || modality,
          ok: state === 'sent' || state === 'committed',
          status: status || state.toUpperCase(),
          reason: reason || transfer.reason,
        });
    channel.close();
  };
  const stop = transfers.subscribe((event) => {
    if (event.event === 'transfer' && event.transfer.id === id) look();
    // Of storage commitment objects hear at the end of the transfer.
    else if (event.event === 'object' && event.id === id && !(event.ok && node.commit === true)) {
      const { id: _, ...result } = event;
      report({ ...result, event: 'result' });
    } else if (event.event === 'refresh') look();
  });
  const close = (): void => channel.close();
  signal?.addEventListener('abort', close);
  try {
    look();
    for (let event = await channel.next(); event !== undefined; event = await channel.next()) yield event;
  } catch (error) {
    throw asRpcError(error, log);
  } finally {
    stop();
    signal?.removeEventListener('abort', close);
  }
}

/** What it takes to tell whether a dose may leave with its plan. */
const JUDGED: readonly string[] = [RT_DOSE, RT_PLAN, RT_STRUCTURE_SET];

/** The objects that are meant; for the others why not. */
async function findAll({ archive }: AppServices, { sopInstanceUids, patientKey }: Wish) {
  const objects: StoredObject[] = [];
  const refused: SendResult[] = [];
  for (const sopInstanceUid of sopInstanceUids)
    try {
      objects.push(await archive.find(sopInstanceUid, { patientKey }));
    } catch (error) {
      if (!(error instanceof IsocenterError)) throw error;
      const { code: status, message: reason } = error;
      refused.push({ event: 'result', sopInstanceUid, label: '', ok: false, status, reason });
    }
  if (objects.some(({ sopClassUid }) => sopClassUid === RT_DOSE)) {
    const judged = objects.filter(({ sopClassUid }) => JUDGED.includes(sopClassUid));
    await archive.bring(judged);
    for (const [sopInstanceUid, reason] of await unfitDoses(judged))
      refused.push({ event: 'result', sopInstanceUid, label: '', ok: false, status: 'DOSE', reason });
  }
  const stay = new Set(refused.map(({ sopInstanceUid }) => sopInstanceUid));
  return { objects: objects.filter(({ sopInstanceUid }) => !stay.has(sopInstanceUid)), refused };
}

async function patientsOf({ archive }: AppServices, objects: readonly StoredObject[]): Promise<string> {
  const keys = new Set(objects.map(({ patientKey }) => patientKey));
  const patients = await Promise.all([...keys].map((key) => archive.tree(key)));
  return patients.map(patientText).join(', ');
}
