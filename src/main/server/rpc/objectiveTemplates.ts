import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const objectiveTemplatesRouter = (rpc: Implementer, { objectiveTemplates }: AppServices) => ({
  list: rpc.objectiveTemplates.list.handler(() => objectiveTemplates.list()),
  save: rpc.objectiveTemplates.save.handler(({ input }) => objectiveTemplates.save(input)),
});
