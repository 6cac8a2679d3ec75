import { Socket } from 'node:net';
import type { PeerCertificate, Server, TLSSocket } from 'node:tls';
import { connect as connectTls, createServer } from 'node:tls';
import type { TlsIdentity } from '../service.ts';
import type { TlsMaterial } from './material.ts';
import { MIN_DH_BITS, secureContext, secureContextOptions } from './material.ts';
import type { TransportError } from './words.ts';
import { transportText } from './words.ts';

/** The requestor's end of a connection, plain or secured. */
export interface ClientTransport {
  readonly socket: Socket;
  /** Starts connecting. */
  connect(): void;
  /** Calls back once PDUs can be sent: after the handshake when there is one. */
  onReady(ready: () => void): void;
  readonly tls: () => TlsIdentity | undefined;
}

/**
 * Over TLS the peer has to show a certificate that `tls.ca` vouches for. Its name is not compared with the host: DICOM
 * nodes are known by AE title and address, and trust is given to the certificates themselves (PS3.15 B.9 leaves it open).
 * @throws IsocenterError NETWORK when the material cannot be used
 */
export function clientTransport(host: string, port: number, tls: TlsMaterial | undefined): ClientTransport {
  if (tls === undefined) {
    const socket = new Socket();
    return {
      socket,
      connect: () => socket.connect({ host, port }),
      onReady: (ready) => socket.once('connect', ready),
      tls: () => undefined,
    };
  }
  // Node starts a TLS connection as its socket is made; nothing happens on it before the caller's next turn.
  const socket = connectTls({
    host,
    port,
    secureContext: secureContext(tls),
    minDHSize: MIN_DH_BITS,
    checkServerIdentity: () => undefined,
  });
  return {
    socket,
    connect: () => undefined,
    onReady: (ready) => socket.once('secureConnect', ready),
    tls: () => tlsIdentity(socket),
  };
}

export interface ServerTls extends TlsMaterial {
  /** Peers have to show a certificate that `ca` vouches for. */
  readonly mutual: boolean;
}

/** A dual-stack socket shows IPv4 peers as ::ffff:a.b.c.d; access lists and limits know them as a.b.c.d. */
export const addressOf = (socket: Socket) => (socket.remoteAddress ?? '').replace(/^::ffff:/, '');

/**
 * @param handshakeMs until the handshake has to be done: ARTIM starts with the connection, not after it
 * @param onFailed told of each handshake that came to nothing, with the peer's address and the reason in words
 * @throws IsocenterError NETWORK when the material cannot be used
 */
export function tlsServer(
  tls: ServerTls,
  handshakeMs: number,
  onSecure: (socket: TLSSocket) => void,
  onFailed: (address: string, reason: string) => void,
): Server {
  const options = {
    // Node checks here already what would otherwise fail at the first handshake.
    ...secureContextOptions(tls),
    requestCert: tls.mutual,
    rejectUnauthorized: tls.mutual,
    handshakeTimeout: handshakeMs,
    noDelay: true,
  };
  return createServer(options, onSecure).on('tlsClientError', (error: TransportError, socket) => {
    // When it is Node that refuses the certificate, the error says only that the connection has ended.
    const refusal = socket.authorizationError as unknown;
    const code = typeof refusal === 'string' ? refusal : error.code;
    onFailed(addressBelow(socket), transportText({ name: error.name, message: error.message, code }, false));
    // After its own time-out Node leaves the connection open.
    if (code === 'ERR_TLS_HANDSHAKE_TIMEOUT') socket.destroy();
  });
}

/** By now the TLS socket no longer knows its peer; the one below it does, as it was asked while it stood. */
function addressBelow(socket: TLSSocket): string {
  const below: unknown = Reflect.get(socket, '_parent');
  return addressOf(socket) || (below instanceof Socket ? addressOf(below) : '');
}

/** What the handshake came to. */
export function tlsIdentity(socket: TLSSocket): TlsIdentity {
  const certificate = socket.getPeerCertificate() as Partial<PeerCertificate>;
  const { subject, fingerprint256 = '' } = certificate;
  return {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().name,
    subject: Object.entries(subject ?? {})
      .map(([name, value]) => `${name}=${String(value)}`)
      .join(', '),
    fingerprint: fingerprint256,
  };
}
