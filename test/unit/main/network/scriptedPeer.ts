import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { encodeCommandSet } from '#main/network/commandSet.ts';
import type { CommandSet } from '#main/network/commandSet.ts';
import { encodePdu } from '#main/network/pdu/encode.ts';
import { PduReader } from '#main/network/pdu/reader.ts';
import type { AssociateRequestPdu, Pdu } from '#main/network/pdu/types.ts';

export const VERIFICATION = '1.2.840.10008.1.1';
export const CT = '1.2.840.10008.5.1.4.1.1.2';
export const IMPLICIT = '1.2.840.10008.1.2';
export const EXPLICIT = '1.2.840.10008.1.2.1';

/** A request that tests change field by field. */
export const REQUEST: AssociateRequestPdu = {
  type: 'A-ASSOCIATE-RQ',
  protocolVersion: 1,
  calledAe: 'ISOCENTER',
  callingAe: 'SCRIPT',
  applicationContext: '1.2.840.10008.3.1.1.1',
  contexts: [
    { id: 1, abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT] },
    { id: 3, abstractSyntax: CT, transferSyntaxes: [EXPLICIT] },
  ],
  user: {
    maxPduLength: 16384,
    implementationClassUid: '1.2.3',
    implementationVersionName: 'SCRIPT',
    roles: [],
    extended: [],
    commonExtended: [],
  },
};

/** The other end of a connection, played by a test: it sends whatever bytes it likes and waits for PDUs. */
export class ScriptedPeer {
  readonly #socket: Socket;
  readonly #pdus: Pdu[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new PduReader(1024 * 1024);
    socket.on('data', (chunk: Buffer) => {
      this.#pdus.push(...reader.read(chunk));
      this.#wake?.();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
  }

  static connect(port: number): Promise<ScriptedPeer> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new ScriptedPeer(socket)));
      socket.once('error', reject);
    });
  }

  /** A connection with an accepted association. */
  static async associated(port: number, request: AssociateRequestPdu = REQUEST): Promise<ScriptedPeer> {
    const peer = await ScriptedPeer.connect(port);
    peer.send(request);
    const answer = await peer.next();
    if (answer !== 'closed' && answer.type === 'A-ASSOCIATE-AC') return peer;
    throw new Error(`not accepted: ${JSON.stringify(answer)}`);
  }

  send(what: Pdu | Buffer): void {
    this.#socket.write(Buffer.isBuffer(what) ? what : encodePdu(what));
  }

  /** Sends and waits until the socket has taken it. */
  async sendAndDrain(bytes: Buffer): Promise<void> {
    if (this.#socket.write(bytes)) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('drain', resolve);
    });
  }

  /** One message as two PDUs; `dataSet` omitted means none. */
  sendMessage(contextId: number, command: CommandSet, dataSet?: Buffer): void {
    const commandDataSetType = dataSet === undefined ? 0x0101 : 0;
    const data = encodeCommandSet({ commandDataSetType, ...command });
    this.send({ type: 'P-DATA-TF', values: [{ contextId, command: true, last: true, data }] });
    if (dataSet === undefined) return;
    this.send({ type: 'P-DATA-TF', values: [{ contextId, command: false, last: true, data: dataSet }] });
  }

  /** The next PDU, or 'closed' when the other side has closed the connection. */
  async next(): Promise<Pdu | 'closed'> {
    for (;;) {
      const pdu = this.#pdus.shift();
      if (pdu !== undefined) return pdu;
      if (this.#ended) return 'closed';
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Reads nothing more. */
  hold(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A server that hands each connection to `play`. */
export async function scriptedServer(
  play: (peer: ScriptedPeer, connection: number) => Promise<void> | void,
): Promise<{ port: number; close(): void }> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    void play(new ScriptedPeer(socket), ++connections);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Accepts every proposed context with its first transfer syntax. */
export function acceptanceOfAll(request: Pdu | 'closed', maxPduLength = 16384): Pdu {
  if (request === 'closed' || request.type !== 'A-ASSOCIATE-RQ') throw new Error('no association request');
  return {
    ...request,
    type: 'A-ASSOCIATE-AC',
    contexts: request.contexts.map(({ id, transferSyntaxes }) => ({
      id,
      result: 0,
      transferSyntax: transferSyntaxes[0],
    })),
    user: { ...request.user, maxPduLength, roles: [] },
  };
}
