import { IsocenterError } from '../../contract/errors.ts';
import { IDENTITY, invertRigid, isRigid, type Mat4, multiply } from '../../geometry/affine.ts';
import type { ObjectContext } from '../../model/context.ts';
import type { Registration, RigidRegistration } from '../../model/registration.ts';
import type { DataSet } from '../codec/dataset.ts';
import { deformableItem, readDeformableItems } from './deformableRegistration.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { checkInstance, commonModules, dateAndTime, NOT_CLINICAL, openObject } from '../modules.ts';
import { writePart10 } from '../codec/part10.ts';
import { commentOf, methodItems, methodOf, readNotes, writeNotes } from './registrationNotes.ts';
import {
  imageItems,
  instanceReferences,
  type RegisteredSeries,
  type RegistrationOptions,
  seriesOfImages,
  seriesOfItem,
} from './registrationReferences.ts';
import { fitText } from '../codec/text.ts';
import { DEFORMABLE_SPATIAL_REGISTRATION, SPATIAL_REGISTRATION } from '../uid.ts';

/**
 * Every registration of a Spatial Registration or Deformable Spatial Registration object (PS3.3 A.39.1, A.39.2): one for each frame of
 * reference that it relates to its own.
 * @throws IsocenterError UNSUPPORTED_OBJECT for a rigid object whose matrix is not rigid (it would scale a patient) or that relates no
 * two frames, FRAME_OF_REFERENCE when a frame is not named, and as readDeformableItems.
 */
export function readRegistrations(bytes: Uint8Array, name = 'registration'): Registration[] {
  const { dataset } = openObject(
    bytes,
    name,
    SPATIAL_REGISTRATION,
    (object) => object.string('SOPClassUID') === DEFORMABLE_SPATIAL_REGISTRATION,
  );
  const deformable = dataset.string('SOPClassUID') === DEFORMABLE_SPATIAL_REGISTRATION;
  const items = deformable ? readDeformableItems(dataset) : readRigidItems(dataset, name);
  // Our notes are about one registration: we write no others.
  const notes = items.length === 1 ? readNotes(dataset) : {};
  return items.map((item) => ({
    sopInstanceUid: dataset.needString('SOPInstanceUID'),
    label: dataset.string('ContentDescription') || dataset.string('ContentLabel'),
    ...item,
    ...notes,
  }));
}

/**
 * Each item's matrix leads into the object's own frame (C.20.2.1.1); the frame that is the object's own, or the first, is the fixed
 * one, and its item may be left out, since its matrix is the identity.
 */
function readRigidItems(dataset: DataSet, name: string): Omit<RigidRegistration, 'sopInstanceUid' | 'label'>[] {
  const seriesOf = seriesOfImages(dataset);
  const items = dataset.needSequence('RegistrationSequence').map((item) => ({
    frame: item.string('FrameOfReferenceUID'),
    matrix: matrixOf(item),
    method: item.sequence('MatrixRegistrationSequence').map(methodOf)[0],
    series: seriesOfItem(item, seriesOf),
  }));
  if (items.some(({ frame }) => frame === ''))
    throw new IsocenterError('FRAME_OF_REFERENCE', 'a frame of reference is not named', {
      object: name,
      attribute: 'FrameOfReferenceUID',
    });
  const own = dataset.string('FrameOfReferenceUID');
  const inOwn = items.find(({ frame }) => frame === own);
  const onlyMoving = inOwn === undefined && own !== '' && items.length === 1;
  const fixed = inOwn ?? (onlyMoving ? { frame: own, matrix: IDENTITY, series: undefined } : items[0]);
  const moving = items.filter(({ frame }) => frame !== fixed.frame);
  if (moving.length === 0)
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'a registration that relates no two frames of reference', {
      object: name,
      attribute: 'RegistrationSequence',
    });
  return moving.map(({ frame, matrix, method, series }) => ({
    kind: 'rigid',
    fixedFrame: fixed.frame,
    movingFrame: frame,
    matrix: multiply(invertRigid(fixed.matrix), matrix),
    ...(fixed.series === undefined ? {} : { fixedSeries: fixed.series }),
    ...(series === undefined ? {} : { movingSeries: series }),
    ...(method === undefined ? {} : { method }),
  }));
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
          { object: step.object, attribute: 'FrameOfReferenceTransformationMatrix' },
        );
      product = multiply(matrix, product);
    }
  return product;
}

/**
 * Writes a registration whose own frame of reference is the fixed one: a Spatial Registration when it is rigid, a Deformable Spatial
 * Registration otherwise. Method, images and description stand where the standard has them; landmarks, quality, sign-off and warnings
 * in our private block. Throws INVALID_ATTRIBUTE for a matrix that is not rigid, FRAME_OF_REFERENCE without two different frames,
 * CONFLICT for another instance UID than the context's, and as deformableItem.
 */
export function writeRegistration(
  registration: Registration,
  context: ObjectContext,
  options: RegistrationOptions = {},
): Uint8Array<ArrayBuffer> {
  checkInstance(registration.sopInstanceUid, context, 'registration');
  const { fixedFrame, movingFrame } = registration;
  if (fixedFrame === '' || movingFrame === '' || fixedFrame === movingFrame)
    throw new IsocenterError('FRAME_OF_REFERENCE', 'a registration needs two different frames', {
      object: 'registration',
      attribute: 'FrameOfReferenceUID',
    });
  const { date, time } = dateAndTime(context);
  const label = fitText(registration.label, 64);
  const deformable = registration.kind === 'deformable';
  return writePart10({
    ...commonModules(context, deformable ? DEFORMABLE_SPATIAL_REGISTRATION : SPATIAL_REGISTRATION, 'REG'),
    FrameOfReferenceUID: fixedFrame,
    PositionReferenceIndicator: '',
    Laterality: '',
    InstanceNumber: 1,
    ContentDate: date,
    ContentTime: time,
    ContentLabel: deformable ? 'DEFORMATION' : 'REGISTRATION',
    ContentDescription: label === '' ? NOT_CLINICAL : label,
    ContentCreatorName: context.operator,
    ...(deformable
      ? // Enhanced General Equipment (C.7.5.2) is asked for here only, and we are a program.
        { DeviceSerialNumber: 'NONE', DeformableRegistrationSequence: [deformableItem(registration, options)] }
      : { RegistrationSequence: rigidItems(registration, options) }),
    ...instanceReferences(context.study.studyInstanceUid, options),
    ...writeNotes(registration),
  });
}

function rigidItems(registration: RigidRegistration, { fixed, moving }: RegistrationOptions): DataSetInput[] {
  const { fixedFrame, movingFrame, matrix, method } = registration;
  if (matrix.length !== 16 || !isRigid(matrix))
    throw new IsocenterError('INVALID_ATTRIBUTE', 'the matrix is not rigid', {
      object: 'registration',
      attribute: 'FrameOfReferenceTransformationMatrix',
    });
  const item = (frame: string, leads: Mat4, comment: string, series?: RegisteredSeries): DataSetInput => ({
    FrameOfReferenceUID: frame,
    ReferencedImageSequence: imageItems(series),
    MatrixRegistrationSequence: [
      {
        FrameOfReferenceTransformationComment: comment,
        RegistrationTypeCodeSequence: methodItems(frame === movingFrame ? method : undefined),
        MatrixSequence: [
          { FrameOfReferenceTransformationMatrixType: 'RIGID', FrameOfReferenceTransformationMatrix: leads },
        ],
      },
    ],
  });
  return [item(fixedFrame, IDENTITY, NOT_CLINICAL, fixed), item(movingFrame, matrix, commentOf(registration), moving)];
}
