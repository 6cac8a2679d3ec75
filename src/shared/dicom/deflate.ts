import { deflateRaw, Inflate } from 'pako';
import { IsocenterError } from '../contract/errors.ts';

/** Largest data set we inflate: a few kilobytes can claim any size. */
const MAX_BYTES = 2 ** 30;

/** Deflated Explicit VR Little Endian (PS3.5 A.5): raw deflate. Throws TRUNCATED or DECODE_FAILED. */
export function inflate(deflated: Uint8Array, object: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = new Inflate({ raw: true, chunkSize: 1 << 16 });
  stream.onData = (chunk) => {
    total += chunk.length;
    if (total > MAX_BYTES)
      throw new IsocenterError('DECODE_FAILED', `the deflated data set is larger than ${MAX_BYTES} bytes`, { object });
    chunks.push(chunk);
  };
  stream.push(deflated, true);
  if (stream.err !== 0) throw new IsocenterError('DECODE_FAILED', 'the deflated data set is damaged', { object });
  if (!stream.ended) throw new IsocenterError('TRUNCATED', 'the deflated data set ends too early', { object });
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

export const deflate = (bytes: Uint8Array): Uint8Array => deflateRaw(bytes);
