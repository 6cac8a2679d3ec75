import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const goalsRouter = (rpc: Implementer, { goals }: AppServices) => ({
  list: rpc.goals.list.handler(() => goals.list()),
  save: rpc.goals.save.handler(({ input }) => goals.save(input)),
});
