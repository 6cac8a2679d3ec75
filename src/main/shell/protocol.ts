import { protocol } from 'electron';

const SCHEME = 'isocenter';
const HOST = 'app';

/** Where the page lives in this shell. */
export const APP_ORIGIN = `${SCHEME}://${HOST}`;

/** Declares the scheme; Electron wants that before it is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: SCHEME,
      // Standard and secure: relative URLs, workers, storage and cross-origin isolation work as with https. CSP holds as well.
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: true,
        stream: true,
        bypassCSP: false,
        corsEnabled: false,
      },
    },
  ]);
}

/** Answers `isocenter://app/…` with the one fetch handler and nothing else. */
export function serveProtocol(handler: (request: Request) => Promise<Response>): void {
  protocol.handle(SCHEME, (request) =>
    new URL(request.url).host === HOST ? handler(request) : new Response('Not found', { status: 404 }),
  );
}
