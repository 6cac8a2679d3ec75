import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const machinesRouter = (rpc: Implementer, { machines }: AppServices) => ({
  list: rpc.machines.list.handler(() => machines.list()),
  save: rpc.machines.save.handler(({ input }) => machines.save(input)),
});
