import type { StoredObject } from '#main/archive/types.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { NetworkNode, SendEvent } from '#shared/contract/rpc/nodes.ts';
import { createChannel } from '../channel.ts';
import type { AppServices, SendResult } from '../services.ts';
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

async function* sendObjects(
  { archive, network, log }: AppServices,
  node: NetworkNode,
  { sopInstanceUids, patientKey }: { readonly sopInstanceUids: readonly string[]; readonly patientKey?: string },
  signal: AbortSignal | undefined,
): AsyncGenerator<SendEvent> {
  const channel = createChannel<SendEvent>();
  const total = sopInstanceUids.length;
  let done = 0;
  const report = (result: SendResult): void => {
    const { label, sopInstanceUid, status, reason } = result;
    log[result.ok ? 'info' : 'error'](`to ${node.aeTitle}: ${label || sopInstanceUid} ${status} ${reason}`);
    channel.push(result);
    channel.push({ event: 'progress', done: ++done, total });
  };
  yield { event: 'progress', done, total };
  const objects: StoredObject[] = [];
  for (const sopInstanceUid of sopInstanceUids)
    try {
      objects.push(await archive.find(sopInstanceUid, { patientKey }));
    } catch (error) {
      if (!(error instanceof IsocenterError)) throw asRpcError(error, log);
      report({ event: 'result', sopInstanceUid, label: '', ok: false, status: error.code, reason: error.message });
    }
  void network.send(node, objects, report, signal).then(
    () => channel.close(),
    (error: unknown) => channel.close(asRpcError(error, log)),
  );
  for (let event = await channel.next(); event !== undefined; event = await channel.next()) yield event;
}
