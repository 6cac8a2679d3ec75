import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMedia } from '#main/dicomweb/media.ts';
import { readParts } from '#main/dicomweb/multipart.ts';
import { multipartBody, streamOf } from '#test/unit/main/server/multipartBody.ts';

async function bodiesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer[]> {
  const bodies: Buffer[] = [];
  for await (const part of readParts(stream, 'boundary')) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.body) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks));
  }
  return bodies;
}

const bytes = (text: string) => streamOf([Buffer.from(text)]);

describe('multipart bodies', () => {
  it('come apart as they were put together, however they are cut', async () => {
    // Content made of the pieces of a delimiter, which is what a reader gets wrong.
    const piece = fc.constantFrom('\r\n', '--', 'boundary', '\r', '\n', '-', 'x', '\r\n--boundar', '\0');
    const content = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join('')));
    const clean = content.filter((body) => !`\r\n${body.toString()}`.includes('\r\n--boundary'));
    await fc.assert(
      fc.asyncProperty(
        fc.array(clean, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        async (files, pieces) => {
          expect(await bodiesOf(multipartBody(files, pieces).body)).toEqual(files);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('may have a preamble, padding, an epilogue and parts without headers', async () => {
    const text =
      'ignore me\r\n--boundary  \r\n\r\nfirst\r\n--boundary\r\nA: 1\r\nB : x:y\r\n\r\nsecond\r\n--boundary--\r\nand me';
    const headers: unknown[] = [];
    for await (const part of readParts(bytes(text), 'boundary')) headers.push(part.headers);
    expect(headers).toEqual([{}, { a: '1', b: 'x:y' }]);
    expect((await bodiesOf(bytes(text))).map(String)).toEqual(['first', 'second']);
  });

  it('go on behind a part that was left half read', async () => {
    const { body } = multipartBody([Buffer.alloc(5000, 'a'), Buffer.from('second')], 100);
    const firstChunks: string[] = [];
    for await (const part of readParts(body, 'boundary'))
      for await (const chunk of part.body) {
        firstChunks.push(String(chunk));
        break;
      }
    expect(firstChunks[1]).toBe('second');
  });

  it.each([
    '',
    '--boundary',
    '--boundary\r\nA: 1',
    '--boundary\r\n\r\nbody',
    '--boundary\r\n\r\nbody\r\n--boundary',
    'nothing',
  ])('that end early are an error: %j', async (text) => {
    await expect(bodiesOf(bytes(text))).rejects.toMatchObject({ code: 'TRUNCATED' });
  });

  it('with endless headers are refused', async () => {
    await expect(bodiesOf(bytes(`--boundary\r\nA: ${'x'.repeat(20_000)}`))).rejects.toMatchObject({
      code: 'INVALID_ATTRIBUTE',
    });
  });
});

describe('media ranges', () => {
  it('keep quoted commas and semicolons together', () => {
    expect(parseMedia('Multipart/Related; type="a,b;c" ; boundary=x, */*;q=0.1')).toEqual([
      { type: 'multipart/related', parameters: { type: 'a,b;c', boundary: 'x' } },
      { type: '*/*', parameters: { q: '0.1' } },
    ]);
    expect(parseMedia('')).toEqual([]);
  });
});
