import { bldFromPatient, iecFromPatient } from '../geometry/iec.ts';
import type { Beam, ControlPoint, Plan } from '../model/plan.ts';
import type { StructureSet } from '../model/structures.ts';
import { surfaceDistance } from './lightField.ts';
import { type Skin, skinOf } from './skin.ts';

/** A distance that differs by less (mm) from what is measured is another way of measuring, no other patient. */
const SAME = 1;

/** What is known of the beams of a plan that was stored before. */
export interface StoredBeams {
  /** Whether the beam is as it was stored. */
  readonly has: (beam: Beam) => boolean;
  /** Whether the plan was stored with this structure set. */
  readonly onThisSet: boolean;
}

/**
 * The plan with Source to Surface Distance (300A,0130: skin, not bolus) at every control point, along the beam axis to BODY, to 0.1 mm; a
 * control point whose axis misses it, or enters where the scan ends, states none. Beams as they were stored come out as they are while they
 * stated none, or the structure set is that of before, or what they stated still holds.
 */
export function withSurfaceDistances(plan: Plan, { rois }: StructureSet, stored: StoredBeams): Plan {
  const body = rois.find(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0);
  const iecFromLps = iecFromPatient(plan.patientPosition);
  const states = ({ controlPoints }: Beam): boolean =>
    controlPoints.some(({ sourceToSurface }) => sourceToSurface !== undefined);
  const stays = (beam: Beam): boolean =>
    beam.ion !== undefined || (stored.has(beam) && (!states(beam) || stored.onThisSet));
  if (body === undefined || iecFromLps === undefined || plan.beams.every(stays)) return plan;
  const skin = skinOf(body.contours, body.name);
  const beams = plan.beams.map((beam) => {
    if (stays(beam)) return beam;
    const distances = beam.controlPoints.map((point) => distanceOf(beam, point, skin, iecFromLps));
    const holds = beam.controlPoints.every(
      ({ sourceToSurface }, n) => Math.abs((sourceToSurface ?? Number.NaN) - (distances[n] ?? Number.NaN)) <= SAME,
    );
    if (stored.has(beam) && holds) return beam;
    const controlPoints = beam.controlPoints.map(({ sourceToSurface: _before, ...point }, n) =>
      distances[n] === undefined ? point : { ...point, sourceToSurface: distances[n] },
    );
    return { ...beam, controlPoints };
  });
  return { ...plan, beams };
}

function distanceOf(
  { sourceAxisDistance }: Beam,
  point: ControlPoint,
  skin: Skin,
  iecFromLps: Parameters<typeof bldFromPatient>[2],
): number | undefined {
  const hit = surfaceDistance(skin, bldFromPatient(point, point.isocenter, iecFromLps), sourceAxisDistance);
  return hit === undefined || hit.cut ? undefined : Math.round(hit.distance * 10) / 10;
}
