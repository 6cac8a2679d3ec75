import type { AppServices } from '../services.ts';
import type { Implementer } from './base.ts';

export const securityRouter = (rpc: Implementer, { security }: AppServices) => ({
  state: rpc.security.state.handler(() => security.state()),
  save: rpc.security.save.handler(({ input }) => security.save(input)),
  saveUser: rpc.security.saveUser.handler(({ input }) => security.saveUser(input.name, input.passcode)),
  removeUser: rpc.security.removeUser.handler(({ input }) => security.removeUser(input.name)),
  importIdentity: rpc.security.importIdentity.handler(({ input }) =>
    security.importIdentity(input.key, input.certificate),
  ),
  makeIdentity: rpc.security.makeIdentity.handler(({ input }) => security.makeIdentity(input.hosts, input.days)),
  identityPem: rpc.security.identityPem.handler(async () => ({ certificate: await security.identityPem() })),
  trust: rpc.security.trust.handler(({ input }) => security.trust(input.certificates)),
  distrust: rpc.security.distrust.handler(({ input }) => security.distrust(input.fingerprint)),
  events: rpc.security.events.handler(() => security.events()),
});
