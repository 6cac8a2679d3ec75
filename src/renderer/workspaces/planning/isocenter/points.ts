import { add, scale, type Vec3 } from '#shared/geometry/vec.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';

export interface NamedPoint {
  readonly name: string;
  readonly position: Vec3;
}

/** Where a structure of points (markers, tattoos, reference points) is: the mean of its points, LPS mm. */
function pointOf({ contours }: Roi): Vec3 | undefined {
  const points = contours.filter(({ type }) => type === 'POINT').map(({ points: [x, y, z] }): Vec3 => [x, y, z]);
  return points.length === 0 ? undefined : scale(points.reduce(add), 1 / points.length);
}

/** The structures that are points, by name. */
export const pointsOf = ({ rois }: StructureSet): NamedPoint[] =>
  rois.flatMap((roi) => {
    const position = pointOf(roi);
    return position === undefined ? [] : [{ name: roi.name, position }];
  });
