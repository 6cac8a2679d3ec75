import { cross, dot, length, normalize, type Vec3 } from '../../geometry/vec.ts';
import type { Grid } from '../../geometry/volume.ts';
import type { ReferencedInstance } from '../../model/structures.ts';
import { instanceOf, isReference } from '../structures/contourData.ts';
import type { DataSet } from '../codec/dataset.ts';

/** Where a frame lies, which segment it is of (undefined in label maps), and what it was made from. */
export interface FramePlace {
  readonly grid: Grid;
  readonly segment?: number;
  readonly source?: ReferencedInstance;
}

/**
 * The places of a segmentation's frames, from its functional groups (PS3.3 C.7.6.16, C.8.20.3), which may stand in the frame's item or
 * in the shared one; frames may come in any order and orientation.
 * @throws MISSING_ATTRIBUTE or INVALID_ATTRIBUTE naming the group that does not say where a frame lies
 */
export function framePlaces(dataset: DataSet, size: { rows: number; columns: number; frames: number }): FramePlace[] {
  const items = dataset.sequence('PerFrameFunctionalGroupsSequence');
  if (items.length !== size.frames)
    throw dataset.invalid('PerFrameFunctionalGroupsSequence', `${items.length} items for ${size.frames} frames`);
  const shared = dataset.sequence('SharedFunctionalGroupsSequence')[0];
  return items.map((item) => {
    const group = (macro: string): DataSet | undefined => item.sequence(macro)[0] ?? shared?.sequence(macro)[0];
    const numbers = (macro: string, attribute: string, count: number): number[] => {
      const holder = group(macro);
      if (holder === undefined) throw item.missing(macro);
      return holder.needNumbers(attribute, count);
    };
    const [x, y, z] = numbers('PlanePositionSequence', 'ImagePositionPatient', 3);
    const orientation = numbers('PlaneOrientationSequence', 'ImageOrientationPatient', 6);
    const [betweenRows, betweenColumns] = numbers('PixelMeasuresSequence', 'PixelSpacing', 2);
    const measures = group('PixelMeasuresSequence');
    if (!(betweenRows > 0 && betweenColumns > 0))
      throw item.invalid('PixelSpacing', `a spacing of ${betweenRows} × ${betweenColumns} mm`);
    const thickness = measures?.number('SpacingBetweenSlices') ?? measures?.number('SliceThickness') ?? 1;
    const segment = group('SegmentIdentificationSequence')?.number('ReferencedSegmentNumber');
    const named = group('DerivationImageSequence')?.sequence('SourceImageSequence').map(instanceOf).find(isReference);
    return {
      grid: {
        dims: [size.columns, size.rows, 1],
        spacing: [betweenColumns, betweenRows, thickness > 0 ? thickness : 1],
        origin: [x, y, z],
        direction: axes(orientation, item),
      },
      ...(segment === undefined ? {} : { segment }),
      ...(named === undefined ? {} : { source: named }),
    };
  });
}

/** Nine direction cosines from the six of rows and columns. */
function axes(o: readonly number[], item: DataSet): number[] {
  const row: Vec3 = [o[0], o[1], o[2]];
  const column: Vec3 = [o[3], o[4], o[5]];
  // Written as this, a NaN is refused too.
  if (!(Math.abs(length(row) - 1) < 1e-3 && Math.abs(length(column) - 1) < 1e-3 && Math.abs(dot(row, column)) < 1e-3))
    throw item.invalid('ImageOrientationPatient', 'no perpendicular unit vectors');
  const [u, normal] = [normalize(row), normalize(cross(row, column))];
  return [...u, ...cross(normal, u), ...normal];
}
