import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { AccessPolicy } from './acse.ts';
import { acceptanceOf, acceptedContexts, checkPeerMaxPduLength, REJECT, refusal } from './acse.ts';
import type { Indication } from './actions.ts';
import { Association } from './association.ts';
import { MAX_PDU_LENGTH } from './implementation.ts';
import { encodePdu } from './pdu/encode.ts';
import type { AssociateRequestPdu } from './pdu/types.ts';
import { rejectText } from './reasons.ts';
import type { ServiceHandler } from './service.ts';
import { UpperLayer } from './upperLayer.ts';

interface ListenLimits {
  /** Associations at once; further requests are rejected as transient, "local limit exceeded". */
  readonly associations: number;
  /** The same per remote address. */
  readonly associationsPerPeer: number;
  /** Longest P-DATA-TF announced and taken, bytes. */
  readonly maxPduLength: number;
  /** ARTIM: until a new connection sends its request, or a finished one closes. Milliseconds. */
  readonly artimMs: number;
  /** Longest silence of a peer that owes us something. Milliseconds. */
  readonly idleMs: number;
}

export interface ListenOptions {
  /** 0 takes any free port. */
  readonly port: number;
  readonly host: string;
  readonly aeTitle: string;
  readonly handlers: readonly ServiceHandler[];
  readonly limits?: Partial<ListenLimits>;
  readonly access?: AccessPolicy;
  readonly log?: (level: 'info' | 'warning' | 'error', text: string) => void;
}

export interface Listener {
  readonly port: number;
  /** Stops listening and aborts what is still open. */
  close(): Promise<void>;
}

const DEFAULT_LIMITS: ListenLimits = {
  associations: 128,
  associationsPerPeer: 64,
  maxPduLength: MAX_PDU_LENGTH,
  artimMs: 30_000,
  idleMs: 120_000,
};

/**
 * Serves DICOM associations on one address.
 * @throws IsocenterError NETWORK when the address cannot be bound.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const connections = new Set<Connection>();
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = new Connection(socket, options, limits, connections);
    connections.add(connection);
  });
  // Connections beyond this get no answer at all; between the two limits there is room to reject with a reason.
  server.maxConnections = 2 * limits.associations;

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const place = { object: `${options.host}:${options.port}`, cause: error };
      reject(new IsocenterError('NETWORK', `cannot listen: ${error.message}`, place));
    });
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const connection of connections) connection.shutDown();
      await closed;
    },
  };
}

/** One accepted connection, from the transport's opening to its end. */
class Connection {
  readonly address: string;
  readonly #options: ListenOptions;
  readonly #limits: ListenLimits;
  readonly #others: ReadonlySet<Connection>;
  readonly #upper: UpperLayer;
  #association: Association | undefined;

  constructor(socket: Socket, options: ListenOptions, limits: ListenLimits, connections: Set<Connection>) {
    // A dual-stack socket shows IPv4 peers as ::ffff:a.b.c.d; access lists and limits know them as a.b.c.d.
    this.address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    this.#options = options;
    this.#limits = limits;
    this.#others = connections;
    this.#upper = new UpperLayer({
      socket,
      isRequestor: false,
      maxPduLength: limits.maxPduLength,
      artimMs: limits.artimMs,
      onIndication: (indication) => this.#take(indication),
      onClosed: () => {
        connections.delete(this);
        this.#association?.connectionClosed();
      },
    });
    this.#upper.signal('Evt5');
  }

  get isAssociated(): boolean {
    return this.#association !== undefined;
  }

  shutDown(): void {
    if (this.#association === undefined) this.#upper.abort();
    else this.#association.abort(new IsocenterError('ASSOCIATION_ABORTED', 'the node is shutting down'));
    this.#upper.destroySoon();
  }

  #log(level: 'info' | 'warning' | 'error', text: string): void {
    this.#options.log?.(level, text);
  }

  #take(indication: Indication): void | Promise<void> {
    if (this.#association !== undefined) return this.#association.take(indication);
    if (indication.kind === 'associate') {
      checkPeerMaxPduLength(indication.request.user.maxPduLength);
      // The table is still in Sta2; its response primitives belong to Sta3.
      queueMicrotask(() => this.#answer(indication.request));
    } else if (indication.kind === 'provider-abort') this.#log('warning', `${this.address}: ${indication.text}`);
  }

  #answer(request: AssociateRequestPdu): void {
    if (this.#upper.state !== 'Sta3') return;
    const who = `${request.callingAe} (${this.address}) → ${request.calledAe}`;
    const rejection =
      refusal(request, this.#options.aeTitle, this.address, this.#options.access ?? {}) ?? this.#overLimit();
    if (rejection !== undefined) {
      this.#log('warning', `${who}: ${rejectText(rejection)}`);
      this.#upper.signal('Evt8', { bytes: encodePdu(rejection) });
      return;
    }
    const acceptance = acceptanceOf(request, this.#options.handlers, this.#limits.maxPduLength);
    this.#association = new Association({
      upperLayer: this.#upper,
      contexts: acceptedContexts(request.contexts, acceptance.contexts),
      peer: {
        callingAe: request.callingAe,
        calledAe: request.calledAe,
        address: this.address,
        implementationClassUid: request.user.implementationClassUid,
        implementationVersionName: request.user.implementationVersionName,
      },
      peerMaxPduLength: request.user.maxPduLength,
      handlers: this.#options.handlers,
      idleMs: this.#limits.idleMs,
      log: (level, text) => this.#log(level, text),
    });
    this.#log('info', `${who}: association accepted`);
    this.#upper.signal('Evt7', { bytes: encodePdu(acceptance) });
  }

  #overLimit() {
    const associated = [...this.#others].filter((other) => other.isAssociated);
    const fromPeer = associated.filter((other) => other.address === this.address);
    const isOver =
      associated.length >= this.#limits.associations || fromPeer.length >= this.#limits.associationsPerPeer;
    return isOver ? REJECT.localLimit : undefined;
  }
}
