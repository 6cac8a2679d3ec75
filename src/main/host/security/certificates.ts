import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { CertificateInfo } from '#shared/contract/rpc/security.ts';

/** Certificates of a PEM text, in its order. @throws INVALID_ATTRIBUTE when there is none, or one that cannot be read */
export function readCertificates(
  pem: string,
  place: { readonly object?: string; readonly attribute: string },
): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0) throw new IsocenterError('INVALID_ATTRIBUTE', 'holds no certificate in PEM', place);
  return blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw new IsocenterError('INVALID_ATTRIBUTE', 'holds a certificate that cannot be read', {
        ...place,
        cause: error,
      });
    }
  });
}

/** @throws INVALID_ATTRIBUTE when the text is no unencrypted private key in PEM */
function readKey(pem: string, place: { readonly object?: string; readonly attribute: string }): KeyObject {
  if (/ENCRYPTED/.test(pem))
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is protected by a password: give the key without one', place);
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is no private key in PEM', { ...place, cause: error });
  }
}

/** A certificate for people, with what speaks against it at `now` (ms since 1970). */
export function describeCertificate(certificate: X509Certificate, now = Date.now()): CertificateInfo {
  const [from, to] = [certificate.validFromDate, certificate.validToDate];
  const problems: string[] = [];
  if (now < from.getTime()) problems.push(`not valid before ${day(from)}`);
  if (now > to.getTime()) problems.push(`expired on ${day(to)}`);
  else if (now > to.getTime() - EXPIRES_SOON) problems.push(`expires on ${day(to)}`);
  const weakness = weaknessOf(certificate.publicKey);
  if (weakness !== undefined) problems.push(weakness);
  if (WEAK_SIGNATURE.test(certificate.signatureAlgorithm ?? ''))
    problems.push(`signed with ${certificate.signatureAlgorithm}, which is weak`);
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    validFrom: from.toISOString(),
    validTo: to.toISOString(),
    fingerprint: certificate.fingerprint256,
    key: keyText(certificate.publicKey),
    problems,
  };
}

/**
 * A key and its certificate (first of a chain), fit to prove who we are.
 * @throws INVALID_ATTRIBUTE when they do not belong together, or the certificate is not valid now or too weak
 */
export function checkIdentity(key: string, certificate: string, now = Date.now()): X509Certificate {
  const privateKey = readKey(key, { attribute: 'key' });
  const [own] = readCertificates(certificate, { attribute: 'certificate' });
  if (!own.checkPrivateKey(privateKey))
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is not the key of this certificate', { attribute: 'key' });
  const { subject, problems } = describeCertificate(own, now);
  const fatal = problems.find((problem) => !problem.startsWith('expires on'));
  if (fatal !== undefined)
    throw new IsocenterError('INVALID_ATTRIBUTE', fatal, { object: subject, attribute: 'certificate' });
  return own;
}

/**
 * Trust ends at self-signed certificates: another one vouches for nobody unless its issuer is trusted too.
 * @throws INVALID_ATTRIBUTE naming the certificate that would do nothing
 */
export function checkTrusted(certificates: readonly X509Certificate[], attribute: string): void {
  for (const each of certificates)
    if (!isAnchored(each, certificates))
      throw new IsocenterError('INVALID_ATTRIBUTE', `trust its issuer instead: ${oneLine(each.issuer)}`, {
        object: oneLine(each.subject),
        attribute,
      });
}

/** Whether it is self-signed or its issuer is among the others. */
export const isAnchored = (certificate: X509Certificate, others: readonly X509Certificate[]): boolean =>
  others.some((issuer) => certificate.checkIssued(issuer));

/** 30 days, ms. */
const EXPIRES_SOON = 30 * 86_400_000;
const WEAK_SIGNATURE = /md5|sha1/i;

const day = (date: Date): string => date.toISOString().slice(0, 10);
const oneLine = (name: string): string => name.replaceAll('\n', ', ');

function keyText(key: KeyObject): string {
  const details = key.asymmetricKeyDetails;
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') return `RSA ${details?.modulusLength}`;
  if (key.asymmetricKeyType === 'ec') return `EC ${details?.namedCurve}`;
  return key.asymmetricKeyType ?? 'unknown';
}

/** RFC 9325 (BCP 195) 4.5: RSA keys of 2048 bits at least, curves of 224 bits at least. */
function weaknessOf(key: KeyObject): string | undefined {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (modulusLength !== undefined && modulusLength < 2048) return `its key of ${modulusLength} bits is too weak`;
  const bits = Number(/(\d{3})/.exec(namedCurve ?? '')?.[1] ?? Number.NaN);
  return bits < 224 ? `its curve ${namedCurve} is too weak` : undefined;
}
