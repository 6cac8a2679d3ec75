import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataSetOffset } from '#main/archive/fileMeta.ts';
import { ObjectScan } from '#main/archive/objectScan.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { encodeBody, readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { DEFLATED_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { objectContext } from '#test/builders/context.ts';
import { structureSet } from '#test/builders/structureSet.ts';
import { ctSlice } from './objects.ts';

const PIXELS = new Uint16Array(20_000);
const files: Readonly<Record<string, Uint8Array>> = {
  'explicit little endian': ctSlice(1, { PixelData: PIXELS }),
  'implicit little endian': ctSlice(2, { PixelData: PIXELS }, IMPLICIT_LITTLE_ENDIAN),
  deflated: ctSlice(3, { PixelData: PIXELS }, DEFLATED_LITTLE_ENDIAN),
  'a structure set': writeStructureSet(structureSet(), objectContext('RTSTRUCT')),
  'no preamble': ctSlice(4).subarray(128),
  'no preamble and no prefix': ctSlice(5).subarray(132),
  'a bare data set': encodeBody(readPart10(ctSlice(6)).dataset, EXPLICIT_LITTLE_ENDIAN),
  'zeros behind the last element': Buffer.concat([ctSlice(7), Buffer.alloc(700)]),
};
const kinds = Object.keys(files);

function scan(bytes: Uint8Array, sizes: readonly number[]) {
  const scanning = new ObjectScan('object');
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length];
    scanning.push(bytes.subarray(at, at + size));
    at += size;
  }
  return { ...scanning.finish(), missing: scanning.missingHead };
}

const chunks = fc.array(fc.oneof(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 1, max: 60_000 })), {
  minLength: 1,
  maxLength: 20,
});

describe.each(kinds)('%s', (kind) => {
  const bytes = files[kind];

  it('is read from chunks of any size as from the whole, with the digest of its data set', () => {
    const { warnings, ...expected } = readHeader(bytes);
    const digest = createHash('sha256')
      .update(`${expected.transferSyntaxUid}\0`)
      .update(bytes.subarray(dataSetOffset(bytes)))
      .digest('hex');
    expect(warnings.length).toBeLessThan(3);
    fc.assert(
      fc.property(chunks, (sizes) => {
        const found = scan(bytes, sizes);
        expect(found).toMatchObject({ header: expected, digest, bytes: bytes.length });
        const completed = Buffer.concat([found.missing ?? Buffer.alloc(0), bytes]);
        expect(completed.toString('latin1', 128, 132)).toBe('DICM');
        expect(readHeader(completed)).toMatchObject({ sopInstanceUid: expected.sopInstanceUid });
      }),
      { numRuns: 30 },
    );
  });

  it('is refused when it is cut short, as the whole parser refuses it', () => {
    for (let cut = 1; cut < bytes.length; cut += Math.ceil(bytes.length / 150)) {
      const part = bytes.subarray(0, cut);
      const codeOf = (read: () => unknown): string => {
        try {
          read();
          return 'taken';
        } catch (error) {
          expect(error).toBeInstanceOf(IsocenterError);
          return (error as IsocenterError).code;
        }
      };
      const [streamed, whole] = [codeOf(() => scan(part, [977])), codeOf(() => readHeader(part))];
      // Within the first elements it may be called cut short, or no DICOM at all: both are right.
      if (cut < 500 && whole !== 'taken') expect(streamed, `cut at ${cut}`).not.toBe('taken');
      else expect(streamed, `cut at ${cut}`).toBe(whole);
    }
  });
});

describe('a changed byte', () => {
  it.each(kinds)('in %s gives the header of the whole parser, or is refused in words, and never hangs', (kind) => {
    const original = files[kind];
    fc.assert(
      fc.property(fc.nat(Math.min(original.length, 3000) - 1), fc.integer({ min: 0, max: 255 }), (at, value) => {
        const bytes = Uint8Array.from(original);
        bytes[at] = value;
        let whole: ReturnType<typeof readHeader> | undefined;
        try {
          whole = readHeader(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(IsocenterError);
        }
        try {
          const { header } = scan(bytes, [4096]);
          if (whole !== undefined) expect(header).toEqual({ ...whole, warnings: header.warnings });
        } catch (error) {
          if (!(error instanceof IsocenterError)) throw error;
        }
      }),
      { numRuns: 150 },
    );
  });
});

it('keeps no long value, however large the object: only its structure', () => {
  const scanning = new ObjectScan('object');
  const beginning = ctSlice(1, { PixelData: new Uint16Array(2) });
  // PixelData (7FE0,0010) OW of 3 GiB, 12 bytes of element head and 4 of value at the end of the small file.
  const head = Buffer.from(beginning.subarray(0, beginning.length - 4));
  head.writeUInt32LE(3 * 2 ** 30, head.length - 4);
  scanning.push(head);
  const chunk = new Uint8Array(1 << 20);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 64; i++) scanning.push(chunk);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  expect(() => scanning.finish()).toThrow(expect.objectContaining({ code: 'TRUNCATED' }));
});

it('refuses an endless file meta information', () => {
  const scanning = new ObjectScan('object');
  const file = Buffer.from(writePart10({ SOPClassUID: '1.2', SOPInstanceUID: '1.2.3' }));
  // Private information (0002,0102) OB that claims 2 GiB.
  const element = Buffer.from([2, 0, 2, 1, 0x4f, 0x42, 0, 0, 0, 0, 0, 0x7f]);
  scanning.push(Buffer.concat([file.subarray(0, 132), element]));
  expect(() => {
    for (let i = 0; i < 64; i++) scanning.push(new Uint8Array(1 << 18));
  }).toThrow(expect.objectContaining({ code: 'DECODE_FAILED' }));
});
