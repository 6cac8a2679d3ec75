import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const templatesRouter = (rpc: Implementer, { templates }: AppServices) => ({
  list: rpc.templates.list.handler(() => templates.list()),
  save: rpc.templates.save.handler(({ input }) => templates.save(input)),
});
