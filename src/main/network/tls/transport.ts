import { Socket } from 'node:net';
import type { PeerCertificate, Server, TLSSocket } from 'node:tls';
import { connect as connectTls, createServer } from 'node:tls';
import type { TlsIdentity } from '../service.ts';
import type { TlsMaterial } from './material.ts';
import { MIN_DH_BITS, secureContext, secureContextOptions } from './material.ts';

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

/** @param handshakeMs until the handshake has to be done: ARTIM starts with the connection, not after it */
export function tlsServer(tls: ServerTls, handshakeMs: number, onSecure: (socket: TLSSocket) => void): Server {
  const options = {
    // Node checks here already what would otherwise fail at the first handshake.
    ...secureContextOptions(tls),
    requestCert: tls.mutual,
    rejectUnauthorized: tls.mutual,
    handshakeTimeout: handshakeMs,
    noDelay: true,
  };
  return createServer(options, onSecure);
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
