import { bldFromPatient, projectToIsocenterPlane } from '#shared/geometry/iec.ts';
import type { Mat4 } from '#shared/geometry/affine.ts';
import type { Beam, BeamLimitingDevice, ControlPoint } from '#shared/model/plan.ts';
import type { Contour } from '#shared/model/structures.ts';
import { stackContours, stackPoint } from '#shared/structures/contours/stack.ts';

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

/** A polygon in BLD mm at the isocenter plane: x, y of each corner. */
export type Shadow = Float64Array;

/**
 * What a structure shades as seen from the source: each contour's slab by its two faces and the strips its edges sweep between them
 * (a contour seen edge-on has no area of its own). The polygons overlap; their union is the shadow.
 */
export function shadowsOf(contours: readonly Contour[], beam: Beam, iecFromLps: Mat4): Shadow[] {
  const control = beam.controlPoints[0];
  const bld = bldFromPatient(control, control.isocenter, iecFromLps);
  const stack = stackContours(contours);
  const shadows: Shadow[] = [];
  for (const { rings, low, high } of stack.planes)
    for (const ring of rings) {
      const face = (w: number): number[][] => {
        const seen: number[][] = [];
        for (let i = 0; i + 1 < ring.length; i += 2) {
          const at = projectToIsocenterPlane(bld, beam.sourceAxisDistance, stackPoint(stack, ring[i], ring[i + 1], w));
          if (at !== undefined) seen.push(at);
        }
        return seen;
      };
      const [below, above] = [face(low), face(high)];
      shadows.push(Float64Array.from(below.flat()), Float64Array.from(above.flat()));
      // Behind the source nothing is projected: no strips then.
      if (below.length !== above.length) continue;
      for (let i = 0, j = below.length - 1; i < below.length; j = i++)
        shadows.push(Float64Array.from([below[j], below[i], above[i], above[j]].flat()));
    }
  return shadows;
}
