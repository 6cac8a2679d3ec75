import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { IsocenterError } from '#shared/contract/errors.ts';

export interface WebHost {
  readonly port: number;
  /** Without path and token: `http://127.0.0.1:PORT`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves a fetch handler over HTTP; port 0 takes any free one. @throws NETWORK */
export async function startWebHost(
  handler: (request: Request) => Promise<Response>,
  { bind, port }: { readonly bind: string; readonly port: number },
): Promise<WebHost> {
  const server = createAdaptorServer({ fetch: handler, overrideGlobalObjects: false }) as Server;
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
    origin: `http://${host}:${actual}`,
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
