import { IsocenterError } from '#shared/contract/errors.ts';

/** The boundary parameter of a `multipart/related` content type (RFC 2046 5.1.1). */
export function boundaryOf(contentType: string | null): string {
  const match = /^multipart\/related\s*;.*?\bboundary="?([^";]+)"?/i.exec(contentType ?? '');
  if (match === null)
    throw new IsocenterError('NETWORK', `expected multipart/related, got ${contentType ?? 'no content type'}`);
  return match[1].trim();
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

/**
 * Reads a multipart body as it arrives and hands out each part's bytes. A body that ends before the closing delimiter is
 * refused: a series cut short must never pass for a whole one.
 */
export async function* readMultipart(
  chunks: AsyncIterable<Uint8Array>,
  boundary: string,
  onBytes?: (total: number) => void,
): AsyncGenerator<Uint8Array> {
  const delimiter = encoder.encode(`\r\n--${boundary}`);
  const buffer = new GrowingBuffer();
  // The first delimiter may stand at the very start: a virtual line break lets one search find them all.
  buffer.append(encoder.encode('\r\n'));
  let searched = 0;
  let total = 0;
  let insidePart = false;
  let closed = false;
  for await (const chunk of chunks) {
    total += chunk.length;
    onBytes?.(total);
    // What follows the closing delimiter is read to the end, so that the connection ends cleanly, and ignored.
    if (closed) continue;
    buffer.append(chunk);
    for (;;) {
      const bytes = buffer.bytes();
      const at = indexOf(bytes, delimiter, searched);
      // Two more bytes tell a closing delimiter ("--") from a part.
      if (at < 0 || at + delimiter.length + 2 > bytes.length) {
        searched = Math.max(0, at < 0 ? bytes.length - delimiter.length : at);
        break;
      }
      if (insidePart) yield partBody(bytes.subarray(0, at));
      const next = at + delimiter.length;
      if (bytes[next] === 0x2d && bytes[next + 1] === 0x2d) {
        closed = true;
        break;
      }
      buffer.drop(next);
      searched = 0;
      insidePart = true;
    }
  }
  if (!closed) throw new IsocenterError('TRUNCATED', `the answer ended before its last part (${total} bytes read)`);
}

/** Bytes appended at the end and dropped at the front; doubles its room, so that a part of any size is copied O(1) times. */
class GrowingBuffer {
  #room = new Uint8Array(1 << 18);
  #start = 0;
  #end = 0;

  bytes(): Uint8Array {
    return this.#room.subarray(this.#start, this.#end);
  }

  drop(count: number): void {
    this.#start += count;
  }

  append(chunk: Uint8Array): void {
    const used = this.#end - this.#start;
    if (this.#end + chunk.length > this.#room.length) {
      const room = used + chunk.length > this.#room.length / 2 ? new Uint8Array(2 * (used + chunk.length)) : this.#room;
      room.set(this.bytes());
      this.#room = room;
      this.#start = 0;
      this.#end = used;
    }
    this.#room.set(chunk, this.#end);
    this.#end += chunk.length;
  }
}

function partBody(part: Uint8Array): Uint8Array {
  const end = indexOf(part, encoder.encode('\r\n\r\n'), 0);
  if (end < 0) throw new IsocenterError('NETWORK', 'a part of the answer has no header');
  const body = part.slice(end + 4);
  const length = /^content-length:\s*(\d+)/im.exec(decoder.decode(part.subarray(0, end)))?.[1];
  if (length !== undefined && Number(length) !== body.length)
    throw new IsocenterError('TRUNCATED', `a part has ${body.length} bytes instead of ${length}`);
  return body;
}

/** Joins a body of `application/dicom` parts (PS3.18 8.6.1.2). */
export function writeMultipart(parts: readonly Uint8Array[], boundary: string): Blob {
  const pieces: BlobPart[] = [];
  for (const part of parts)
    pieces.push(
      `--${boundary}\r\nContent-Type: application/dicom\r\nContent-Length: ${part.length}\r\n\r\n`,
      part.slice(),
      '\r\n',
    );
  pieces.push(`--${boundary}--\r\n`);
  return new Blob(pieces);
}

/** Index of `needle` in `hay` from `from`; -1 when absent. Jumps by the native search for the first byte. */
function indexOf(hay: Uint8Array, needle: Uint8Array, from: number): number {
  for (let at = hay.indexOf(needle[0], from); at >= 0; at = hay.indexOf(needle[0], at + 1)) {
    if (at + needle.length > hay.length) return -1;
    let same = 1;
    while (same < needle.length && hay[at + same] === needle[same]) same++;
    if (same === needle.length) return at;
  }
  return -1;
}
