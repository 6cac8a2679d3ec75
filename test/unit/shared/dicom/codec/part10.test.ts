import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { imageVolume } from '#test/builders/image.ts';
import { plan } from '#test/builders/plan.ts';
import { structureSet } from '#test/builders/structureSet.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { encodeBody, readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readDose, writeDose } from '#shared/dicom/dose/rtDose.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { DEFLATED_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { validateObject } from '#shared/dicom/validation/validate.ts';

const objects: Readonly<Record<string, Uint8Array>> = {
  plan: writePlan(plan(), objectContext('RTPLAN')),
  'structure set': writeStructureSet(structureSet(), objectContext('RTSTRUCT')),
  dose: writeDose(dose(), objectContext('RTDOSE')),
  image: writeImageSeries(imageVolume(), objectContext('CT'))[0],
};
const kinds = Object.keys(objects);

/** Runs every reader; anything but an IsocenterError is a defect. Returns whether readPart10 took the bytes. */
function readAll(bytes: Uint8Array): boolean {
  for (const read of [readHeader, readPlan, readStructureSet, readDose, validateObject])
    try {
      read(bytes);
    } catch (error) {
      if (!(error instanceof IsocenterError)) throw error;
    }
  try {
    readPart10(bytes);
    return true;
  } catch {
    return false;
  }
}

describe.each(kinds)('%s', (kind) => {
  const bytes = objects[kind];

  test('cut anywhere inside an element is refused as truncated', () => {
    // Where the last element is bulk data or a sequence, every cut of it must be noticed.
    const { dataset } = readPart10(bytes);
    const last = [...dataset.elements.values()].at(-1);
    const ends = [...dataset.elements.values()].map((element) => element.start + element.length);
    const start = 132 + 12;
    for (let cut = start; cut < bytes.length; cut += Math.max(1, Math.floor(bytes.length / 400))) {
      const whole = ends.includes(cut) || cut < dataset.elements.values().next().value!.start;
      if (whole) continue;
      expect(() => readPart10(bytes.subarray(0, cut)), `cut at ${cut}`).toThrow(
        expect.objectContaining({ code: 'TRUNCATED' }),
      );
    }
    expect(() => readPart10(bytes.subarray(0, (last?.start ?? 0) + (last?.length ?? 0) - 1))).toThrow(
      expect.objectContaining({ code: 'TRUNCATED' }),
    );
  });

  test('with flipped bits gives an object or an IsocenterError, nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        (flips) => {
          const damaged = Uint8Array.from(bytes);
          for (const [at, mask] of flips) damaged[at] ^= mask;
          readAll(damaged);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('reads the same from a Node buffer at an odd offset', () => {
    const pool = Buffer.alloc(bytes.length + 1001, 0xff);
    pool.set(bytes, 1001);
    expect(readHeader(pool.subarray(1001))).toEqual(readHeader(bytes));
    if (kind === 'dose') expect(readDose(pool.subarray(1001)).data).toEqual(readDose(bytes).data);
  });

  test('is the same object in every transfer syntax, and as a bare data set', () => {
    const { dataset } = readPart10(bytes);
    for (const syntax of [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, DEFLATED_LITTLE_ENDIAN])
      expect(readHeader(writePart10(dataset, syntax))).toEqual({ ...readHeader(bytes), transferSyntaxUid: syntax });
    for (const syntax of [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN]) {
      const bare = readHeader(encodeBody(dataset, syntax));
      expect(bare).toEqual({
        ...readHeader(bytes),
        transferSyntaxUid: syntax,
        warnings: ['no file meta information: a bare data set'],
      });
    }
  });
});

test('arbitrary bytes are no DICOM, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, prefixed) => {
      const bytes = new Uint8Array(noise.length + (prefixed ? 132 : 0));
      bytes.set(noise, prefixed ? 132 : 0);
      if (prefixed) bytes.set([0x44, 0x49, 0x43, 0x4d], 128);
      expect(readAll(bytes)).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['nothing', new Uint8Array()],
  ['text', new TextEncoder().encode('# Real DICOM, with provenance\nEach folder has a SOURCE.txt')],
  ['zeros', new Uint8Array(1000)],
])('%s is NOT_DICOM', (_, bytes) => {
  expect(() => readPart10(bytes, 'x.bin')).toThrow(expect.objectContaining({ code: 'NOT_DICOM', object: 'x.bin' }));
});

test('the header alone can be read from the beginning of a file', () => {
  const beginning = objects.image.subarray(0, objects.image.length - 100);
  expect(() => readHeader(beginning)).toThrow(expect.objectContaining({ code: 'TRUNCATED' }));
  expect(readHeader(beginning, 'head', { stopBefore: 0x7fe00010 })).toEqual(readHeader(objects.image));
});

test('a private transfer syntax is refused by name', () => {
  const { dataset } = readPart10(objects.plan);
  const bytes = writePart10(dataset);
  const at = Buffer.from(bytes).indexOf(`${EXPLICIT_LITTLE_ENDIAN}\0`);
  bytes.set(new TextEncoder().encode('1.2.999.10008.1.2.1'), at);
  expect(() => readPart10(bytes)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED_TRANSFER_SYNTAX' }));
});

test('a data set encoded otherwise than labelled is read as it is, and said', () => {
  const { dataset } = readPart10(objects.plan);
  const honest = writePart10(dataset, IMPLICIT_LITTLE_ENDIAN);
  const at = Buffer.from(honest).indexOf(`${IMPLICIT_LITTLE_ENDIAN}\0`);
  const meta = Buffer.from(writePart10(dataset)).subarray(
    0,
    Buffer.from(writePart10(dataset)).indexOf(Buffer.from([8, 0, 5, 0])),
  );
  expect(at).toBeGreaterThan(0);
  const lying = Buffer.concat([meta, encodeBody(dataset, IMPLICIT_LITTLE_ENDIAN)]);
  const file = readPart10(lying);
  expect(file.transferSyntaxUid).toBe(IMPLICIT_LITTLE_ENDIAN);
  expect(file.warnings).toEqual([`the data set is not encoded as its transfer syntax ${EXPLICIT_LITTLE_ENDIAN} says`]);
  expect(file.dataset.string('RTPlanLabel')).toBe('Test plan');
});

test('zeros after the data set are said, anything else there is an error', () => {
  const padded = new Uint8Array(objects.plan.length + 300);
  padded.set(objects.plan);
  expect(readPart10(padded).warnings).toEqual(['300 zero bytes after the data set']);
  padded[padded.length - 1] = 1;
  expect(() => readPart10(padded)).toThrow(IsocenterError);
});
