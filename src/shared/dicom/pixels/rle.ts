import { IsocenterError } from '../../contract/errors.ts';

/**
 * Decodes one frame of RLE Lossless (PS3.5 annex G) into little-endian samples of `sampleBytes` bytes. Segments hold the
 * most significant byte of all samples first. Throws DECODE_FAILED for a broken frame.
 */
export function decodeRleFrame(frame: Uint8Array, pixels: number, sampleBytes: number, object: string): Uint8Array {
  const fail = (message: string): IsocenterError =>
    new IsocenterError('DECODE_FAILED', `RLE: ${message}`, { object, attribute: 'PixelData' });
  if (frame.length < 64) throw fail('a frame without header');
  const header = new DataView(frame.buffer, frame.byteOffset, 64);
  const segments = header.getUint32(0, true);
  if (segments !== sampleBytes) throw fail(`${segments} segments for ${sampleBytes} bytes per pixel`);
  // Two bytes unpack to 128 at most: a damaged header must not claim memory.
  if (pixels * sampleBytes > 64 * frame.length) throw fail(`${frame.length} bytes cannot hold ${pixels} pixels`);
  const out = new Uint8Array(pixels * sampleBytes);
  for (let segment = 0; segment < segments; segment++) {
    const start = header.getUint32(4 + 4 * segment, true);
    const end = segment + 1 < segments ? header.getUint32(8 + 4 * segment, true) : frame.length;
    if (start < 64 || end < start || end > frame.length) throw fail('segments out of order');
    const written = unpack(frame.subarray(start, end), out, sampleBytes - 1 - segment, sampleBytes);
    if (written !== pixels) throw fail(`segment ${segment + 1} has ${written} of ${pixels} bytes`);
  }
  return out;
}

/** PackBits into every `stride`-th byte from `at`; returns the number of bytes unpacked, at most as many as fit. */
function unpack(packed: Uint8Array, out: Uint8Array, at: number, stride: number): number {
  let [to, count, i] = [at, 0, 0];
  while (i < packed.length && to < out.length) {
    const control = packed[i++];
    if (control === 128) continue;
    const literal = control < 128;
    const length = literal ? control + 1 : 257 - control;
    for (let n = 0; n < length && to < out.length && i < packed.length; n++, to += stride, count++)
      out[to] = literal ? packed[i++] : packed[i];
    if (!literal) i++;
  }
  return count;
}
