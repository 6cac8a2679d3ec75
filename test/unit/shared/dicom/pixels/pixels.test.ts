import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { DataSet } from '#shared/dicom/codec/dataset.ts';
import { decodePixels, splitFrames } from '#shared/dicom/pixels/pixels.ts';
import { decodeRleFrame } from '#shared/dicom/pixels/rle.ts';
import { encodeDataSet } from '#shared/dicom/codec/encode.ts';
import { parseDataSet } from '#shared/dicom/codec/parse.ts';

/** PackBits of one segment: literal runs only where neighbours differ. */
function packBits(bytes: Uint8Array): number[] {
  const out: number[] = [];
  for (let i = 0; i < bytes.length; ) {
    let run = 1;
    while (run < 128 && bytes[i + run] === bytes[i]) run++;
    if (run > 1) out.push(257 - run, bytes[i]);
    else out.push(0, bytes[i]);
    i += run;
  }
  if (out.length % 2 === 1) out.push(128);
  return out;
}

/** An RLE frame of PS3.5 annex G for little-endian samples. */
function rleFrame(samples: Uint8Array, size: number): Uint8Array {
  const segments = Array.from({ length: size }, (_, s) =>
    packBits(samples.filter((__, i) => i % size === size - 1 - s)),
  );
  const header = new Uint32Array(16);
  header[0] = size;
  let at = 64;
  segments.forEach((segment, s) => {
    header[s + 1] = at;
    at += segment.length;
  });
  return Uint8Array.from([...new Uint8Array(header.buffer), ...segments.flat()]);
}

test('RLE frames of 1, 2 and 4 bytes per pixel are unpacked', () => {
  const samples = fc.constantFrom(1, 2, 4).chain((size) =>
    fc
      .array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 300 })), {
        minLength: 1,
        maxLength: 8,
      })
      .map((runs) => {
        const bytes = Uint8Array.from(runs.flatMap(([value, length]) => Array<number>(length).fill(value)));
        return { size, bytes: bytes.subarray(0, Math.floor(bytes.length / size) * size) };
      }),
  );
  fc.assert(
    fc.property(samples, ({ size, bytes }) => {
      fc.pre(bytes.length > 0);
      expect(decodeRleFrame(rleFrame(bytes, size), bytes.length / size, size, 'x')).toEqual(Uint8Array.from(bytes));
    }),
  );
});

test('damaged RLE frames are refused, never read past their end', () => {
  const good = rleFrame(
    Uint8Array.from({ length: 200 }, (_, i) => i),
    2,
  );
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), fc.nat(good.length), (at, mask, cut) => {
      const bad = good.slice(0, cut);
      if (at < bad.length) bad[at] ^= mask;
      try {
        expect(decodeRleFrame(bad, 100, 2, 'x')).toHaveLength(200);
      } catch (error) {
        expect(error).toBeInstanceOf(IsocenterError);
      }
    }),
  );
});

/** A data set with the given fragments, as it would be parsed. */
function encapsulated(table: number[], ...fragments: number[][]): DataSet {
  const parts = [
    Uint8Array.from(new Uint8Array(Uint32Array.from(table).buffer)),
    ...fragments.map((bytes) => Uint8Array.from(bytes)),
  ];
  const { dataset } = parseDataSet(encodeDataSet({ Rows: 1 }, true), 0, { explicit: true, littleEndian: true }, 'x');
  return new DataSet(
    new Map([[0x7fe00010, { tag: 0x7fe00010, vr: 'OB', start: 0, length: 0, fragments: parts }]]),
    dataset.source,
  );
}

describe('fragments are put together frame by frame', () => {
  const [soi, more] = [
    [0xff, 0xd8, 1, 2],
    [3, 4],
  ];
  const frames = (dataset: DataSet, count: number): number[][] =>
    splitFrames(dataset, count).map((frame) => Array.from(frame));
  test('one frame takes all', () => {
    expect(frames(encapsulated([], soi, more, more), 1)).toEqual([[...soi, ...more, ...more]]);
  });
  test('as many fragments as frames', () => {
    expect(frames(encapsulated([], more, soi), 2)).toEqual([more, soi]);
  });
  test('by the offset table', () => {
    expect(frames(encapsulated([0, 22], more, more.concat(soi).slice(0, 4), more), 2)).toEqual([
      [3, 4, 3, 4, 0xff, 0xd8],
      more,
    ]);
  });
  test('by start markers where there is no table', () => {
    expect(frames(encapsulated([], soi, more, soi), 2)).toEqual([[...soi, ...more], soi]);
  });
  test('a table that points nowhere, or markers that do not fit, are refused', () => {
    expect(() => splitFrames(encapsulated([0, 13], soi, more, soi), 2)).toThrow(
      expect.objectContaining({ code: 'DECODE_FAILED' }),
    );
    expect(() => splitFrames(encapsulated([], more, more, soi), 2)).toThrow(
      expect.objectContaining({ code: 'DECODE_FAILED' }),
    );
    expect(() => splitFrames(encapsulated([]), 1)).toThrow(expect.objectContaining({ code: 'TRUNCATED' }));
  });
});

const image = (): DataSet => {
  const { dataset } = parseDataSet(
    encodeDataSet(
      { Rows: 2, Columns: 2, BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 0 },
      true,
    ),
    0,
    { explicit: true, littleEndian: true },
    'x',
  );
  const pixels = encapsulated([], [0xff, 0xd8, 0xff, 0xd9]).element(0x7fe00010);
  return new DataSet(
    new Map([...dataset.elements, ...(pixels === undefined ? [] : [[0x7fe00010, pixels] as const])]),
    dataset.source,
  );
};

test.each(['50', '57', '70', '80', '90', '201'])(
  'a damaged frame in 1.2.840.10008.1.2.4.%s gives a named error, and the next image still decodes',
  async (syntax) => {
    for (let attempt = 0; attempt < 2; attempt++)
      await expect(
        decodePixels({ dataset: image(), transferSyntaxUid: `1.2.840.10008.1.2.4.${syntax}` }),
      ).rejects.toThrow(expect.objectContaining({ code: 'DECODE_FAILED' }));
  },
);

test('a video syntax is refused by name', async () => {
  await expect(decodePixels({ dataset: image(), transferSyntaxUid: '1.2.840.10008.1.2.4.102' })).rejects.toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_TRANSFER_SYNTAX' }),
  );
});
