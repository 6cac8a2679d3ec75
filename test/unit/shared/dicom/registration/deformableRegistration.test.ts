import { expect, test } from 'vitest';
import { readHeader } from '#shared/dicom/header.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readRegistrations, writeRegistration } from '#shared/dicom/registration/registration.ts';
import { DEFORMABLE_SPATIAL_REGISTRATION, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { IDENTITY, invertAffine, multiply, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';
import { deformation } from '#test/builders/registration.ts';

const context = objectContext('REG');
const registration = deformation();
const grid = registration.field;

test.each([EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN])(
  'a deformation is read back to the bit, in %s',
  (syntax) => {
    const written = writePart10(readPart10(writeRegistration(registration, context)).dataset, syntax);
    const [read] = readRegistrations(written);
    if (read.kind !== 'deformable') throw new Error('not deformable');
    expect(read.field.vectors).toEqual(registration.field.vectors);
    expect(read.field.dims).toEqual(grid.dims);
    expect(read.field.spacing).toEqual(grid.spacing);
    // Decimal strings of 16 characters; the third axis is a product of the other two.
    grid.direction.forEach((value, n) => expect(read.field.direction[n]).toBeCloseTo(value, 12));
    grid.origin.forEach((value, n) => expect(read.field.origin[n]).toBeCloseTo(value, 10));
    read.pre?.forEach((value, n) => expect(value).toBeCloseTo(registration.pre?.[n] ?? Number.NaN, 12));
    expect(read.post).toEqual(registration.post);
    expect({ ...read, field: registration.field, pre: registration.pre }).toEqual(registration);
  },
);

test('it names frames and images as the archive looks for them', () => {
  const [ct, mr] = [imageVolume(1), imageVolume(1, 'MR')];
  const series = (volume: typeof ct) => ({
    studyInstanceUid: volume.study.studyInstanceUid,
    seriesInstanceUid: volume.seriesInstanceUid,
    images: volume.slices,
  });
  const bytes = writeRegistration(registration, context, { fixed: series(ct), moving: series(mr) });
  const { references, sopClassUid } = readHeader(bytes);
  expect(sopClassUid).toBe(DEFORMABLE_SPATIAL_REGISTRATION);
  expect(references.framesOfReference).toEqual(['1.2.20']);
  expect(references.series).toEqual([ct.seriesInstanceUid, mr.seriesInstanceUid]);
  expect(readRegistrations(bytes)[0]).toMatchObject({
    fixedSeries: ct.seriesInstanceUid,
    movingSeries: mr.seriesInstanceUid,
  });
});

const matrices = (pre: readonly number[], post: readonly number[]): Uint8Array =>
  writePart10({
    SOPClassUID: DEFORMABLE_SPATIAL_REGISTRATION,
    SOPInstanceUID: '1.2.3',
    FrameOfReferenceUID: '1.2.10',
    DeformableRegistrationSequence: [
      {
        SourceFrameOfReferenceUID: '1.2.20',
        PreDeformationMatrixRegistrationSequence: [{ FrameOfReferenceTransformationMatrix: pre }],
        PostDeformationMatrixRegistrationSequence: [{ FrameOfReferenceTransformationMatrix: post }],
      },
    ],
  });

test('an item without a grid is a rigid registration that leads the other way', () => {
  const [pre, post] = [rigidFromParameters([10, 0, 0], [1, 2, 3]), rigidFromParameters([0, 0, 45], [-7, 0, 0])];
  const [read] = readRegistrations(matrices(pre, post));
  if (read.kind !== 'rigid') throw new Error('not rigid');
  // C.20.3.1.1: a registered point, first pre then post, is a source point; ours leads back.
  const inSource = transformPoint(post, transformPoint(pre, [100, -50, 20]));
  transformPoint(read.matrix, inSource).forEach((mm, axis) => expect(mm).toBeCloseTo([100, -50, 20][axis], 8));
});

test('an affine matrix has an inverse, a flat one has none', () => {
  const { post = IDENTITY } = registration;
  const inverse = invertAffine(post);
  if (inverse === undefined) throw new Error('no inverse');
  multiply(post, inverse).forEach((value, n) => expect(value).toBeCloseTo(IDENTITY[n], 12));
  expect(invertAffine([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])).toBeUndefined();
});

test('what cannot be right is refused in reading', () => {
  const scale = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
  expect(() => readRegistrations(matrices(scale, IDENTITY))).toThrow(/scale or shear/);
  expect(() => readRegistrations(matrices([...IDENTITY.slice(0, 10), 0, 0, 0, 0, 0, 1], IDENTITY))).toThrow(
    /no inverse/,
  );
  const { dataset } = readPart10(writeRegistration(registration, context));
  const gridOf = (changes: object): Uint8Array =>
    writePart10({
      SOPClassUID: DEFORMABLE_SPATIAL_REGISTRATION,
      SOPInstanceUID: '1.2.3',
      FrameOfReferenceUID: dataset.string('FrameOfReferenceUID'),
      DeformableRegistrationSequence: [
        {
          SourceFrameOfReferenceUID: '1.2.20',
          DeformableRegistrationGridSequence: [
            {
              ImagePositionPatient: [0, 0, 0],
              ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
              GridDimensions: [2, 1, 1],
              GridResolution: [1, 1, 1],
              VectorGridData: new Float32Array(6),
              ...changes,
            },
          ],
        },
      ],
    });
  expect(readRegistrations(gridOf({}))[0].kind).toBe('deformable');
  const refusal = (code: string): unknown => expect.objectContaining({ code });
  expect(() => readRegistrations(gridOf({ GridDimensions: [3, 1, 1] }))).toThrow(refusal('INVALID_ATTRIBUTE') as Error);
  expect(() => readRegistrations(gridOf({ GridResolution: [1, 0, 1] }))).toThrow(refusal('GEOMETRY') as Error);
  expect(() => readRegistrations(gridOf({ ImageOrientationPatient: [1, 0, 0, 1, 0, 0] }))).toThrow(
    refusal('GEOMETRY') as Error,
  );
});

test('a left-handed grid is refused in writing: its third axis would come out reversed', () => {
  const field = { ...registration.field, direction: [1, 0, 0, 0, 1, 0, 0, 0, -1] };
  expect(() => writeRegistration({ ...registration, field }, context)).toThrow(
    expect.objectContaining({ code: 'GEOMETRY' }),
  );
});
