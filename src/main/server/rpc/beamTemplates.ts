import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const beamTemplatesRouter = (rpc: Implementer, { beamTemplates }: AppServices) => ({
  list: rpc.beamTemplates.list.handler(() => beamTemplates.list()),
  save: rpc.beamTemplates.save.handler(({ input }) => beamTemplates.save(input)),
});
