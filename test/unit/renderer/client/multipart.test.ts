import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf, readMultipart, writeMultipart } from '#renderer/client/multipart.ts';

const BOUNDARY = 'part-42';

async function bytesOf(parts: readonly Uint8Array[]): Promise<Uint8Array> {
  return new Uint8Array(await writeMultipart(parts, BOUNDARY).arrayBuffer());
}

async function* cut(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...[...cuts].map((at) => at % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (let i = 1; i < places.length; i++) yield bytes.slice(places[i - 1], places[i]);
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of readMultipart(chunks, BOUNDARY)) parts.push(part);
  return parts;
}

describe('multipart/related', () => {
  it('gives back any parts however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(2000), { maxLength: 30 }),
        async (parts, cuts) => {
          expect(await readAll(cut(await bytesOf(parts), cuts))).toEqual(parts);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('finds a boundary that a part almost contains', async () => {
    const tricky = new TextEncoder().encode(`\r\n--part-4\r\n--part-\r\n\r\n--`);
    expect(await readAll(cut(await bytesOf([tricky, tricky]), []))).toEqual([tricky, tricky]);
  });

  it('reads parts larger than its first buffer', async () => {
    const large = Uint8Array.from({ length: 900_001 }, (_, i) => (i * 7) & 255);
    const cuts = Array.from({ length: 40 }, (_, i) => i * 45_001);
    expect(await readAll(cut(await bytesOf([large, large.slice(5)]), cuts))).toEqual([large, large.slice(5)]);
  });

  it('refuses a stream that ends early, wherever it ends', async () => {
    const whole = await bytesOf([new Uint8Array(50).fill(1), new Uint8Array(50).fill(2)]);
    for (const end of [0, 10, 80, whole.length - 30, whole.length - 5])
      await expect(readAll(cut(whole.slice(0, end), []))).rejects.toMatchObject({ code: 'TRUNCATED' });
  });

  it('refuses a part whose length is not the announced one', async () => {
    const text = `--${BOUNDARY}\r\nContent-Length: 9\r\n\r\nabc\r\n--${BOUNDARY}--\r\n`;
    await expect(readAll(cut(new TextEncoder().encode(text), []))).rejects.toMatchObject({ code: 'TRUNCATED' });
  });

  it('finds the boundary parameter and refuses other content types', () => {
    expect(boundaryOf('multipart/related; type="application/dicom"; boundary="a b"')).toBe('a b');
    expect(boundaryOf('multipart/related;boundary=xyz;type="application/dicom"')).toBe('xyz');
    expect(() => boundaryOf('application/json')).toThrow(/application\/json/);
    expect(() => boundaryOf(null)).toThrow(/no content type/);
  });
});
