import { PduError } from './types.ts';

interface Item {
  readonly type: number;
  /** The byte after the type: reserved, but the version of a common extended negotiation (PS3.7 D.3.3.6). */
  readonly second: number;
  readonly body: Buffer;
}

export const hex = (value: number) => `${value.toString(16).padStart(2, '0').toUpperCase()}H`;

/**
 * Item = type, reserved byte, 16-bit length, body (PS3.8 9.3.2).
 * @throws PduError when a length leads past the end.
 */
export function* items(bytes: Buffer, what: string): Generator<Item> {
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw new PduError(`${what}: ${bytes.length - at} stray bytes after the last item`);
    const length = bytes.readUInt16BE(at + 2);
    const end = at + 4 + length;
    if (end > bytes.length) {
      throw new PduError(`${what}: item ${hex(bytes[at])} claims ${length} bytes, ${bytes.length - at - 4} are left`);
    }
    yield { type: bytes[at], second: bytes[at + 1], body: bytes.subarray(at + 4, end) };
    at = end;
  }
}

/** UIDs and AE titles arrive padded with NULs (against the standard) or spaces. */
export function text(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[\0 ]+$/, '')
    .trimStart();
}

/** @throws PduError when `body` is shorter than `length` */
export function need(body: Buffer, length: number, what: string): void {
  if (body.length < length) throw new PduError(`${what}: ${body.length} bytes, at least ${length} needed`);
}

/** A field after its own 16-bit length, and what follows it. @throws PduError when the length leads past the end */
export function sized(body: Buffer, what: string): { readonly field: Buffer; readonly rest: Buffer } {
  need(body, 2, what);
  const end = 2 + body.readUInt16BE(0);
  need(body, end, what);
  return { field: body.subarray(2, end), rest: body.subarray(end) };
}

export const ascii = (value: string) => Buffer.from(value, 'latin1');

export function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A field with its own 16-bit length before it. @throws PduError when that does not hold its length */
export function withSize(field: Uint8Array): Buffer {
  if (field.length > 0xffff) throw new PduError(`a field of ${field.length} bytes does not fit its 16-bit length`);
  return Buffer.concat([uint16(field.length), field]);
}

/** One item with its head. @throws PduError when the body does not fit its 16-bit length */
export function item(type: number, ...parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from([type, 0]), withSize(Buffer.concat(parts))]);
}
