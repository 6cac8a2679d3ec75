import { expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readRegistrations, writeRegistration } from '#shared/dicom/registration/registration.ts';
import { IMPLICIT_LITTLE_ENDIAN, SPATIAL_REGISTRATION } from '#shared/dicom/uid.ts';
import { IDENTITY, invertRigid, multiply, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import type { Registration, RigidRegistration } from '#shared/model/registration.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';

const context = objectContext('REG');
const matrix = rigidFromParameters([2.5, -1.25, 10], [12.3456789, -4.2, 0.001], [10, -20, 30]);
const registration: RigidRegistration = {
  kind: 'rigid',
  sopInstanceUid: context.sopInstanceUid,
  fixedFrame: '1.2.10',
  movingFrame: '1.2.20',
  matrix,
  label: 'manual',
};

/** The only registration of an object, rigid. */
function readRegistration(bytes: Uint8Array): RigidRegistration {
  const [read, ...others] = readRegistrations(bytes);
  expect(others).toEqual([]);
  if (read?.kind !== 'rigid') throw new Error('not rigid');
  return read;
}

function expectMoves(read: RigidRegistration, expected: readonly number[]): void {
  const far = [250, -250, 500] as const;
  transformPoint(expected, far).forEach((mm, axis) =>
    expect(transformPoint(read.matrix, far)[axis]).toBeCloseTo(mm, 8),
  );
}

test('a registration is read back: frames, label, and where points go', () => {
  const read = readRegistration(writeRegistration(registration, context));
  expect({ ...read, matrix }).toEqual(registration);
  expectMoves(read, matrix);
});

test('it names the images of both series, also of another study', () => {
  const [ct, mr] = [imageVolume(1), imageVolume(1, 'MR')];
  const series = (
    volume: typeof ct,
    study: string,
  ): { studyInstanceUid: string; seriesInstanceUid: string; images: typeof ct.slices } => ({
    studyInstanceUid: study,
    seriesInstanceUid: volume.seriesInstanceUid,
    images: volume.slices,
  });
  const bytes = writeRegistration(registration, context, {
    fixed: series(ct, ct.study.studyInstanceUid),
    moving: series(mr, '1.2.99'),
  });
  const { references } = readHeader(bytes);
  expect(references.images).toEqual([...ct.slices, ...mr.slices].map((slice) => slice.sopInstanceUid));
  expect(references.series).toEqual([ct.seriesInstanceUid, mr.seriesInstanceUid]);
  expect(references.framesOfReference).toEqual(['1.2.10', '1.2.20']);
  expect(readRegistration(bytes)).toMatchObject({
    fixedSeries: ct.seriesInstanceUid,
    movingSeries: mr.seriesInstanceUid,
  });
});

const item = (frame: string, ...matrices: (readonly number[])[]): DataSetInput => ({
  FrameOfReferenceUID: frame,
  MatrixRegistrationSequence: [
    {
      MatrixSequence: matrices.map((one) => ({
        FrameOfReferenceTransformationMatrixType: 'RIGID',
        FrameOfReferenceTransformationMatrix: one,
      })),
    },
  ],
});

const foreign = (frame: string, ...items: DataSetInput[]): Uint8Array =>
  writePart10({
    SOPClassUID: SPATIAL_REGISTRATION,
    SOPInstanceUID: '1.2.3',
    FrameOfReferenceUID: frame,
    RegistrationSequence: items,
  });

test('the order of the items does not matter', () => {
  const read = readRegistration(foreign('1.2.10', item('1.2.20', matrix), item('1.2.10', IDENTITY)));
  expect([read.fixedFrame, read.movingFrame]).toEqual(['1.2.10', '1.2.20']);
  expectMoves(read, matrix);
});

test('the item of the fixed frame may be missing', () => {
  const read = readRegistration(foreign('1.2.10', item('1.2.20', matrix)));
  expect([read.fixedFrame, read.movingFrame]).toEqual(['1.2.10', '1.2.20']);
  expectMoves(read, matrix);
});

test('both frames may lead into a third', () => {
  const other = rigidFromParameters([5, 0, 0], [1, 2, 3]);
  const read = readRegistration(foreign('1.2.30', item('1.2.10', other), item('1.2.20', matrix)));
  expect([read.fixedFrame, read.movingFrame]).toEqual(['1.2.10', '1.2.20']);
  expectMoves(read, multiply(invertRigid(other), matrix));
});

test('several matrices apply one after the other', () => {
  const second = rigidFromParameters([0, 0, 90], [0, 0, 0]);
  expectMoves(readRegistration(foreign('1.2.10', item('1.2.20', matrix, second))), multiply(second, matrix));
});

test('every moving frame of an object is a registration', () => {
  const second = rigidFromParameters([0, 0, 5], [1, 1, 1]);
  const read = readRegistrations(
    foreign('1.2.10', item('1.2.20', matrix), item('1.2.30', second), item('1.2.10', IDENTITY)),
  );
  expect(read.map(({ fixedFrame, movingFrame }) => [fixedFrame, movingFrame])).toEqual([
    ['1.2.10', '1.2.20'],
    ['1.2.10', '1.2.30'],
  ]);
  expectMoves(read[1] as RigidRegistration, second);
});

test('method, landmarks, quality, sign-off and warnings survive', () => {
  const rich: Registration = {
    ...registration,
    method: 'automatic',
    landmarks: [{ name: 'Carina ü', fixed: [1.25, -2, 3e-7], moving: [4, 5, 6] }],
    quality: { value: 0.93, metric: 'normalised mutual information', metricValue: -1.17, landmarkRms: 0.8 },
    signedOff: { by: 'Doe^Jane', at: '2026-11-28T10:00:00' },
    warnings: ['little overlap'],
  };
  const bytes = writeRegistration(rich, context);
  expect(readRegistrations(bytes)).toEqual([{ ...rich, matrix: expect.any(Array) as number[] }]);
  const item = readPart10(bytes).dataset.sequence('RegistrationSequence')[1].sequence('MatrixRegistrationSequence')[0];
  expect(item.sequence('RegistrationTypeCodeSequence')[0].string('CodeValue')).toBe('125024');
  expect(item.string('FrameOfReferenceTransformationComment')).toContain('signed 2026-11-28');
  // An archive that answers in implicit VR drops the VR of private attributes.
  const implicit = writePart10(readPart10(bytes).dataset, IMPLICIT_LITTLE_ENDIAN);
  expect(readRegistrations(implicit)[0]).toMatchObject({ landmarks: rich.landmarks, signedOff: rich.signedOff });
});

test('a block of notes that is broken is refused, that of another maker is not read', () => {
  const text = (creator: string): Uint8Array =>
    writePart10({
      SOPClassUID: SPATIAL_REGISTRATION,
      SOPInstanceUID: '1.2.3',
      FrameOfReferenceUID: '1.2.10',
      RegistrationSequence: [item('1.2.20', matrix)],
      '0071,0010:LO': creator,
      '0071,1001:UT': '{"quality":{"value":7}}',
    });
  expect(() => readRegistrations(text('ISOCENTER'))).toThrow(expect.objectContaining({ code: 'INVALID_ATTRIBUTE' }));
  expect(readRegistrations(text('OTHER'))[0].quality).toBeUndefined();
});

test.each<[string, Uint8Array, string]>([
  [
    'a scaling matrix',
    foreign('1.2.10', item('1.2.20', [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1])),
    'UNSUPPORTED_OBJECT',
  ],
  ['one frame twice', foreign('1.2.10', item('1.2.10', IDENTITY), item('1.2.10', matrix)), 'UNSUPPORTED_OBJECT'],
  ['a frame without name', foreign('1.2.10', item('', matrix)), 'FRAME_OF_REFERENCE'],
  ['fifteen numbers', foreign('1.2.10', item('1.2.20', IDENTITY.slice(1))), 'INVALID_ATTRIBUTE'],
])('%s is refused in reading', (_, bytes, code) => {
  expect(() => readRegistration(bytes)).toThrow(expect.objectContaining({ code }));
});

test.each<[string, Partial<RigidRegistration>, string]>([
  ['another UID', { sopInstanceUid: '1.2.3' }, 'CONFLICT'],
  ['one frame', { movingFrame: '1.2.10' }, 'FRAME_OF_REFERENCE'],
  ['a mirror', { matrix: [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] }, 'INVALID_ATTRIBUTE'],
])('%s is refused in writing', (_, overrides, code) => {
  expect(() => writeRegistration({ ...registration, ...overrides }, context)).toThrow(
    expect.objectContaining({ code }),
  );
});
