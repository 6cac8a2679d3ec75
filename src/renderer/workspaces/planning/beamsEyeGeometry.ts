import { bldFromPatient, projectToIsocenterPlane } from '#shared/geometry/iec.ts';
import type { Mat4 } from '#shared/geometry/affine.ts';
import type { Beam, BeamLimitingDevice, ControlPoint } from '#shared/model/plan.ts';
import type { Contour } from '#shared/model/structures.ts';
import { isClosed } from '#shared/structures/stack.ts';

/** A rectangle in BLD mm at the isocenter plane: [x1, y1, x2, y2]. */
export type Rectangle = readonly [number, number, number, number];

/** What closed leaves cover: one rectangle per leaf, from the edge of the view (`reach` mm) to the leaf's end. */
export function leafRectangles(
  devices: readonly BeamLimitingDevice[],
  { positions }: ControlPoint,
  reach: number,
): Rectangle[] {
  const covered: Rectangle[] = [];
  for (const { type, pairs, leafBoundaries } of devices) {
    const ends = positions[type];
    if (!type.startsWith('MLC') || ends === undefined || leafBoundaries === undefined) continue;
    for (let pair = 0; pair < pairs; pair++) {
      const [low, high] = [leafBoundaries[pair], leafBoundaries[pair + 1]];
      const [negative, positive] = [ends[pair], ends[pairs + pair]];
      if (type === 'MLCY') covered.push([low, -reach, high, negative], [low, positive, high, reach]);
      else covered.push([-reach, low, negative, high], [positive, low, reach, high]);
    }
  }
  return covered;
}

/** Contours seen from the source: their points on the isocenter plane, x and y in BLD mm. */
export function projectContours(contours: readonly Contour[], beam: Beam, iecFromLps: Mat4): Float64Array[] {
  const control = beam.controlPoints[0];
  const bld = bldFromPatient(control, control.isocenter, iecFromLps);
  return contours.filter(isClosed).map(({ points }) => {
    const seen: number[] = [];
    for (let i = 0; i + 2 < points.length; i += 3) {
      const at = projectToIsocenterPlane(bld, beam.sourceAxisDistance, [points[i], points[i + 1], points[i + 2]]);
      if (at !== undefined) seen.push(at[0], at[1]);
    }
    return Float64Array.from(seen);
  });
}
