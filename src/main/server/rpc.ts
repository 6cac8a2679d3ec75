import { implement, ORPCError } from '@orpc/server';
import { RPCHandler } from '@orpc/server/fetch';
import { Hono } from 'hono';
import { KEPT_APART } from '#main/archive/importPaths.ts';
import type { StoredObject } from '#main/archive/types.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import {
  type ArchiveEvent,
  contract,
  type ImportReport,
  type NetworkNode,
  type SendEvent,
} from '#shared/contract/rpc.ts';
import { createChannel } from './channel.ts';
import { httpStatusOf } from './errors.ts';
import type { AppServices, SendResult } from './services.ts';

/** How often an idle event stream says that it lives, ms. */
const HEARTBEAT = 15_000;

/** The contract of `shared/contract/rpc.ts`, every procedure. */
export function rpcRoutes(services: AppServices): Hono {
  const handler = new RPCHandler(createRouter(services));
  const routes = new Hono();
  routes.all('/*', async (context) => {
    const { matched, response } = await handler.handle(context.req.raw, { prefix: '/rpc' });
    return matched ? response : context.text('Not found', 404);
  });
  return routes;
}

function createRouter(services: AppServices) {
  const { archive, nodes, network, log } = services;
  const rpc = implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw asRpcError(error, log);
    }
  });
  return rpc.router({
    system: {
      info: rpc.system.info.handler(() => services.info()),
      log: rpc.system.log.handler(() => log.lines()),
    },
    patients: {
      list: rpc.patients.list.handler(({ input }) => archive.patients(input.search)),
      tree: rpc.patients.tree.handler(({ input }) => archive.tree(input.key)),
    },
    archive: {
      events: rpc.archive.events.handler(({ signal }) => archiveEvents(services, signal)),
      importFile: rpc.archive.importFile.handler(({ input }) => importFile(services, input.name, input.file)),
    },
    nodes: {
      list: rpc.nodes.list.handler(() => nodes.list()),
      save: rpc.nodes.save.handler(({ input }) => nodes.save(input)),
      remove: rpc.nodes.remove.handler(async ({ input }) => ({ removed: await nodes.remove(input.id) })),
      echo: rpc.nodes.echo.handler(async ({ input }) => network.echo(await nodes.get(input.id))),
      send: rpc.nodes.send.handler(async ({ input, signal }) => {
        const node = await nodes.get(input.id);
        return sendObjects(services, node, input, signal);
      }),
    },
  });
}

/** Errors cross the wire with our code, the object and the attribute (`data`); what we did not expect stays in the log. */
function asRpcError(error: unknown, log: AppServices['log']): Error {
  if (error instanceof ORPCError) return error;
  if (error instanceof IsocenterError) {
    const { code, message, object, attribute } = error;
    return new ORPCError(code, { status: httpStatusOf(code), message, data: { code, object, attribute } });
  }
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new ORPCError('INTERNAL', { status: 500, message: 'internal error, see the log', data: { code: 'INTERNAL' } });
}

async function* archiveEvents(services: AppServices, signal: AbortSignal | undefined): AsyncGenerator<ArchiveEvent> {
  const channel = createChannel<ArchiveEvent>();
  const stop = services.archive.events.subscribe(({ result, source }) =>
    channel.push({ event: 'stored', patientKey: result.patientKey, sopInstanceUid: result.sopInstanceUid, source }),
  );
  const timer = setInterval(() => channel.push({ event: 'heartbeat' }), HEARTBEAT);
  const close = (): void => channel.close();
  signal?.addEventListener('abort', close);
  try {
    // The first heartbeat tells the page that nothing stored from now on is missed.
    yield { event: 'heartbeat' };
    for (let event = await channel.next(); event !== undefined; event = await channel.next()) yield event;
  } finally {
    stop();
    clearInterval(timer);
    signal?.removeEventListener('abort', close);
  }
}

async function importFile({ archive, log }: AppServices, name: string, file: File): Promise<ImportReport> {
  const report: ImportReport = { imported: 0, duplicates: 0, conflicts: [], refused: [] };
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { outcome, sopInstanceUid } = await archive.store(bytes, { source: 'import', name });
    if (outcome === 'duplicate') report.duplicates++;
    else report.imported++;
    if (outcome === 'conflict')
      report.conflicts.push({
        file: name,
        sopInstanceUid,
        reason: KEPT_APART,
      });
  } catch (error) {
    if (!(error instanceof IsocenterError) || error.code === 'STORAGE') throw error;
    log.warning(`import refused: ${describeError(error)}`);
    report.refused.push({ file: name, code: error.code, reason: error.message });
  }
  return report;
}

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
