import { crc32 } from 'node:zlib';
import { IsocenterError } from '#shared/contract/errors.ts';

/** Sizes and offsets have 32 bits without the 64-bit extension; well below, so that a download also fits into memory. */
const MAX_BYTES = 1024 ** 3;

interface Entry {
  readonly name: Buffer;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
}

/** A ZIP archive of stored files (APPNOTE.TXT 4.3), part by part: DICOM objects hardly shrink. Times are not told. */
export class ZipWriter {
  readonly #entries: Entry[] = [];
  #size = 0;

  /** The next bytes of the archive. @throws STORAGE when it gets larger than 1 GiB */
  add(name: string, bytes: Uint8Array): Uint8Array {
    if (this.#size + bytes.length > MAX_BYTES)
      throw new IsocenterError('STORAGE', 'more than 1 GiB: export fewer objects at once, or from the command line', {
        object: name,
      });
    const entry = { name: Buffer.from(name), crc: crc32(bytes), size: bytes.length, offset: this.#size };
    this.#entries.push(entry);
    return this.#counted([header(0x04034b50, entry), entry.name, bytes]);
  }

  /** The last bytes. */
  finish(): Uint8Array {
    const start = this.#size;
    const directory = this.#entries.flatMap((entry) => [header(0x02014b50, entry, entry.offset), entry.name]);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(
      directory.reduce((sum, part) => sum + part.length, 0),
      12,
    );
    end.writeUInt32LE(start, 16);
    return this.#counted([...directory, end]);
  }

  #counted(parts: readonly Uint8Array[]): Uint8Array {
    const bytes = Buffer.concat(parts);
    this.#size += bytes.length;
    return bytes;
  }
}

/** A local file header, or with the offset of one its entry in the central directory. */
function header(signature: number, { name, crc, size }: Entry, offset?: number): Buffer {
  const bytes = Buffer.alloc(offset === undefined ? 30 : 46);
  let at = bytes.writeUInt32LE(signature, 0);
  if (offset !== undefined) at = bytes.writeUInt16LE(20, at);
  at = bytes.writeUInt16LE(20, at);
  // Names are UTF-8 (bit 11); stored; 1 January 1980.
  for (const value of [0x0800, 0, 0, 0x21]) at = bytes.writeUInt16LE(value, at);
  for (const value of [crc, size, size]) at = bytes.writeUInt32LE(value, at);
  bytes.writeUInt16LE(name.length, at);
  if (offset !== undefined) bytes.writeUInt32LE(offset, 42);
  return bytes;
}
