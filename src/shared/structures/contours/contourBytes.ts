import { IsocenterError } from '../../contract/errors.ts';
import type { Contour } from '../../model/structures.ts';

interface Header {
  /** Type, number of coordinates and image ('' for none) of each contour, and whether it is interpolated and not accepted. */
  readonly contours: readonly (readonly [Contour['type'], number, string, boolean])[];
}

/** Contours to the last bit: length of a JSON header (32 bits), the header in UTF-8, padding to 8 bytes, then all coordinates (64-bit floats, little endian). */
export function contourBytes(contours: readonly Contour[]): Uint8Array<ArrayBuffer> {
  const header: Header = {
    contours: contours.map(({ type, points, referencedSopInstanceUid: image = '', interpolated = false }) => [
      type,
      points.length,
      image,
      interpolated,
    ]),
  };
  const text = encodeAscii(JSON.stringify(header));
  const start = Math.ceil((4 + text.length) / 8) * 8;
  const count = contours.reduce((sum, { points }) => sum + points.length, 0);
  const bytes = new Uint8Array(start + 8 * count);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  const values = new Float64Array(bytes.buffer, start, count);
  let at = 0;
  for (const { points } of contours) {
    values.set(points, at);
    at += points.length;
  }
  return bytes;
}

/** @throws IsocenterError DECODE_FAILED for bytes that `contourBytes` did not make. */
export function contoursOfBytes(bytes: Uint8Array): Contour[] {
  const broken = (cause?: unknown): IsocenterError =>
    new IsocenterError('DECODE_FAILED', 'the kept contours are damaged', { cause });
  if (bytes.length < 4) throw broken();
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const start = Math.ceil((4 + length) / 8) * 8;
  if (start > bytes.length) throw broken();
  try {
    const header = JSON.parse(decodeAscii(bytes.subarray(4, 4 + length))) as Header;
    const total = header.contours.reduce((sum, [, count]) => sum + count, 0);
    if (start + 8 * total !== bytes.length) throw broken();
    let at = start;
    return header.contours.map(([type, count, image, interpolated]) => {
      const points = new Float64Array(bytes.slice(at, at + 8 * count).buffer);
      at += 8 * count;
      return {
        type,
        points,
        ...(image !== '' && { referencedSopInstanceUid: image }),
        ...(interpolated && { interpolated: true as const }),
      };
    });
  } catch (error) {
    throw error instanceof IsocenterError ? error : broken(error);
  }
}

/** Types and UIDs hold nothing beyond ASCII. */
function encodeAscii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let n = 0; n < text.length; n++) bytes[n] = text.charCodeAt(n);
  return bytes;
}

function decodeAscii(bytes: Uint8Array): string {
  let text = '';
  // In parts: a call takes no more arguments than its stack holds.
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}
