import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { IsocenterError } from '#shared/contract/errors.ts';
import { checkIdentity } from './security/certificates.ts';

export interface WebHost {
  readonly port: number;
  /** Without path and token: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Both PEM. */
export interface WebTls {
  readonly key: string;
  readonly certificate: string;
}

interface WebHostOptions {
  readonly bind: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** HTTPS with it, HTTP without. */
  readonly tls?: WebTls;
}

/** Serves a fetch handler over HTTP or HTTPS. @throws NETWORK, INVALID_ATTRIBUTE (key and certificate) */
export async function startWebHost(
  handler: (request: Request) => Promise<Response>,
  { bind, port, tls }: WebHostOptions,
): Promise<WebHost> {
  if (tls !== undefined) checkIdentity(tls.key, tls.certificate);
  const server = createAdaptorServer({
    fetch: handler,
    overrideGlobalObjects: false,
    ...(tls === undefined
      ? { createServer: createHttpServer }
      : {
          createServer: createHttpsServer,
          serverOptions: { key: tls.key, cert: tls.certificate, minVersion: 'TLSv1.2' as const },
        }),
  }) as Server;
  // A large STOW-RS upload or a long event stream is no slow client.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const place = { object: `${bind}:${port}`, cause: error };
      reject(new IsocenterError('NETWORK', `cannot listen: ${error.message}`, place));
    });
    server.listen(port, bind, resolve);
  });
  const actual = (server.address() as AddressInfo).port;
  const host = bind.includes(':') ? `[${bind}]` : bind;
  return {
    port: actual,
    origin: `${tls === undefined ? 'http' : 'https'}://${host}:${actual}`,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Whether only this machine can reach an address. */
export const isLoopback = (bind: string): boolean => bind === 'localhost' || bind === '::1' || bind.startsWith('127.');
