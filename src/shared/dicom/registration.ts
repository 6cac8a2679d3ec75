import { IsocenterError } from '../contract/errors.ts';
import { invertRigid, isRigid, type Mat4, multiply } from '../geometry/affine.ts';
import type { ObjectContext } from '../model/context.ts';
import type { Registration } from '../model/registration.ts';
import type { ReferencedInstance } from '../model/structures.ts';
import type { DataSet } from './dataset.ts';
import type { DataSetInput } from './encode.ts';
import { checkInstance, commonModules, dateAndTime, NOT_CLINICAL, openObject } from './modules.ts';
import { writePart10 } from './part10.ts';
import { fitText } from './text.ts';
import { SPATIAL_REGISTRATION } from './uid.ts';

/** The matrix of an identity, row-major. */
const IDENTITY: Mat4 = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/**
 * Reads a Spatial Registration (PS3.3 A.39) of two frames of reference. Each item's matrix leads into the object's own frame
 * (C.20.2.1.1); the frame that is the object's own, or the first, is the fixed one.
 * Throws UNSUPPORTED_OBJECT for more than two frames or a matrix that is not rigid, FRAME_OF_REFERENCE when a frame is not named.
 */
export function readRegistration(bytes: Uint8Array, name = 'Spatial Registration'): Registration {
  const { dataset } = openObject(bytes, name, SPATIAL_REGISTRATION);
  const items = dataset
    .needSequence('RegistrationSequence')
    .map((item) => ({ frame: item.string('FrameOfReferenceUID'), matrix: matrixOf(item) }));
  const target = dataset.string('FrameOfReferenceUID');
  // The item of the fixed frame may be left out, since its matrix is the identity.
  if (items.length === 1 && target !== '') items.unshift({ frame: target, matrix: IDENTITY });
  if (items.length !== 2)
    throw new IsocenterError('UNSUPPORTED_OBJECT', `a registration of ${items.length} frames`, {
      object: name,
      attribute: 'RegistrationSequence',
    });
  const [fixed, moving] = items[1].frame === target ? [items[1], items[0]] : items;
  if (fixed.frame === '' || moving.frame === '')
    throw new IsocenterError('FRAME_OF_REFERENCE', 'a frame of reference is not named', {
      object: name,
      attribute: 'FrameOfReferenceUID',
    });
  return {
    sopInstanceUid: dataset.needString('SOPInstanceUID'),
    fixedFrame: fixed.frame,
    movingFrame: moving.frame,
    matrix: multiply(invertRigid(fixed.matrix), moving.matrix),
    label: dataset.string('ContentDescription') || dataset.string('ContentLabel'),
  };
}

/** The product of an item's matrices, the first applied first; the identity when it has none. */
function matrixOf(item: DataSet): Mat4 {
  let product: Mat4 = IDENTITY;
  for (const registration of item.sequence('MatrixRegistrationSequence'))
    for (const step of registration.sequence('MatrixSequence')) {
      const matrix = step.needNumbers('FrameOfReferenceTransformationMatrix', 16);
      if (!isRigid(matrix))
        throw new IsocenterError(
          'UNSUPPORTED_OBJECT',
          `the ${step.string('FrameOfReferenceTransformationMatrixType')} matrix is not rigid`,
          {
            object: step.object,
            attribute: 'FrameOfReferenceTransformationMatrix',
          },
        );
      product = multiply(matrix, product);
    }
  return product;
}

/** A series the registration was made on, for the references of the object. */
export interface RegisteredSeries {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly images: readonly ReferencedInstance[];
}

export interface RegistrationOptions {
  readonly fixed?: RegisteredSeries;
  readonly moving?: RegisteredSeries;
}

/**
 * Writes a rigid Spatial Registration whose own frame of reference is the fixed one. Throws INVALID_ATTRIBUTE for a matrix that is not
 * rigid, FRAME_OF_REFERENCE without two different frames, CONFLICT for another instance UID than the context's.
 */
export function writeRegistration(
  registration: Registration,
  context: ObjectContext,
  options: RegistrationOptions = {},
): Uint8Array<ArrayBuffer> {
  checkInstance(registration.sopInstanceUid, context, 'registration');
  const { fixedFrame, movingFrame, matrix } = registration;
  if (fixedFrame === '' || movingFrame === '' || fixedFrame === movingFrame)
    throw new IsocenterError('FRAME_OF_REFERENCE', 'a registration needs two different frames', {
      object: 'registration',
      attribute: 'FrameOfReferenceUID',
    });
  if (matrix.length !== 16 || !isRigid(matrix))
    throw new IsocenterError('INVALID_ATTRIBUTE', 'the matrix is not rigid', {
      object: 'registration',
      attribute: 'FrameOfReferenceTransformationMatrix',
    });
  const { date, time } = dateAndTime(context);
  const label = fitText(registration.label, 64);
  const dataset: DataSetInput = {
    ...commonModules(context, SPATIAL_REGISTRATION, 'REG'),
    FrameOfReferenceUID: fixedFrame,
    PositionReferenceIndicator: '',
    Laterality: '',
    InstanceNumber: 1,
    ContentDate: date,
    ContentTime: time,
    ContentLabel: 'REGISTRATION',
    ContentDescription: label === '' ? NOT_CLINICAL : label,
    ContentCreatorName: context.operator,
    RegistrationSequence: [
      registrationItem(fixedFrame, IDENTITY, options.fixed),
      registrationItem(movingFrame, matrix, options.moving),
    ],
    ...instanceReferences(context.study.studyInstanceUid, [options.fixed, options.moving]),
  };
  return writePart10(dataset);
}

const imageItems = (series: RegisteredSeries): DataSetInput[] =>
  series.images.map((image) => ({
    ReferencedSOPClassUID: image.sopClassUid,
    ReferencedSOPInstanceUID: image.sopInstanceUid,
  }));

function registrationItem(frame: string, matrix: Mat4, series: RegisteredSeries | undefined): DataSetInput {
  return {
    FrameOfReferenceUID: frame,
    ReferencedImageSequence: series === undefined ? undefined : imageItems(series),
    MatrixRegistrationSequence: [
      {
        FrameOfReferenceTransformationComment: NOT_CLINICAL,
        RegistrationTypeCodeSequence: [],
        MatrixSequence: [
          { FrameOfReferenceTransformationMatrixType: 'RIGID', FrameOfReferenceTransformationMatrix: matrix },
        ],
      },
    ],
  };
}

/** Common Instance Reference module (PS3.3 C.12.2): series of this study, and those of others. */
function instanceReferences(study: string, all: readonly (RegisteredSeries | undefined)[]): DataSetInput {
  const series = all.filter((one) => one !== undefined);
  const item = (one: RegisteredSeries): DataSetInput => ({
    SeriesInstanceUID: one.seriesInstanceUid,
    ReferencedInstanceSequence: imageItems(one),
  });
  const here = series.filter((one) => one.studyInstanceUid === study);
  const elsewhere = Map.groupBy(
    series.filter((one) => one.studyInstanceUid !== study),
    (one) => one.studyInstanceUid,
  );
  return {
    ReferencedSeriesSequence: here.length === 0 ? undefined : here.map(item),
    StudiesContainingOtherReferencedInstancesSequence:
      elsewhere.size === 0
        ? undefined
        : [...elsewhere].map(([uid, members]) => ({
            StudyInstanceUID: uid,
            ReferencedSeriesSequence: members.map(item),
          })),
  };
}
