import type { SecureContext, SecureContextOptions } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { IsocenterError } from '#shared/contract/errors.ts';

/** What identifies this node in TLS, and whom it trusts; all PEM. */
export interface TlsMaterial {
  /** Absent, with its certificate, for a requestor that shows none. */
  readonly key?: string;
  readonly certificate?: string;
  /** Certificates of the authorities (or peers) that are trusted. */
  readonly ca: string;
  /** PS3.15 B.9 (bcp195, the default), B.10 (non-downgrading), B.11 (extended). */
  readonly profile?: TlsProfile;
}

export type TlsProfile = 'bcp195' | 'bcp195-nd' | 'bcp195-ex';

/** RFC 9325 section 4.2: authenticated encryption with forward secrecy; OpenSSL's names. */
const RECOMMENDED = [
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
];
const DHE = ['DHE-RSA-AES128-GCM-SHA256', 'DHE-RSA-AES256-GCM-SHA384'];
const CHACHA = ['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305', 'DHE-RSA-CHACHA20-POLY1305'];

/**
 * Cipher suites of TLS 1.2 by profile; those of TLS 1.3 are all fit. No profile goes below TLS 1.2, which RFC 8996
 * forbids, so that the first two differ only in what they put first.
 */
export const CIPHERS: Record<TlsProfile, readonly string[]> = {
  bcp195: [...RECOMMENDED, ...CHACHA, ...DHE],
  'bcp195-nd': [...DHE, ...RECOMMENDED],
  'bcp195-ex': [
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'DHE-RSA-AES256-GCM-SHA384',
    ...CHACHA,
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'DHE-RSA-AES128-GCM-SHA256',
  ],
};

/** Bits below which a Diffie-Hellman group is refused (PS3.15 B.9). */
export const MIN_DH_BITS = 2048;

function optionsOf({ key, certificate, ca, profile = 'bcp195' }: TlsMaterial): SecureContextOptions {
  return {
    key,
    cert: certificate,
    ca,
    ciphers: CIPHERS[profile].join(':'),
    minVersion: 'TLSv1.2',
    dhparam: 'auto',
    honorCipherOrder: true,
  };
}

/** @throws IsocenterError NETWORK when key, certificate and authorities do not fit together or cannot be read */
export function secureContext(material: TlsMaterial): SecureContext {
  try {
    return createSecureContext(optionsOf(material));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new IsocenterError('NETWORK', `TLS: key, certificate or trusted certificates cannot be used: ${text}`, {
      cause: error,
    });
  }
}

/** The same for a server, which wants them one by one. @throws as `secureContext` */
export function secureContextOptions(material: TlsMaterial): SecureContextOptions {
  secureContext(material);
  return optionsOf(material);
}
