import { encodeUtf8 } from '../dicom/codec/charset.ts';
import { hmacSha256 } from './sha256.ts';

/**
 * Replacements that only who has the secret can repeat, and nobody can turn back: HMAC-SHA-256 of what is replaced. The same secret gives
 * the same replacements in every export, so that what is exported later still fits.
 */
export interface Pseudonyms {
  /** A UID under 2.25 (PS3.5 B.2). */
  uid(original: string): string;
  /** `ANON-` and 10 letters, for a patient known by issuer and ID. */
  patientId(original: string): string;
  /** Days by which dates of a patient move back, 1 to 3650: intervals stay. */
  dayShift(patient: string): number;
}

export function pseudonyms(secret: Uint8Array): Pseudonyms {
  const hash = (kind: string, text: string): Uint8Array => hmacSha256(secret, encodeUtf8(`${kind}\n${text}`));
  const uids = new Map<string, string>();
  return {
    uid: (original) => {
      const known = uids.get(original) ?? uuidUid(hash('uid', original));
      uids.set(original, known);
      return known;
    },
    patientId: (original) =>
      `ANON-${Array.from(hash('patient', original).subarray(0, 10), (byte) => LETTERS[byte % LETTERS.length]).join('')}`,
    dayShift: (patient) => {
      const [a, b, c, d] = hash('days', patient);
      return 1 + ((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % 3650);
    },
  };
}

/** Without those that are taken for others; their number divides 256, so that none is more likely. */
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** RFC 9562 version 8: version in the top bits of octet 6, variant 10 in octet 8. */
function uuidUid(bytes: Uint8Array): string {
  const uuid = bytes.slice(0, 16);
  uuid[6] = (uuid[6] & 0x0f) | 0x80;
  uuid[8] = (uuid[8] & 0x3f) | 0x80;
  return `2.25.${uuid.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)}`;
}

/** A DICOM date (DA, or the date part of a DT) so many days earlier; undefined when it is no date of the calendar. */
export function shiftDate(date: string, days: number): string | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})/.exec(date);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number);
  const time = Date.UTC(year, month - 1, day);
  const check = new Date(time);
  if (year < 1000 || check.getUTCMonth() !== month - 1 || check.getUTCDate() !== day) return undefined;
  const moved = new Date(time - days * 86_400_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${String(moved.getUTCFullYear()).padStart(4, '0')}${two(moved.getUTCMonth() + 1)}${two(moved.getUTCDate())}${date.slice(8)}`;
}
