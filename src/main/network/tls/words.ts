import { troubleText } from '../troubleText.ts';

/** What OpenSSL and Node call the faults of certificates and handshakes, in words that say whose fault it is. */
const WORDS: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "the peer's certificate is self-signed and not among the trusted ones",
  SELF_SIGNED_CERT_IN_CHAIN: "the peer's certificate comes from an authority that is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the peer's certificate comes from an authority that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT: "the peer's certificate comes from an authority that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the peer's certificate comes from an authority that is not trusted",
  CERT_SIGNATURE_FAILURE: "the signature of the peer's certificate is wrong",
  CERT_UNTRUSTED: "the peer's certificate is not trusted",
  CERT_REJECTED: "the peer's certificate is rejected",
  CERT_REVOKED: "the peer's certificate is revoked",
  CERT_HAS_EXPIRED: "the peer's certificate has expired",
  CERT_NOT_YET_VALID: "the peer's certificate is not yet valid",
  INVALID_PURPOSE: "the peer's certificate is not made for this use",
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'the peer showed no certificate',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the peer does not speak TLS',
  ERR_SSL_HTTP_REQUEST: 'the peer speaks plain HTTP, not TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the peer does not speak TLS',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'the peer offers no TLS version from 1.2 on',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'the peer takes no TLS version from 1.2 on',
  ERR_SSL_NO_SHARED_CIPHER: 'the peer offers no cipher suite of the profile',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'the peer takes none of our cipher suites, or wants a certificate',
  ERR_SSL_SSL_TLS_ALERT_HANDSHAKE_FAILURE: 'the peer takes none of our cipher suites, or wants a certificate',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the peer wants a certificate of ours',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the peer does not trust the authority of our certificate',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'the peer refuses our certificate',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'the peer says that our certificate has expired',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: 'the peer says that our certificate is revoked',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'the peer refuses our certificate',
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: 'the peer cannot use our certificate',
  ERR_SSL_TLSV1_ALERT_ACCESS_DENIED: 'the peer refuses our certificate',
  ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR: 'the peer could not verify our certificate',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'the TLS handshake was not finished in time',
};

export type TransportError = Error & { readonly code?: string };

/** True for faults of TLS itself, not of the connection below. */
export function isTlsError({ code }: TransportError): boolean {
  return code !== undefined && (code in WORDS || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'));
}

/**
 * A transport's error in words; Node's error for a host with several addresses has no message of its own.
 * @param secured the TLS handshake was done when it happened; undefined on a plain connection
 */
export function transportText(error: TransportError, secured?: boolean): string {
  const { code, message } = error;
  if (code !== undefined && code in WORDS) return `TLS: ${WORDS[code]}`;
  if (secured === false && code === 'ECONNRESET') {
    return 'TLS: the peer closed the connection during the handshake: it speaks no TLS or refuses our certificate';
  }
  if (message === '') return code ?? 'the connection failed';
  return isTlsError(error) ? `TLS: ${message}` : troubleText(message);
}
