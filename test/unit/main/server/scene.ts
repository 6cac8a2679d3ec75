import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import type { Archive } from '#main/archive/types.ts';
import { createLog } from '#main/host/log.ts';
import { queryClient } from '#main/host/queryClient.ts';
import { beamTemplateBook } from '#main/host/books/beamTemplateBook.ts';
import { machineBook } from '#main/host/books/machineBook.ts';
import { recoveryBook } from '#main/host/books/recoveryBook.ts';
import { goalBook } from '#main/host/books/goalBook.ts';
import { objectiveTemplateBook } from '#main/host/books/objectiveTemplateBook.ts';
import { templateBook } from '#main/host/books/templateBook.ts';
import { routeBook } from '#main/host/books/routeBook.ts';
import { segmentationService } from '#main/host/segmentationService.ts';
import { openSettings } from '#main/host/settings.ts';
import { openTransfers } from '#main/host/transfers.ts';
import { openWorkflow } from '#main/host/workflow/workflow.ts';
import { type Access, tokenAccess } from '#main/server/access.ts';
import { createApp } from '#main/server/app.ts';
import type { AppServices, NetworkClient, SecurityDesk } from '#main/server/services.ts';
import type { contract } from '#shared/contract/rpc.ts';
import { scratchArchive } from '../archive/objects.ts';

export const ORIGIN = 'http://127.0.0.1:8080';

export interface Scene extends AsyncDisposable {
  readonly archive: Archive;
  readonly dir: string;
  readonly services: AppServices;
  /** Asks the handler, by path or by whole URL. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  readonly client: ContractRouterClient<typeof contract>;
}

const deafNetwork: NetworkClient = {
  echo: () => Promise.reject(new Error('no network here')),
};

const none = () => Promise.reject(new Error('no DICOM node here'));
const unsecured: SecurityDesk = {
  state: none,
  save: none,
  saveUser: none,
  removeUser: none,
  importIdentity: none,
  makeIdentity: none,
  identityPem: none,
  trust: none,
  distrust: none,
  events: none,
};

/** The fetch handler over an empty archive; no token is needed unless `access` says so. */
export async function serverScene(
  options: { access?: Access; network?: NetworkClient; pageDir?: string } = {},
): Promise<Scene> {
  const scratch = await scratchArchive();
  const { archive, dir } = scratch;
  const settings = await openSettings(join(dir, 'settings.json'));
  const { nodes } = settings;
  const log = createLog();
  const caller = () => ({ callingAe: 'ISOCENTER' });
  const transfers = await openTransfers({ archive, nodes, log, caller, settings: () => settings.current });
  transfers.start();
  const workflow = openWorkflow({ archive, nodes, caller, log });
  const services: AppServices = {
    archive,
    nodes,
    network: options.network ?? deafNetwork,
    query: queryClient(archive, caller, log),
    transfers: transfers.queue,
    routes: routeBook(settings),
    workflow,
    machines: machineBook(join(dir, 'machines')),
    beamTemplates: beamTemplateBook(join(dir, 'beam-templates')),
    segmentation: segmentationService(archive, settings),
    recovery: recoveryBook(join(dir, 'recovery')),
    templates: templateBook(join(dir, 'templates')),
    goals: goalBook(join(dir, 'goals')),
    objectiveTemplates: objectiveTemplateBook(join(dir, 'objective-templates')),
    log,
    security: unsecured,
    caller,
    info: async () => ({
      version: '0.0.0',
      shell: 'web',
      aeTitle: 'ISOCENTER',
      dicomPort: 11112,
      dicomBind: '127.0.0.1',
      dangers: [],
      archive: dir,
      instances: await archive.count(),
      node: process.version,
    }),
  };
  const app = createApp(services, { access: options.access ?? { kind: 'trusted' }, pageDir: options.pageDir ?? dir });
  const fetch: Scene['fetch'] = (url, init) => app(new Request(new URL(url, ORIGIN), init));
  const link = new RPCLink({ url: `${ORIGIN}/rpc`, fetch: (request) => app(request) });
  return {
    archive,
    dir,
    services,
    fetch,
    client: createORPCClient(link),
    async [Symbol.asyncDispose]() {
      await transfers.close();
      workflow.close();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

export const access = (openDicomweb = false) => tokenAccess({ openDicomweb });
