import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { type DataSetInput, encodeDataSet } from '#shared/dicom/codec/encode.ts';
import { parseDataSet } from '#shared/dicom/codec/parse.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { textFault } from '#shared/dicom/codec/text.ts';
import { DEFLATED_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';

const OBJECT = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.481.3', SOPInstanceUID: '1.2.3' };

const parse = (bytes: Uint8Array, explicit = true): DataSet =>
  parseDataSet(bytes, 0, { explicit, littleEndian: true }, 'test').dataset;

const text = (vr: string, maximum: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', maxLength: maximum })
    .map((value) => value.replace(/[\\\p{Cc}\0]/gu, '').trim())
    .filter((value) => textFault(vr, value) === undefined);
const decimal = fc
  .double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })
  .map((value) => Number(value.toPrecision(8)));

const plain = fc.record({
  PatientName: text('PN', 60),
  PatientComments: text('LT', 200),
  SeriesDescription: text('LO', 64),
  SeriesNumber: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  ImagePositionPatient: fc
    .tuple(decimal, decimal, decimal)
    .map((values) => values.map((value) => (value === 0 ? 0 : value))),
  Rows: fc.integer({ min: 0, max: 65535 }),
  SelectorFDValue: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 4 }),
  FrameIncrementPointer: fc.integer({ min: 0, max: 0xffffffff }),
  PixelData: fc.uint8Array({ minLength: 2, maxLength: 64 }).map((bytes) => bytes.subarray(0, bytes.length & ~1)),
});
const nested = plain.chain((item) =>
  fc.record({ ...constants(item), ReferencedImageSequence: fc.array(plain, { maxLength: 3 }) }),
);
const constants = <T extends object>(item: T): { [K in keyof T]: fc.Arbitrary<T[K]> } =>
  Object.fromEntries(Object.entries(item).map(([key, value]) => [key, fc.constant(value)])) as {
    [K in keyof T]: fc.Arbitrary<T[K]>;
  };

function expectSame(read: DataSet, written: DataSetInput): void {
  for (const [key, value] of Object.entries(written))
    if (key === 'ReferencedImageSequence') {
      const items = value as readonly DataSetInput[];
      expect(read.sequence(key)).toHaveLength(items.length);
      items.forEach((item, index) => expectSame(read.sequence(key)[index], item));
    } else if (value instanceof Uint8Array) expect(Uint8Array.from(read.bytes(key))).toEqual(Uint8Array.from(value));
    else if (typeof value === 'string') expect(read.string(key)).toBe(value);
    else expect(read.numbers(key)).toEqual(Array.isArray(value) ? value : [value]);
}

describe('what is encoded is read back', () => {
  test.each([
    ['explicit', EXPLICIT_LITTLE_ENDIAN],
    ['implicit', IMPLICIT_LITTLE_ENDIAN],
    ['deflated', DEFLATED_LITTLE_ENDIAN],
  ])('%s little endian', (_, syntax) => {
    fc.assert(
      fc.property(nested, (written) => {
        const file = readPart10(writePart10({ ...OBJECT, ...written }, syntax));
        expect(file.transferSyntaxUid).toBe(syntax);
        expect(file.warnings).toEqual([]);
        expectSame(file.dataset, written);
      }),
      { numRuns: 60 },
    );
  });

  test('and a parsed data set is encoded to the same bytes again', () => {
    fc.assert(
      fc.property(nested, (written) => {
        const bytes = encodeDataSet(written, true);
        expect(encodeDataSet(parse(bytes), true)).toEqual(bytes);
      }),
      { numRuns: 60 },
    );
  });
});

describe('values that do not fit their VR are refused with their attribute', () => {
  test.each<[string, DataSetInput]>([
    ['RescaleSlope', { RescaleSlope: Number.NaN }],
    ['SeriesNumber', { SeriesNumber: 3.7 }],
    ['SeriesNumber', { SeriesNumber: '3' }],
    ['RescaleSlope', { RescaleSlope: '1.0' }],
    ['Rows', { Rows: 65536 }],
    ['Rows', { Rows: -1 }],
    ['SelectorFDValue', { SelectorFDValue: Number.POSITIVE_INFINITY }],
    ['FrameIncrementPointer', { FrameIncrementPointer: '3004000C' }],
    ['StudyID', { StudyID: 'seventeen letters' }],
    ['SeriesDescription', { SeriesDescription: 'a\\b' }],
    ['PatientName', { PatientName: 'a\nb' }],
    ['Modality', { Modality: 'ct' }],
    ['StudyDate', { StudyDate: '2026-01-02' }],
    ['StudyTime', { StudyTime: '9:00' }],
    ['StudyInstanceUID', { StudyInstanceUID: '1.02' }],
    ['PatientName', { PatientName: Uint8Array.of(1, 2) }],
    ['ReferencedImageSequence', { ReferencedImageSequence: 'x' }],
  ])('%s in %o', (attribute, input) => {
    expect(() => encodeDataSet(input, true)).toThrow(expect.objectContaining({ code: 'INVALID_ATTRIBUTE', attribute }));
  });

  test('with the item they stand in', () => {
    const input = { ReferencedImageSequence: [{ Rows: 1 }, { Rows: 1.5 }] };
    expect(() => encodeDataSet(input, true)).toThrow(
      expect.objectContaining({ object: 'ReferencedImageSequence[2]', attribute: 'Rows' }),
    );
  });
});

test('empty type 2 attributes are there and empty; undefined ones are not there', () => {
  const read = parse(
    encodeDataSet(
      {
        PatientName: '',
        StudyID: null,
        ImagePositionPatient: [],
        ReferencedImageSequence: [],
        SeriesNumber: undefined,
      },
      true,
    ),
  );
  for (const attribute of ['PatientName', 'StudyID', 'ImagePositionPatient', 'ReferencedImageSequence']) {
    expect(read.element(attribute)).toBeDefined();
    expect(read.has(attribute)).toBe(false);
  }
  expect([
    read.string('PatientName'),
    read.number('SeriesNumber'),
    read.numbers('ImagePositionPatient'),
    read.sequence('ReferencedImageSequence'),
  ]).toEqual(['', undefined, [], []]);
  expect(read.element('SeriesNumber')).toBeUndefined();
  expect(() => read.needString('PatientName')).toThrow(
    expect.objectContaining({ code: 'MISSING_ATTRIBUTE', attribute: 'PatientName' }),
  );
});

test('text is written in UTF-8 under ISO_IR 192', () => {
  const read = parse(encodeDataSet({ PatientName: '山田^Größe' }, true));
  expect(read.string('SpecificCharacterSet')).toBe('ISO_IR 192');
  expect(read.string('PatientName')).toBe('山田^Größe');
});

test('private attributes keep creator and VR; unknown keywords are our mistake', () => {
  const read = parse(encodeDataSet({ '3005,0010:LO': 'ISOCENTER', '3005,1001:UT': 'x'.repeat(70000) }, true));
  expect(read.string(0x30050010)).toBe('ISOCENTER');
  expect(read.string(0x30051001)).toHaveLength(70000);
  expect(() => encodeDataSet({ NoSuchKeyword: 1 }, true)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
});

test('a value too long for a 16-bit length is written as UN and read as what it is', () => {
  const points = Array.from({ length: 9000 }, (_, i) => i + 0.125);
  const bytes = encodeDataSet({ ContourData: points }, true);
  const read = parse(bytes);
  expect(read.numbers('ContourData')).toEqual(points);
});

/** Elements by hand: group, element, VR, value, in either byte order. */
function element(big: boolean, tag: number, vr: string, value: readonly number[], length = value.length): number[] {
  const half = (n: number): number[] => (big ? [n >>> 8, n & 255] : [n & 255, n >>> 8]);
  const long = ['SQ', 'UN', 'OB', 'OW'].includes(vr);
  const size = long
    ? [
        0,
        0,
        ...(big
          ? [...half(length >>> 16), ...half(length & 0xffff)]
          : [...half(length & 0xffff), ...half(length >>> 16)]),
      ]
    : half(length);
  return [...half(tag >>> 16), ...half(tag & 0xffff), ...Array.from(vr, (c) => c.charCodeAt(0)), ...size, ...value];
}

test('big endian numbers are turned round, and stay right when written as little endian', () => {
  const bytes = Uint8Array.from([
    ...element(true, 0x00280002, 'US', [0, 1]),
    ...element(true, 0x00280100, 'US', [0, 16]),
    ...element(true, 0x00280103, 'US', [0, 1]),
    ...element(true, 0x00280120, 'SS', [0xf8, 0x30]),
    ...element(true, 0x7fe00010, 'OW', [0x01, 0x02, 0xff, 0xfe]),
  ]);
  const { dataset } = parseDataSet(bytes, 0, { explicit: true, littleEndian: false }, 'big');
  expect([
    dataset.number('SamplesPerPixel'),
    dataset.number('BitsAllocated'),
    dataset.number('PixelPaddingValue'),
  ]).toEqual([1, 16, -2000]);
  const little = parse(encodeDataSet(dataset, true));
  expect(little.number('PixelPaddingValue')).toBe(-2000);
  expect(Array.from(little.bytes('PixelData'))).toEqual([2, 1, 0xfe, 0xff]);
});

test('US or SS attributes of implicit files follow Pixel Representation', () => {
  for (const [representation, value] of [
    [0, 63536],
    [1, -2000],
  ]) {
    const read = parse(encodeDataSet({ PixelRepresentation: representation, PixelPaddingValue: value }, false), false);
    expect(read.number('PixelPaddingValue')).toBe(value);
  }
});

test('sequences of undefined length, also hidden in UN, are read', () => {
  const item = [0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff];
  const itemEnd = [0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0];
  const end = [0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0];
  const explicitUid = element(false, 0x00081155, 'UI', [0x31, 0x2e, 0x32, 0]);
  const implicitUid = [0x08, 0x00, 0x55, 0x11, 4, 0, 0, 0, 0x31, 0x2e, 0x32, 0];
  for (const [vr, uid] of [
    ['SQ', explicitUid],
    ['UN', implicitUid],
  ] as const) {
    const read = parse(
      Uint8Array.from(element(false, 0x00081140, vr, [...item, ...uid, ...itemEnd, ...end], 0xffffffff)),
    );
    expect(read.sequence('ReferencedImageSequence').map((one) => one.string('ReferencedSOPInstanceUID'))).toEqual([
      '1.2',
    ]);
  }
});

test('the first of two equal tags counts, and the second is said', () => {
  const read = parse(
    Uint8Array.from([
      ...element(false, 0x00100020, 'LO', [0x41, 0x20]),
      ...element(false, 0x00100020, 'LO', [0x42, 0x20]),
    ]),
  );
  expect(read.string('PatientID')).toBe('A');
  expect(read.source.warnings).toEqual(['PatientID occurs twice; the first is used']);
});

test.each(['1A', '0x10', '1e', '--1', 'NaN', 'Infinity'])('"%s" is no decimal string', (value) => {
  const bytes = Array.from(value.padEnd(value.length + (value.length % 2)), (c) => c.charCodeAt(0));
  const read = parse(Uint8Array.from(element(false, 0x00281053, 'DS', bytes)));
  expect(() => read.number('RescaleSlope')).toThrow(
    expect.objectContaining({ code: 'INVALID_ATTRIBUTE', attribute: 'RescaleSlope' }),
  );
  expect(() => read.number('RescaleSlope')).toThrow(IsocenterError);
});

test('nesting deeper than any object is refused, not a stack overflow', () => {
  const header = element(false, 0x00081140, 'SQ', [], 0xffffffff);
  const item = [0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff];
  const deep = Uint8Array.from(Array.from({ length: 50_000 }, () => [...header, ...item]).flat());
  expect(() => parse(deep)).toThrow(expect.objectContaining({ code: 'DECODE_FAILED' }));
});
