import { describe, expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { writePart10 } from '#shared/dicom/codec/part10.ts';
import { CT_IMAGE, ENHANCED_CT_IMAGE, PET_IMAGE, RT_IMAGE } from '#shared/dicom/uid.ts';
import { indexToPatient, sampleAtPoint } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';
import { seeded } from '#test/builders/random.ts';

const shuffled = <T>(items: readonly T[]): T[] => {
  const random = seeded(5);
  return items
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
};

describe.each(['CT', 'MR'] as const)('a written %s series', (modality) => {
  test.each([1, 2, 3])('is the same volume again, from files in any order (seed %i)', async (seed) => {
    const written = imageVolume(seed, modality);
    const read = await buildImageVolume(shuffled(writeImageSeries(written, objectContext(modality, seed))));
    expect({ ...read, origin: written.origin, spacing: written.spacing }).toEqual(written);
    written.origin.forEach((mm, axis) => expect(read.origin[axis]).toBeCloseTo(mm, 5));
    written.spacing.forEach((mm, axis) => expect(read.spacing[axis]).toBeCloseTo(mm, 5));
  });

  test('keeps its place when oblique', async () => {
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const written = imageVolume(1, modality, { direction: [c, 0, s, 0, 1, 0, -s, 0, c] });
    const read = await buildImageVolume(writeImageSeries(written, objectContext(modality)));
    expect(read.data).toEqual(written.data);
    const corner: Vec3 = [written.dims[0] - 1, 3, written.dims[2] - 1];
    indexToPatient(written, corner).forEach((mm, axis) =>
      expect(indexToPatient(read, corner)[axis]).toBeCloseTo(mm, 4),
    );
  });
});

test('slices without names get UIDs that depend on the context only', () => {
  const volume = imageVolume(1, 'CT', { slices: [] });
  const uids = (): string[] =>
    writeImageSeries(volume, objectContext('CT')).map((file) => readHeader(file).sopInstanceUid);
  expect(new Set(uids()).size).toBe(volume.dims[2]);
  expect(uids()).toEqual(uids());
});

test('writing refuses what 16 bits cannot hold and what is neither CT nor MR', () => {
  expect(() => writeImageSeries(imageVolume(1, 'CT', { slope: 100 }), objectContext('CT'))).toThrow(
    expect.objectContaining({ code: 'INVALID_ATTRIBUTE' }),
  );
  expect(() => writeImageSeries({ ...imageVolume(), modality: 'PT' }, objectContext('CT'))).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_OBJECT' }),
  );
});

/** One 3 × 2 slice of a foreign maker at `z`, holding `values`. */
function slice(z: number, more: DataSetInput = {}): Uint8Array {
  return writePart10({
    SOPClassUID: CT_IMAGE,
    SOPInstanceUID: `1.2.3.${Math.round(1000 + 10 * z)}`,
    StudyInstanceUID: '1.2.4',
    SeriesInstanceUID: '1.2.5',
    FrameOfReferenceUID: '1.2.6',
    Modality: 'CT',
    PatientID: 'P',
    PatientPosition: 'HFS',
    InstanceNumber: 1,
    ImagePositionPatient: [-10, -20, z],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: [2, 3],
    SliceThickness: 5,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: 2,
    Columns: 3,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    RescaleSlope: 1,
    RescaleIntercept: -1024,
    PixelData: Uint16Array.from({ length: 6 }, (_, i) => 100 * (z + 10) + i),
    ...more,
  });
}

test('geometry: rows and columns, planes sorted by position, values with their rescale', async () => {
  const volume = await buildImageVolume([slice(4), slice(-2), slice(1)]);
  expect([volume.dims, volume.spacing, volume.origin]).toEqual([[3, 2, 3], [3, 2, 3], [-10, -20, -2]]); // biome-ignore format: one line
  expect([volume.slope, volume.intercept, volume.unit]).toEqual([1, -1024, 'HU']);
  expect(Array.from(volume.data.subarray(0, 8))).toEqual([800, 801, 802, 803, 804, 805, 1100, 1101]);
  expect(volume.slices.map((one) => one.sopInstanceUid)).toEqual(['1.2.3.980', '1.2.3.1010', '1.2.3.1040']);
  expect(volume.window).toEqual({ center: 40, width: 400 });
});

test('a stack of planes whose normal points down is sorted along it, right-handed', async () => {
  // Rows along −x, columns along +y: the normal is −z.
  const turned = { ImageOrientationPatient: [-1, 0, 0, 0, 1, 0] };
  const volume = await buildImageVolume([slice(0, turned), slice(3, turned), slice(6, turned)]);
  expect(volume.origin).toEqual([-10, -20, 6]);
  expect(volume.direction.map((cosine) => cosine + 0)).toEqual([-1, 0, 0, 0, 1, 0, 0, 0, -1]);
  expect(volume.data[0]).toBe(1600);
});

test('bits above Bits Stored are no part of the value', async () => {
  const volume = await buildImageVolume([slice(0, { PixelData: Uint16Array.from([0xf123, 0x8fff, 0, 1, 2, 3]) })]);
  expect(Array.from(volume.data)).toEqual([0x123, 0xfff, 0, 1, 2, 3]);
  const signed = await buildImageVolume([
    slice(0, { PixelRepresentation: 1, PixelData: Uint16Array.from([0x0fff, 0x0800, 0, 1, 2, 3]) }),
  ]);
  expect(Array.from(signed.data)).toEqual([-1, -2048, 0, 1, 2, 3]);
});

const pet = (z: number, slope: number): Uint8Array =>
  slice(z, { SOPClassUID: PET_IMAGE, Modality: 'PT', Units: 'BQML', RescaleSlope: slope, RescaleIntercept: 0 });

test('PET slices have a slope each', async () => {
  const volume = await buildImageVolume([pet(0, 0.5), pet(3, 2)]);
  expect([volume.unit, volume.slope, volume.intercept]).toEqual(['BQML', 1, 0]);
  expect(Array.from(volume.data)).toEqual([500, 500.5, 501, 501.5, 502, 502.5, 2600, 2602, 2604, 2606, 2608, 2610]);
});

test.each([
  ['BQML', 'BQML', 1],
  ['GML', 'SUV', 0],
  ['CNTS', '', 2],
])('PET in %s', async (Units, unit, warnings) => {
  const volume = await buildImageVolume([slice(0, { SOPClassUID: PET_IMAGE, Modality: 'PT', Units })]);
  expect([volume.unit, volume.warnings.length]).toEqual([unit, warnings]);
});

test('an enhanced multi-frame object is a volume of its frames, in any order', async () => {
  const frame = (z: number): DataSetInput => ({ PlanePositionSequence: [{ ImagePositionPatient: [-10, -20, z] }] });
  const none = {
    ImagePositionPatient: undefined,
    ImageOrientationPatient: undefined,
    PixelSpacing: undefined,
    RescaleSlope: undefined,
    RescaleIntercept: undefined,
  };
  const bytes = slice(0, {
    ...none,
    SOPClassUID: ENHANCED_CT_IMAGE,
    NumberOfFrames: 3,
    SharedFunctionalGroupsSequence: [
      {
        PixelMeasuresSequence: [{ PixelSpacing: [2, 3], SliceThickness: 4 }],
        PlaneOrientationSequence: [{ ImageOrientationPatient: [1, 0, 0, 0, 1, 0] }],
        PixelValueTransformationSequence: [{ RescaleSlope: 1, RescaleIntercept: -1000 }],
      },
    ],
    PerFrameFunctionalGroupsSequence: [frame(8), frame(0), frame(4)],
    PixelData: Uint16Array.from({ length: 18 }, (_, i) => i),
  });
  const volume = await buildImageVolume([bytes]);
  expect([volume.dims, volume.spacing, volume.origin, volume.intercept]).toEqual([[3, 2, 3], [3, 2, 4], [-10, -20, 0], -1000]); // biome-ignore format: one line
  expect([volume.data[0], volume.data[6], volume.data[12]]).toEqual([6, 12, 0]);
  expect(volume.slices).toHaveLength(3);
});

describe('gantry tilt', () => {
  /** Value at a patient point: linear in all three coordinates, so that linear interpolation is exact. */
  const field = ([x, y, z]: Vec3): number => 500 + 2 * x + 3 * y + 5 * z;
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const [columns, rows, count] = [12, 20, 9];
  const tilted = Array.from({ length: count }, (_, k) => {
    const position: Vec3 = [-10, -20, 4 * k];
    const pixels = Int16Array.from({ length: columns * rows }, (__, p) => {
      const [i, j] = [p % columns, Math.floor(p / columns)];
      return Math.round(10 * field([position[0] + 3 * i, position[1] + 2 * j * c, position[2] - 2 * j * s]));
    });
    return slice(4 * k, {
      ImagePositionPatient: position,
      ImageOrientationPatient: [1, 0, 0, 0, c, -s],
      Rows: rows,
      Columns: columns,
      BitsStored: 16,
      HighBit: 15,
      PixelRepresentation: 1,
      RescaleSlope: 0.1,
      RescaleIntercept: 0,
      PixelData: pixels,
    });
  });

  test('is straightened without moving anything, and said', async () => {
    const volume = await buildImageVolume(tilted);
    expect(volume.warnings.join()).toMatch(/gantry tilt of 17\.2°/);
    expect(volume.slices).toEqual([]);
    expect(volume.spacing[2]).toBeCloseTo(4 * c, 6);
    const middle: Vec3[] = [[0, -10, 12], [5, -5, 16], [-4, -12, 20]]; // biome-ignore format: one line
    for (const point of middle)
      expect(sampleAtPoint(volume, point, Number.NaN) * volume.slope).toBeCloseTo(field(point), 0);
    // What no slice showed is air.
    expect(volume.data.includes(-10000)).toBe(true);
  });

  test('with slices off the line is refused', async () => {
    const bent = [slice(0), slice(3), slice(6, { ImagePositionPatient: [-9, -20, 6] }), slice(9)];
    await expect(buildImageVolume(bent)).rejects.toThrow(
      expect.objectContaining({ code: 'GEOMETRY', message: expect.stringMatching(/off the line/) as string }),
    );
  });
});

describe('what is no volume is refused by name', () => {
  const other = { PixelData: new Uint16Array(6) };
  test.each<[string, Uint8Array[], string, RegExp]>([
    ['a missing slice', [slice(0), slice(3), slice(9), slice(12)], 'GEOMETRY', /slices are missing: 6\.00 mm/],
    ['uneven planes', [slice(0), slice(3), slice(7), slice(10)], 'GEOMETRY', /not evenly spaced/],
    [
      'two phases in one series',
      [slice(0), slice(3), slice(3, { ...other, SOPInstanceUID: '1.2.77' })],
      'GEOMETRY',
      /shows something else/,
    ],
    [
      'two orientations',
      [slice(0), slice(3, { ImageOrientationPatient: [0, 1, 0, 0, 0, 1] })],
      'GEOMETRY',
      /several stacks/,
    ],
    ['two matrices', [slice(0), slice(3, { Columns: 2, Rows: 3 })], 'GEOMETRY', /2 × 3 pixels/],
    ['two pixel sizes', [slice(0), slice(3, { PixelSpacing: [2, 2] })], 'GEOMETRY', /pixels of 2 × 2 mm/],
    ['two series', [slice(0), slice(3, { SeriesInstanceUID: '1.2.55' })], 'CONFLICT', /several series/],
    ['two patients', [slice(0), slice(3, { PatientID: 'Q' })], 'CONFLICT', /"Q" where the first image has "P"/],
    [
      'two frames of reference',
      [slice(0), slice(3, { FrameOfReferenceUID: '1.2.66' })],
      'FRAME_OF_REFERENCE',
      /several frames/,
    ],
    ['two positions on the couch', [slice(0), slice(3, { PatientPosition: 'FFS' })], 'GEOMETRY', /patient positions/],
    ['one UID for two images', [slice(0), slice(0, other)], 'CONFLICT', /carry the same UID/],
    ['a projection', [slice(0, { SOPClassUID: RT_IMAGE })], 'UNSUPPORTED_OBJECT', /RT Image makes no volume/],
    ['colour', [slice(0, { SamplesPerPixel: 3 })], 'UNSUPPORTED_OBJECT', /not a grey image/],
    ['a slice without depth', [slice(0, { SliceThickness: '' })], 'GEOMETRY', /without a thickness/],
    ['no position', [slice(0, { ImagePositionPatient: undefined })], 'MISSING_ATTRIBUTE', /absent or empty/],
    ['too few pixels', [slice(0, { PixelData: new Uint16Array(5) })], 'TRUNCATED', /5 pixels where the image has 6/],
    ['a slope of zero', [slice(0, { RescaleSlope: 0 })], 'INVALID_ATTRIBUTE', /slope of 0/],
    [
      'frames without places',
      [slice(0, { NumberOfFrames: 2, PixelData: new Uint16Array(12) })],
      'GEOMETRY',
      /nothing says where they lie/,
    ],
    ['nothing', [], 'NOT_FOUND', /no images/],
  ])('%s', async (_, files, code, message) => {
    await expect(buildImageVolume(files)).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });
});

test('duplicates and localizers are left out and said', async () => {
  const copy = slice(3, { SOPInstanceUID: '1.2.88' });
  const scout = slice(50, {
    ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'],
    ImageOrientationPatient: [0, 1, 0, 0, 0, -1],
  });
  const volume = await buildImageVolume([slice(0), slice(3), copy, slice(6), slice(6), scout]);
  expect(volume.dims).toEqual([3, 2, 3]);
  expect(volume.warnings).toEqual(
    ['1 files given twice', '1 localizer images left out', '1 duplicate slices left out'].map(
      (text) => expect.stringContaining(text.slice(2)) as string,
    ),
  );
});

test('progress rises to one, and a cancel stops the work', async () => {
  const files = writeImageSeries(imageVolume(), objectContext('CT'));
  const steps: number[] = [];
  await buildImageVolume(files, { onProgress: (fraction) => steps.push(fraction) });
  expect(steps.at(-1)).toBe(1);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  await expect(buildImageVolume(files, { signal: { aborted: true } })).rejects.toThrow(
    expect.objectContaining({ code: 'CANCELLED' }),
  );
});
