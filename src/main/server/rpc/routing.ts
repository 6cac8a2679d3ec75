import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const routingRouter = (rpc: Implementer, { nodes, routes }: AppServices) => ({
  list: rpc.routing.list.handler(() => routes.list()),
  save: rpc.routing.save.handler(async ({ input }) => {
    await nodes.get(input.node);
    return routes.save(input);
  }),
  remove: rpc.routing.remove.handler(async ({ input }) => ({ removed: await routes.remove(input.id) })),
});
