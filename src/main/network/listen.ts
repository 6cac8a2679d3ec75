import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { IsocenterError } from '#shared/contract/errors.ts';
import { Acceptor } from './acceptor.ts';
import { letHeapGrow } from './heapGrowth.ts';
import type { ListenLimits, ListenOptions } from './listenOptions.ts';
import { DEFAULT_LIMITS } from './listenOptions.ts';
import { addressOf, tlsServer } from './tls/transport.ts';

export interface Listener {
  readonly port: number;
  /** Associations that stand now. */
  readonly associations: number;
  /** Stops accepting at once; what runs goes on. Resolves when the last connection has ended. */
  drain(): Promise<void>;
  /** Stops listening and aborts what is still open. */
  close(): Promise<void>;
}

/**
 * Serves DICOM associations on one address.
 * @throws IsocenterError NETWORK when the address cannot be bound or the TLS material cannot be used.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  letHeapGrow();
  const limits = (): ListenLimits => ({ ...DEFAULT_LIMITS, ...options.limits });
  const sockets = new Set<Socket>();
  const acceptors = new Set<Acceptor>();
  const accept = (socket: Socket) => {
    const acceptor = new Acceptor({
      socket,
      address: addressOf(socket),
      terms: options,
      limits: limits(),
      others: acceptors,
      onClosed: () => acceptors.delete(acceptor),
    });
    acceptors.add(acceptor);
  };
  const { artimMs, associations } = limits();
  const server: Server =
    options.tls === undefined
      ? createServer({ noDelay: true }, accept)
      : tlsServer(options.tls, artimMs, accept, (address, reason) => {
          options.log?.('warning', `${address}: ${reason}`);
          options.onEvent?.({ kind: 'refused', address, reason });
        });
  // Connections beyond this get no answer at all; between the two limits there is room to reject with a reason.
  server.maxConnections = 2 * associations;
  server.on('connection', (socket: Socket) => {
    const address = addressOf(socket);
    const fromPeer = [...sockets].filter((other) => addressOf(other) === address);
    if (fromPeer.length >= 2 * limits().associationsPerPeer) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const place = { object: `${options.host}:${options.port}`, cause: error };
      reject(new IsocenterError('NETWORK', `cannot listen: ${error.message}`, place));
    });
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  let drained: Promise<void> | undefined;
  const drain = () => {
    drained ??= new Promise<void>((resolve) => {
      server.close(() => resolve());
    }).then(async () => {
      await Promise.all([...acceptors].map(({ closed }) => closed));
    });
    return drained;
  };
  return {
    port,
    get associations() {
      return [...acceptors].filter(({ association }) => association !== undefined).length;
    },
    drain,
    close: async () => {
      const closed = drain();
      for (const acceptor of acceptors) acceptor.shutDown();
      // Handshakes under way have no acceptor yet.
      const known = new Set([...acceptors].map(({ socket }) => socket));
      for (const socket of sockets) if (!isUnder(socket, known)) socket.destroy();
      await closed;
    },
  };
}

/** Whether a connection already belongs to an acceptor, be it under TLS. */
function isUnder(socket: Socket, known: ReadonlySet<Socket>): boolean {
  if (known.has(socket)) return true;
  return [...known].some((other) => other instanceof TLSSocket && other.remotePort === socket.remotePort);
}
