import { IsocenterError } from '../../contract/errors.ts';
import { type Grid, indexToPatient, isOrthonormal } from '../../geometry/volume.ts';
import { cross, normalize, type Vec3 } from '../../geometry/vec.ts';
import type { DataSet } from '../codec/dataset.ts';

/** Frames must lie this near to even spacing, mm: offsets are decimal strings, some senders give two digits. */
const SPACING_TOLERANCE = 0.01;

/**
 * The grid of an RT Dose from Image Position and Orientation, Pixel Spacing and Grid Frame Offset Vector (PS3.3 C.8.8.3.2).
 * `reversed`: the stored frames run against the plane normal and must be read from the last to the first.
 */
export function readDoseGrid(dataset: DataSet): { grid: Grid; reversed: boolean } {
  const [x, y, z] = dataset.needNumbers('ImagePositionPatient', 3);
  const o = dataset.needNumbers('ImageOrientationPatient', 6);
  const [betweenRows, betweenColumns] = dataset.needNumbers('PixelSpacing', 2);
  const row = normalize([o[0], o[1], o[2]]);
  const column = normalize([o[3], o[4], o[5]]);
  const normal = normalize(cross(row, column));
  const direction = [...row, ...column, ...normal];
  const refuse = (message: string, attribute: string): IsocenterError =>
    new IsocenterError('GEOMETRY', message, { object: dataset.object, attribute });
  if (!isOrthonormal(direction)) throw refuse('rows and columns are not perpendicular', 'ImageOrientationPatient');
  if (!(betweenRows > 0 && betweenColumns > 0)) throw refuse('the spacing is not positive', 'PixelSpacing');
  const dims: Vec3 = [dataset.needNumber('Columns'), dataset.needNumber('Rows'), dataset.number('NumberOfFrames') ?? 1];
  if (!dims.every((n) => Number.isInteger(n) && n > 0)) throw refuse(`a grid of ${dims.join(' × ')}`, 'NumberOfFrames');
  const offsets = frameOffsets(dataset, dims[2], z, normal);
  const step = dims[2] === 1 ? singleFrameThickness(dataset) : (offsets[dims[2] - 1] - offsets[0]) / (dims[2] - 1);
  offsets.forEach((offset, k) => {
    if (Math.abs(offset - offsets[0] - k * step) > SPACING_TOLERANCE)
      throw refuse(
        `the frames are not evenly spaced: frame ${k + 1} is at ${offset} mm instead of ${(offsets[0] + k * step).toFixed(3)} mm`,
        'GridFrameOffsetVector',
      );
  });
  if (Math.abs(step) < SPACING_TOLERANCE) throw refuse('all frames lie in one plane', 'GridFrameOffsetVector');
  const reversed = step < 0;
  const spacing: Vec3 = [betweenColumns, betweenRows, Math.abs(step)];
  const first: Grid = { dims, spacing: [spacing[0], spacing[1], 1], origin: [x, y, z], direction };
  const origin = indexToPatient(first, [0, 0, reversed ? offsets[dims[2] - 1] : offsets[0]]);
  return { grid: { dims, spacing, origin, direction }, reversed };
}

/** Distance of each frame from Image Position along the plane normal, mm. */
function frameOffsets(dataset: DataSet, frames: number, z: number, normal: Vec3): number[] {
  const vector = dataset.numbers('GridFrameOffsetVector');
  if (vector.length === 0 && frames === 1) return [0];
  if (vector.length !== frames) {
    const message =
      vector.length === 0 ? 'several frames without offsets' : `${vector.length} offsets for ${frames} frames`;
    throw new IsocenterError('GEOMETRY', message, { object: dataset.object, attribute: 'GridFrameOffsetVector' });
  }
  if (vector[0] === 0) return vector;
  const absolute = Math.abs(Math.abs(normal[2]) - 1) < 1e-6 && Math.abs(vector[0] - z) <= SPACING_TOLERANCE;
  if (!absolute)
    throw new IsocenterError(
      'GEOMETRY',
      `the first offset (${vector[0]} mm) is neither 0 nor the z of the first frame (${z} mm)`,
      {
        object: dataset.object,
        attribute: 'GridFrameOffsetVector',
      },
    );
  return vector.map((value) => (value - vector[0]) * Math.sign(normal[2]));
}

function singleFrameThickness(dataset: DataSet): number {
  const thickness = dataset.number('SliceThickness');
  if (thickness === undefined || thickness <= 0)
    throw new IsocenterError('GEOMETRY', 'a single dose plane without a thickness is no volume', {
      object: dataset.object,
      attribute: 'SliceThickness',
    });
  return thickness;
}
