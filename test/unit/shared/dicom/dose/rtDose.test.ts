import { describe, expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readDose, writeDose } from '#shared/dicom/dose/rtDose.ts';
import { IMPLICIT_LITTLE_ENDIAN, RT_DOSE } from '#shared/dicom/uid.ts';
import { indexToPatient, patientToIndex } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import { instanceUid, objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';

const context = objectContext('RTDOSE');

describe.each([16, 32] as const)('%i bits', (bits) => {
  test.each([1, 2, 3])('a dose is read back within half a stored step (seed %i)', (seed) => {
    const written = dose(seed);
    const read = readDose(writeDose(written, objectContext('RTDOSE', seed), { bits }));
    const { data, ...rest } = read;
    const { data: original, ...expected } = written;
    expect(rest).toEqual({
      ...expected,
      origin: expected.origin.map((mm) => expect.closeTo(mm, 9) as unknown),
      spacing: expected.spacing.map((mm) => expect.closeTo(mm, 9) as unknown),
    });
    const maximum = original.reduce((a, b) => Math.max(a, b), 0);
    // 16 bits: 0.0008 % of the maximum; 32 bits: the rounding of single precision.
    const tolerance = bits === 16 ? (maximum / 65535) * 0.501 : maximum * 1.2e-7;
    original.forEach((gray, i) => expect(Math.abs(data[i] - gray)).toBeLessThanOrEqual(tolerance));
  });

  test('the scaling keeps its exponent for the smallest doses', () => {
    const written = dose(1, { data: dose(1).data.map((gray) => gray * 1e-12) });
    const read = readDose(writeDose(written, context, { bits }));
    const maximum = written.data.reduce((a, b) => Math.max(a, b), 0);
    written.data.forEach((gray, i) =>
      expect(Math.abs(read.data[i] - gray)).toBeLessThanOrEqual((maximum / 65535) * 0.501),
    );
  });

  test('a dose of zeros stays zero', () => {
    expect(
      readDose(writeDose(dose(1, { data: new Float32Array(dose(1).data.length) }), context, { bits })).data.every(
        (gray) => gray === 0,
      ),
    ).toBe(true);
  });

  test('a dose difference keeps its signs', () => {
    const written = dose(1, { doseType: 'ERROR', data: dose(1).data.map((gray, i) => (i % 2 === 0 ? gray : -gray)) });
    const read = readDose(writeDose(written, context, { bits }));
    written.data.forEach((gray, i) => expect(Math.abs(read.data[i] - gray)).toBeLessThanOrEqual(66 / 32767));
  });
});

test('an oblique grid keeps its place', () => {
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const written = dose(1, { direction: [c, s, 0, -s, c, 0, 0, 0, 1] });
  const read = readDose(writeDose(written, context));
  const corner = [written.dims[0] - 1, written.dims[1] - 1, written.dims[2] - 1] as const;
  const [a, b] = [indexToPatient(written, corner), indexToPatient(read, corner)];
  a.forEach((mm, axis) => expect(b[axis]).toBeCloseTo(mm, 6));
});

test('the dose of a beam names the fraction group of its plan', () => {
  const groupOf = (fractionGroup?: number) => {
    const bytes = writeDose(
      dose(1, { summation: 'BEAM', beamNumber: 3, ...(fractionGroup && { fractionGroup }) }),
      context,
    );
    const [plan] = readPart10(bytes).dataset.sequence('ReferencedRTPlanSequence');
    const [group] = plan.sequence('ReferencedFractionGroupSequence');
    return [group.number('ReferencedFractionGroupNumber'), readDose(bytes).fractionGroup];
  };
  expect([groupOf(), groupOf(4)]).toEqual([
    [1, undefined],
    [4, 4],
  ]);
});

test('references and provenance survive an archive that rewrites in implicit VR', () => {
  const bytes = writeDose(dose(1, { summation: 'BEAM', beamNumber: 3 }), context);
  const read = readDose(writePart10(readPart10(bytes).dataset, IMPLICIT_LITTLE_ENDIAN));
  expect(read).toEqual(readDose(bytes));
  expect(read).toMatchObject({
    planUid: instanceUid('RTPLAN'),
    structureSetUid: instanceUid('RTSTRUCT'),
    beamNumber: 3,
    provenance: dose().provenance,
  });
  expect(readHeader(bytes).references.plans).toEqual([instanceUid('RTPLAN')]);
  expect(readPart10(bytes).dataset.string('DoseComment')).toBe('NOT VALIDATED FOR CLINICAL USE');
});

test.each<[string, Partial<DoseVolume>, string]>([
  ['another UID', { sopInstanceUid: '1.2.3' }, 'CONFLICT'],
  ['no plan', { planUid: undefined }, 'REFERENCE'],
  ['a beam dose without beam', { summation: 'BEAM' }, 'REFERENCE'],
  ['a negative dose', { data: dose().data.map((gray, i) => (i === 7 ? -0.1 : gray)) }, 'DOSE'],
  ['a dose that is not a number', { data: dose().data.map((gray, i) => (i === 7 ? Number.NaN : gray)) }, 'DOSE'],
  ['a voxel too few', { data: dose().data.subarray(1) }, 'GEOMETRY'],
  ['a left-handed grid', { direction: [1, 0, 0, 0, 1, 0, 0, 0, -1] }, 'GEOMETRY'],
  ['no frame of reference', { frameOfReferenceUid: '' }, 'FRAME_OF_REFERENCE'],
])('%s is refused in writing', (_, overrides, code) => {
  expect(() => writeDose(dose(1, overrides), context)).toThrow(expect.objectContaining({ code }));
});

test('a dose from before the basis was recorded is read as one that cannot be checked', () => {
  const early = {
    engine: 'collapsed cone',
    version: '1',
    machine: 'GENERIC_6MV, REF_6MV_POINT',
    calibration: 'GENERIC_120KV',
    gridSpacing: 3,
    directions: 80,
  };
  const block = (text: string): DataSetInput => ({ '3005,0010:LO': 'ISOCENTER', '3005,1001:UT': text });
  expect(readDose(foreign(block(JSON.stringify(early)))).provenance).toEqual({
    engine: 'collapsed cone',
    version: '1',
    machines: [{ name: 'GENERIC_6MV' }, { name: 'REF_6MV_POINT' }],
    calibration: { name: 'GENERIC_120KV' },
    grid: { spacing: [3, 3, 3] },
    settings: { directions: 80, heterogeneity: ['IMAGE'], overrides: [] },
    approximate: false,
    reasons: [],
  });
  for (const broken of ['{"engine":', JSON.stringify({ ...dose().provenance, approximate: 'no' })])
    expect(() => readDose(foreign(block(broken)))).toThrow(/provenance cannot be read/);
});

/** 2 × 2 × 3 voxels holding 1…12 cGy, frame by frame, as a foreign maker stores them. */
function foreign(more: DataSetInput = {}): Uint8Array {
  return writePart10({
    SOPClassUID: RT_DOSE,
    SOPInstanceUID: '1.2.3',
    Modality: 'RTDOSE',
    FrameOfReferenceUID: '1.2.6',
    ImagePositionPatient: [10, 20, 30],
    ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
    PixelSpacing: [2, 3],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: 3,
    Rows: 2,
    Columns: 2,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    DoseUnits: 'GY',
    DoseType: 'PHYSICAL',
    DoseSummationType: 'PLAN',
    GridFrameOffsetVector: [0, 4, 8],
    DoseGridScaling: 0.01,
    PixelData: Uint16Array.from({ length: 12 }, (_, i) => i + 1),
    ...more,
  });
}

/** Dose (cGy) at a patient point that is a voxel centre. */
function at(read: DoseVolume, point: readonly [number, number, number]): number {
  const [i, j, k] = patientToIndex(read, point).map(Math.round);
  return Math.round(100 * read.data[i + read.dims[0] * (j + read.dims[1] * k)]);
}

describe('frame offsets', () => {
  test('relative and rising', () => {
    const read = readDose(foreign());
    expect([read.origin, read.spacing]).toEqual([[10, 20, 30], [3, 2, 4]]); // biome-ignore format: one line
    expect([at(read, [10, 20, 30]), at(read, [13, 20, 30]), at(read, [10, 22, 30]), at(read, [10, 20, 38])]).toEqual([
      1, 2, 3, 9,
    ]);
  });

  test('relative and falling: every voxel stays where it was, the axes become right-handed', () => {
    const read = readDose(foreign({ GridFrameOffsetVector: [0, -4, -8] }));
    expect(read.origin).toEqual([10, 20, 22]);
    expect([at(read, [10, 20, 30]), at(read, [10, 20, 26]), at(read, [13, 22, 22])]).toEqual([1, 5, 12]);
  });

  test('absolute z', () => {
    const read = readDose(foreign({ GridFrameOffsetVector: [30, 34, 38] }));
    expect([at(read, [10, 20, 30]), at(read, [10, 20, 38])]).toEqual([1, 9]);
  });

  test('absolute and falling z', () => {
    const read = readDose(foreign({ GridFrameOffsetVector: [30, 26, 22] }));
    expect([at(read, [10, 20, 30]), at(read, [10, 20, 22])]).toEqual([1, 9]);
  });

  test('relative offsets follow the plane normal: a prone feet-first grid', () => {
    // Rows along −x, columns along +y: the normal is −z.
    const read = readDose(foreign({ ImageOrientationPatient: [-1, 0, 0, 0, 1, 0] }));
    expect(read.direction.slice(6).map((cosine) => cosine + 0)).toEqual([0, 0, -1]);
    expect([at(read, [10, 20, 30]), at(read, [7, 20, 30]), at(read, [10, 20, 22])]).toEqual([1, 2, 9]);
  });

  test('absolute z with the normal down', () => {
    const read = readDose(
      foreign({ ImageOrientationPatient: [-1, 0, 0, 0, 1, 0], GridFrameOffsetVector: [30, 34, 38] }),
    );
    expect([at(read, [10, 20, 30]), at(read, [10, 20, 38])]).toEqual([1, 9]);
  });

  test('a coronal grid', () => {
    // Rows along +x, columns along −z: the normal is +y.
    const read = readDose(foreign({ ImageOrientationPatient: [1, 0, 0, 0, 0, -1] }));
    expect([at(read, [10, 20, 30]), at(read, [10, 20, 28]), at(read, [10, 28, 30])]).toEqual([1, 3, 9]);
  });

  test.each<[string, DataSetInput, string]>([
    ['uneven', { GridFrameOffsetVector: [0, 4, 9] }, 'GridFrameOffsetVector'],
    ['too few', { GridFrameOffsetVector: [0, 4] }, 'GridFrameOffsetVector'],
    ['none', { GridFrameOffsetVector: undefined }, 'GridFrameOffsetVector'],
    ['starting anywhere', { GridFrameOffsetVector: [5, 9, 13] }, 'GridFrameOffsetVector'],
    ['all in one plane', { GridFrameOffsetVector: [0, 0, 0] }, 'GridFrameOffsetVector'],
    [
      'absolute on an oblique grid',
      { ImageOrientationPatient: [1, 0, 0, 0, 0.8, 0.6], GridFrameOffsetVector: [30, 34, 38] },
      'GridFrameOffsetVector',
    ],
    ['on a skewed grid', { ImageOrientationPatient: [1, 0, 0, 0.5, 0.866, 0] }, 'ImageOrientationPatient'],
  ])('%s are refused', (_, more, attribute) => {
    expect(() => readDose(foreign(more))).toThrow(expect.objectContaining({ code: 'GEOMETRY', attribute }));
  });
});

test.each<[string, DataSetInput, string, string]>([
  ['relative units', { DoseUnits: 'RELATIVE' }, 'UNSUPPORTED_OBJECT', 'DoseUnits'],
  ['no grid', { PixelData: undefined }, 'UNSUPPORTED_OBJECT', 'PixelData'],
  ['too few pixels', { PixelData: new Uint16Array(11) }, 'TRUNCATED', 'PixelData'],
  ['no scaling', { DoseGridScaling: '' }, 'MISSING_ATTRIBUTE', 'DoseGridScaling'],
  ['an unknown type', { DoseType: 'OTHER' }, 'INVALID_ATTRIBUTE', 'DoseType'],
])('%s are refused in reading', (_, more, code, attribute) => {
  expect(() => readDose(foreign(more))).toThrow(expect.objectContaining({ code, attribute }));
});
