import { IsocenterError } from '../../contract/errors.ts';
import { IDENTITY, invertAffine, isRigid, type Mat4, multiply } from '../../geometry/affine.ts';
import { cross, type Vec3 } from '../../geometry/vec.ts';
import { axisOf, isOrthonormal, voxelCount } from '../../geometry/volume.ts';
import type { DeformableRegistration, DisplacementField, RigidRegistration } from '../../model/registration.ts';
import type { DataSet } from '../codec/dataset.ts';
import { type DataSetInput, swapBytes } from '../codec/encode.ts';
import { methodItems, methodOf, commentOf } from './registrationNotes.ts';
import { imageItems, type RegistrationOptions, seriesOfImages, seriesOfItem } from './registrationReferences.ts';

type Unnamed<T> = Omit<T, 'sopInstanceUid' | 'label'>;

/**
 * The registrations of a Deformable Spatial Registration (PS3.3 C.20.3), one an item: the object's own frame is the fixed (registered)
 * one, each item's source frame the moving one. An item without a grid has matrices only and comes out rigid.
 * @throws IsocenterError UNSUPPORTED_OBJECT for matrices without a grid that are not rigid, FRAME_OF_REFERENCE where a frame is not
 * named, GEOMETRY for a grid that is no right-angled lattice, INVALID_ATTRIBUTE for vectors that do not fill it.
 */
export function readDeformableItems(
  dataset: DataSet,
): (Unnamed<DeformableRegistration> | Unnamed<RigidRegistration>)[] {
  const fixedFrame = dataset.string('FrameOfReferenceUID');
  const seriesOf = seriesOfImages(dataset);
  const named = new Set(seriesOf.values());
  return dataset.needSequence('DeformableRegistrationSequence').map((item) => {
    const movingFrame = item.string('SourceFrameOfReferenceUID');
    if (fixedFrame === '' || movingFrame === '')
      throw new IsocenterError('FRAME_OF_REFERENCE', 'a frame of reference is not named', {
        object: item.object,
        attribute: fixedFrame === '' ? 'FrameOfReferenceUID' : 'SourceFrameOfReferenceUID',
      });
    const [pre, post] = [
      matrixOf(item, 'PreDeformationMatrixRegistrationSequence'),
      matrixOf(item, 'PostDeformationMatrixRegistrationSequence'),
    ];
    const movingSeries = seriesOfItem(item, seriesOf);
    // The registered images stand only among the object's references: with one other series it is theirs.
    const others = [...named].filter((uid) => uid !== movingSeries);
    const method = methodOf(item);
    const common = {
      fixedFrame,
      movingFrame,
      ...(movingSeries === undefined ? {} : { movingSeries }),
      ...(others.length === 1 && movingSeries !== undefined ? { fixedSeries: others[0] } : {}),
      ...(method === undefined ? {} : { method }),
    };
    const grid = item.sequence('DeformableRegistrationGridSequence')[0];
    if (grid !== undefined)
      return {
        ...common,
        kind: 'deformable',
        field: fieldOf(grid),
        ...(pre === undefined ? {} : { pre }),
        ...(post === undefined ? {} : { post }),
      };
    // Without offsets the item is a matrix that leads from the registered frame to the source: the other way round than ours.
    const matrix = invertAffine(multiply(post ?? IDENTITY, pre ?? IDENTITY));
    if (matrix === undefined || !isRigid(matrix))
      throw new IsocenterError('UNSUPPORTED_OBJECT', 'its matrices scale or shear, and it has no grid', {
        object: item.object,
        attribute: 'DeformableRegistrationGridSequence',
      });
    return { ...common, kind: 'rigid', matrix };
  });
}

function matrixOf(item: DataSet, sequence: string): Mat4 | undefined {
  const step = item.sequence(sequence)[0];
  if (step === undefined) return undefined;
  const matrix = step.needNumbers('FrameOfReferenceTransformationMatrix', 16);
  if (invertAffine(matrix) === undefined)
    throw step.invalid('FrameOfReferenceTransformationMatrix', 'the matrix has no inverse');
  return matrix;
}

function fieldOf(grid: DataSet): DisplacementField {
  const [nx, ny, nz] = grid.needNumbers('GridDimensions', 3);
  const [sx, sy, sz] = grid.needNumbers('GridResolution', 3);
  const [x, y, z] = grid.needNumbers('ImagePositionPatient', 3);
  const [a, b, c, d, e, f] = grid.needNumbers('ImageOrientationPatient', 6);
  const [row, column]: [Vec3, Vec3] = [
    [a, b, c],
    [d, e, f],
  ];
  const direction = [...row, ...column, ...cross(row, column)];
  if (![sx, sy, sz].every((mm) => mm > 0) || ![nx, ny, nz].every((n) => n >= 1) || !isOrthonormal(direction))
    throw new IsocenterError('GEOMETRY', 'the deformation grid is no right-angled lattice', {
      object: grid.object,
      attribute: 'DeformableRegistrationGridSequence',
    });
  const raw = grid.bytes('VectorGridData');
  if (raw.length !== nx * ny * nz * 12)
    throw grid.invalid(
      'VectorGridData',
      `${raw.length} bytes instead of ${nx * ny * nz * 12} for ${nx} × ${ny} × ${nz} vectors`,
    );
  const little = grid.source.littleEndian ? Uint8Array.from(raw) : swapBytes(raw, 4);
  return {
    dims: [nx, ny, nz],
    spacing: [sx, sy, sz],
    origin: [x, y, z],
    direction,
    vectors: new Float32Array(little.buffer),
  };
}

/**
 * The Deformable Spatial Registration module's item. Throws GEOMETRY for a grid that is left-handed or skew (the third axis is not
 * written but is row × column, C.20.3.1.1) or does not fit its vectors, INVALID_ATTRIBUTE for a matrix without an inverse.
 */
export function deformableItem(registration: DeformableRegistration, options: RegistrationOptions): DataSetInput {
  const { field } = registration;
  if (!isOrthonormal(field.direction) || field.vectors.length !== 3 * voxelCount(field))
    throw new IsocenterError('GEOMETRY', 'the displacement field is no right-handed lattice of vectors', {
      object: 'registration',
      attribute: 'VectorGridData',
    });
  return {
    SourceFrameOfReferenceUID: registration.movingFrame,
    ReferencedImageSequence: imageItems(options.moving),
    FrameOfReferenceTransformationComment: commentOf(registration),
    RegistrationTypeCodeSequence: methodItems(registration.method),
    PreDeformationMatrixRegistrationSequence: matrixItems(registration.pre),
    PostDeformationMatrixRegistrationSequence: matrixItems(registration.post),
    DeformableRegistrationGridSequence: [
      {
        ImagePositionPatient: [...field.origin],
        ImageOrientationPatient: [...axisOf(field, 0), ...axisOf(field, 1)],
        GridDimensions: [...field.dims],
        GridResolution: [...field.spacing],
        VectorGridData: field.vectors,
      },
    ],
  };
}

function matrixItems(matrix: Mat4 | undefined): DataSetInput[] | undefined {
  if (matrix === undefined) return undefined;
  if (matrix.length !== 16 || invertAffine(matrix) === undefined)
    throw new IsocenterError('INVALID_ATTRIBUTE', 'the matrix has no inverse', {
      object: 'registration',
      attribute: 'FrameOfReferenceTransformationMatrix',
    });
  return [
    {
      FrameOfReferenceTransformationMatrixType: isRigid(matrix) ? 'RIGID' : 'AFFINE',
      FrameOfReferenceTransformationMatrix: matrix,
    },
  ];
}
