import { sha256 } from '../../deidentify/sha256.ts';
import { encodeUtf8 } from '../../dicom/codec/charset.ts';
import { POINTS_PER_MM } from '../../dicom/structures/contourData.ts';
import { formatDecimal } from '../../dicom/codec/decimal.ts';
import type { Contour } from '../../model/structures.ts';

/**
 * The first 128 bits of SHA-256, in hexadecimal, of plain data: independent of the order of keys, of absent against undefined ones, and of
 * what a DICOM decimal string loses of a number.
 */
export function contentHash(value: unknown): string {
  return hex(encodeUtf8(canonical(value)));
}

/** The same for the geometry of contours, in order, as finely as a structure set stores it. */
export function contoursHash(contours: readonly Contour[]): string {
  const count = contours.reduce((sum, { points }) => sum + points.length + 2, 0);
  const words = new Int32Array(count);
  let at = 0;
  for (const { type, points } of contours) {
    words[at++] = TYPES.indexOf(type);
    words[at++] = points.length;
    for (const value of points) words[at++] = Math.round(value * POINTS_PER_MM);
  }
  return hex(new Uint8Array(words.buffer));
}

const TYPES: readonly Contour['type'][] = [
  'CLOSED_PLANAR',
  'CLOSEDPLANAR_XOR',
  'OPEN_PLANAR',
  'OPEN_NONPLANAR',
  'POINT',
];

const hex = (bytes: Uint8Array): string =>
  Array.from(sha256(bytes).subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');

function canonical(value: unknown): string {
  if (typeof value === 'number') return String(Number.isFinite(value) ? Number(formatDecimal(value)) : value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (ArrayBuffer.isView(value)) return `[${Array.from(value as Float64Array, canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`).join(',')}}`;
}
