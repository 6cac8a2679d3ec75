import { bldFromPatient, iecFromPatient } from '../geometry/iec.ts';
import type { Beam, ControlPoint, Plan } from '../model/plan.ts';
import type { StructureSet } from '../model/structures.ts';
import { surfaceDistance } from './lightField.ts';
import { type Skin, skinOf } from './skin.ts';

/**
 * The plan with Source to Surface Distance (300A,0130: skin, not bolus) at every control point of the beams that state none, along the beam axis to BODY, to
 * 0.1 mm. Beams whose axis misses it, or enters where the scan ends, and beams of which `isKept` is true come out as they are.
 */
export function withSurfaceDistances(plan: Plan, { rois }: StructureSet, isKept: (beam: Beam) => boolean): Plan {
  const body = rois.find(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0);
  const iecFromLps = iecFromPatient(plan.patientPosition);
  const without = ({ controlPoints, ion }: Beam): boolean =>
    ion === undefined && controlPoints.every(({ sourceToSurface }) => sourceToSurface === undefined);
  if (body === undefined || iecFromLps === undefined || !plan.beams.some((beam) => without(beam) && !isKept(beam)))
    return plan;
  const skin = skinOf(body.contours, body.name);
  const beams = plan.beams.map((beam) => {
    if (!without(beam) || isKept(beam)) return beam;
    const controlPoints = beam.controlPoints.map((point) => {
      const distance = distanceOf(beam, point, skin, iecFromLps);
      return distance === undefined ? point : { ...point, sourceToSurface: distance };
    });
    return controlPoints.some(({ sourceToSurface }) => sourceToSurface === undefined)
      ? beam
      : { ...beam, controlPoints };
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
