import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { transcodeLittleEndian } from '#main/services/transcode.ts';
import { bytes } from '#test/encoded/bytes.ts';
import { dataSet, element } from '#test/peers/harness/part10.ts';
import { EXPLICIT, IMPLICIT } from '#test/unit/main/network/scriptedPeer.ts';

async function transcode(source: Buffer, from: string, chunk = 64): Promise<Buffer> {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    // One buffer for all chunks, as the file reader does it.
    const buffer = Buffer.alloc(chunk);
    for (let at = 0; at < source.length; at += chunk) {
      const length = source.copy(buffer, 0, at, at + chunk);
      yield buffer.subarray(0, length);
    }
  }
  const out: Buffer[] = [];
  for await (const part of transcodeLittleEndian(chunks(), from)) out.push(Buffer.from(part));
  return Buffer.concat(out);
}

const hex = (buffer: Buffer) => buffer.toString('hex');
const SIGNED = element([0x00280103, 'US', Buffer.from([1, 0])], false);

describe('transcodeLittleEndian', () => {
  test('sequences of defined length get undefined ones; group lengths go', async () => {
    const source = bytes(`
      0800 0000 "UL" 0400 30000000
      0800 4011 "SQ" 0000 14000000
        FEFF 00E0 0C000000
          0800 5011 "UI" 0400 "1.3" 00
      7FE0 1000 "OW" 0000 02000000 0102
    `);
    const expected = bytes(`
      0800 4011 FFFFFFFF
        FEFF 00E0 FFFFFFFF
          0800 5011 04000000 "1.3" 00
        FEFF 0DE0 00000000
      FEFF DDE0 00000000
      7FE0 1000 02000000 0102
    `);
    for (const chunk of [1, 7, 4096]) expect(hex(await transcode(source, EXPLICIT, chunk))).toBe(hex(expected));
  });

  test('a sequence that ends the data set is closed', async () => {
    const source = bytes('0800 4011 0C000000 FEFF 00E0 04000000 0800 5011');
    await expect(transcode(source, IMPLICIT)).rejects.toMatchObject({ code: 'TRUNCATED' });
    const whole = bytes('0800 4011 14000000 FEFF 00E0 0C000000 0800 5011 04000000 "1.3" 00');
    expect(hex(await transcode(whole, IMPLICIT))).toBe(
      hex(
        bytes(`0800 4011 "SQ" 0000 FFFFFFFF FEFF 00E0 FFFFFFFF 0800 5011 "UI" 0400 "1.3" 00
               FEFF 0DE0 00000000 FEFF DDE0 00000000`),
      ),
    );
  });

  test('contour data over 64 KiB become UN, for DS has a 16-bit length', async () => {
    const coordinates = Buffer.from('-12.5\\'.repeat(12_000) + '0 ');
    const source = dataSet([[0x30060050, 'DS', coordinates]], false);
    const explicit = await transcode(source, IMPLICIT, 1000);
    expect(hex(explicit.subarray(0, 12))).toBe(`06305000554e0000${hex(source.subarray(4, 8))}`);
    expect(explicit.subarray(12).equals(coordinates)).toBe(true);
    expect((await transcode(explicit, EXPLICIT)).equals(source)).toBe(true);
  });

  test('US or SS follows Pixel Representation', async () => {
    const padding = element([0x00280120, 'US', Buffer.from([0x30, 0xf8])], false);
    expect((await transcode(padding, IMPLICIT)).toString('latin1', 4, 6)).toBe('US');
    const signed = await transcode(Buffer.concat([SIGNED, padding]), IMPLICIT);
    expect(signed.toString('latin1', 14, 16)).toBe('SS');
  });

  test('private and unknown attributes are UN, private creators LO', async () => {
    const source = dataSet(
      [
        [0x00090010, 'LO', 'VENDOR'],
        [0x00091001, 'UN', Buffer.from([1, 2, 3, 4])],
      ],
      false,
    );
    const vendor = dataSet([
      [0x00090010, 'LO', 'VENDOR'],
      [0x00091001, 'UN', Buffer.from([1, 2, 3, 4])],
    ]);
    expect(hex(await transcode(source, IMPLICIT))).toBe(hex(vendor));
  });

  test('compressed pixel data in an uncompressed data set are refused', async () => {
    const source = bytes('7FE0 1000 "OB" 0000 FFFFFFFF FEFF 00E0 00000000 FEFF DDE0 00000000'.replace('7FE0', 'E07F'));
    await expect(transcode(source, EXPLICIT)).rejects.toMatchObject({ code: 'UNSUPPORTED_TRANSFER_SYNTAX' });
  });

  test('there and back gives the same values for any flat data set', async () => {
    const tags = [
      [0x00080060, 'CS'],
      [0x00100010, 'PN'],
      [0x00200032, 'DS'],
      [0x300a00b3, 'CS'],
      [0x7fe00010, 'OW'],
    ] as const;
    const value = fc.uint8Array({ maxLength: 40 }).map((each) => Buffer.from(each));
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 1, max: 50 }),
        async (values, chunk) => {
          const source = dataSet(tags.map(([tag, vr], index) => [tag, vr, values[index]]));
          const implicit = await transcode(source, EXPLICIT, chunk);
          expect(hex(implicit)).toBe(
            hex(
              dataSet(
                tags.map(([tag, vr], index) => [tag, vr, values[index]]),
                false,
              ),
            ),
          );
          expect(hex(await transcode(implicit, IMPLICIT, chunk))).toBe(hex(source));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('any bytes are rewritten or refused by name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 120 }), fc.boolean(), async (noise, explicit) => {
        await transcode(Buffer.from(noise), explicit ? EXPLICIT : IMPLICIT, 16).catch((error: unknown) => {
          expect(error).toBeInstanceOf(IsocenterError);
        });
      }),
      { numRuns: 1000 },
    );
  });
});
