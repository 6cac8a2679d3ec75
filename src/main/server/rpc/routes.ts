import { RPCHandler } from '@orpc/server/fetch';
import { Hono } from 'hono';
import type { AppServices } from '../services.ts';
import { archiveRouter } from './archive.ts';
import { implementer } from './base.ts';
import { beamTemplatesRouter } from './beamTemplates.ts';
import { deidentifyRouter } from './deidentify.ts';
import { machinesRouter } from './machines.ts';
import { nodesRouter } from './nodes.ts';
import { routingRouter } from './routing.ts';
import { printRouter } from './print.ts';
import { queryRouter } from './query.ts';
import { recoveryRouter } from './recovery.ts';
import { reportRouter } from './report.ts';
import { securityRouter } from './security.ts';
import { goalsRouter } from './goals.ts';
import { objectiveTemplatesRouter } from './objectiveTemplates.ts';
import { templatesRouter } from './templates.ts';
import { segmentationRouter } from './segmentation.ts';
import { transfersRouter } from './transfers.ts';
import { commitmentRouter, tasksRouter, worklistRouter } from './workflow.ts';

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
  const { archive, log } = services;
  const rpc = implementer(log);
  return rpc.router({
    system: {
      info: rpc.system.info.handler(() => services.info()),
      log: rpc.system.log.handler(() => log.lines()),
    },
    patients: {
      list: rpc.patients.list.handler(({ input }) => archive.patients(input.search, input.limit)),
      tree: rpc.patients.tree.handler(({ input }) => archive.tree(input.key)),
    },
    archive: archiveRouter(rpc, services),
    nodes: nodesRouter(rpc, services),
    query: queryRouter(rpc, services),
    print: printRouter(rpc, services),
    deidentify: deidentifyRouter(rpc, services),
    transfers: transfersRouter(rpc, services),
    routing: routingRouter(rpc, services),
    security: securityRouter(rpc, services),
    commitment: commitmentRouter(rpc, services),
    worklist: worklistRouter(rpc, services),
    tasks: tasksRouter(rpc, services),
    machines: machinesRouter(rpc, services),
    beamTemplates: beamTemplatesRouter(rpc, services),
    segmentation: segmentationRouter(rpc, services),
    recovery: recoveryRouter(rpc, services),
    templates: templatesRouter(rpc, services),
    report: reportRouter(rpc),
    goals: goalsRouter(rpc, services),
    objectiveTemplates: objectiveTemplatesRouter(rpc, services),
  });
}
