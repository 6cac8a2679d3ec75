import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const recoveryRouter = (rpc: Implementer, { recovery }: AppServices) => ({
  putChunk: rpc.recovery.putChunk.handler(async ({ input: { patientKey, name, chunk } }) =>
    recovery.putChunk(patientKey, name, new Uint8Array(await chunk.arrayBuffer())),
  ),
  commit: rpc.recovery.commit.handler(({ input: { patientKey, text, chunks } }) =>
    recovery.commit(patientKey, text, chunks),
  ),
  find: rpc.recovery.find.handler(({ input }) => recovery.find(input.patientKey)),
  getChunk: rpc.recovery.getChunk.handler(async ({ input: { patientKey, name } }) => {
    const bytes = await recovery.getChunk(patientKey, name);
    return new File([new Uint8Array(bytes)], name);
  }),
  clear: rpc.recovery.clear.handler(({ input: { patientKey, keep = false } }) => recovery.clear(patientKey, keep)),
});
