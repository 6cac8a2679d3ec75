import { resolve } from 'node:path';
import { Hono } from 'hono';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { type Access, accessControl } from './access.ts';
import { dicomwebRoutes } from './dicomweb/routes.ts';
import { httpStatusOf } from './errors.ts';
import { securityHeaders } from './headers.ts';
import { pageRoutes } from './page.ts';
import { rpcRoutes } from './rpc/routes.ts';
import type { AppServices } from './services.ts';

export interface AppOptions {
  readonly access: Access;
  /** Folder of the built renderer. */
  readonly pageDir: string;
}

/**
 * The one fetch handler: DICOMweb under /dicom-web, RPC under /rpc, everything else is the page. The Electron shell serves it on its
 * protocol, the web host over HTTP, tests call it directly.
 */
export function createApp(services: AppServices, options: AppOptions): (request: Request) => Promise<Response> {
  const app = new Hono();
  app.use(securityHeaders);
  app.use(accessControl(options.access));
  app.route('/dicom-web', dicomwebRoutes(services));
  app.route('/rpc', rpcRoutes(services));
  app.route('/', pageRoutes(resolve(options.pageDir)));
  app.onError((error, context) => {
    if (!(error instanceof IsocenterError)) services.log.error(`${context.req.path}: ${error.stack ?? error.message}`);
    const { code, object, attribute } = error instanceof IsocenterError ? error : { code: 'INTERNAL' as const };
    return context.json({ code, message: describeError(error), object, attribute }, httpStatusOf(code));
  });
  return async (request) => app.fetch(request);
}
