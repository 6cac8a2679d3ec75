import { deflateRaw, Inflate } from 'pako';
import { IsocenterError } from '../../contract/errors.ts';

/** Largest data set we inflate: a few kilobytes can claim any size. */
const MAX_BYTES = 2 ** 30;

/** Deflated Explicit VR Little Endian (PS3.5 A.5), raw deflate, as it streams by; memory does not depend on its size. */
export class InflateStream {
  readonly #inflate = new Inflate({ raw: true, chunkSize: 1 << 16 });
  readonly #object: string;
  #total = 0;

  constructor(onData: (chunk: Uint8Array) => void, object: string) {
    this.#object = object;
    this.#inflate.onData = (chunk) => {
      this.#total += chunk.length;
      if (this.#total > MAX_BYTES)
        throw new IsocenterError('DECODE_FAILED', `the deflated data set is larger than ${MAX_BYTES} bytes`, {
          object,
        });
      onData(chunk);
    };
  }

  /** @throws DECODE_FAILED */
  push(chunk: Uint8Array): void {
    // A byte of padding may follow the end.
    if (!this.#inflate.ended) this.#inflate.push(chunk, false);
    if (this.#inflate.err !== 0)
      throw new IsocenterError('DECODE_FAILED', 'the deflated data set is damaged', { object: this.#object });
  }

  /** @throws TRUNCATED when the stream has not come to its own end */
  end(): void {
    if (!this.#inflate.ended)
      throw new IsocenterError('TRUNCATED', 'the deflated data set ends too early', { object: this.#object });
  }
}

/** A whole deflated data set. Throws TRUNCATED or DECODE_FAILED. */
export function inflate(deflated: Uint8Array, object: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  const stream = new InflateStream((chunk) => chunks.push(chunk), object);
  stream.push(deflated);
  stream.end();
  const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

export const deflate = (bytes: Uint8Array): Uint8Array => deflateRaw(bytes);
