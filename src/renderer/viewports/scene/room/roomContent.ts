import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Rgb, StructureSet } from '#shared/model/structures.ts';
import type { Box } from '../camera.ts';
import { beamScene } from '../beamScene.ts';
import type { SceneSurface } from '../sceneRenderer.ts';
import { tubeMesh } from '../tubes.ts';
import { clearanceLevel, clearanceModelOf, clearanceOf, surroundingsOf } from './clearances.ts';
import { boxMesh, coneMesh, headMesh, sweepLines } from './roomMeshes.ts';

const HEAD: Readonly<Record<'met' | 'near' | 'free', Rgb>> = {
  met: [239, 80, 80],
  near: [232, 182, 76],
  free: [150, 168, 190],
};
const COUCH: Rgb = [120, 104, 84];
const LIGHT: Rgb = [255, 240, 150];
const SWEEP: Rgb = [120, 200, 255];
/** The cone ends this much further from the source than the isocenter. */
const BEYOND = 1.25;

interface Known {
  readonly structures: StructureSet;
  readonly position: string;
  readonly control: number;
  readonly surfaces: readonly SceneSurface[];
}

/** One picture's surfaces are the next one's unless something of them moved: the GPU keeps their buffers. */
const known = new WeakMap<Beam, Known>();

/** Gantry head, couch top, light cone and sweep of a beam at one of its control points. */
export function roomSurfaces(
  plan: Plan,
  beam: Beam,
  control: number,
  structures: StructureSet,
): readonly SceneSurface[] {
  const before = known.get(beam);
  const position = plan.patientPosition;
  if (before?.structures === structures && before.control === control && before.position === position)
    return before.surfaces;
  const surfaces = made(plan, beam, control, structures);
  known.set(beam, { structures, position, control, surfaces });
  return surfaces;
}

function made({ patientPosition }: Plan, beam: Beam, control: number, structures: StructureSet): SceneSurface[] {
  const iecFromLps = iecFromPatient(patientPosition);
  const { model } = clearanceModelOf(beam);
  const around = surroundingsOf(structures, model, patientPosition);
  if (iecFromLps === undefined || around === undefined) return [];
  const point = beam.controlPoints[Math.min(control, beam.controlPoints.length - 1)];
  const clearance = clearanceOf(beam, structures, patientPosition);
  const color = clearance === undefined ? HEAD.free : HEAD[clearanceLevel(clearance, model)];
  const scene = beamScene({ ...beam, controlPoints: [point] }, iecFromLps);
  const arc = beam.controlPoints.some(({ gantry }) => gantry !== point.gantry);
  return [
    { mesh: headMesh(point, point.isocenter, beam.sourceAxisDistance, model, iecFromLps), color, opacity: 0.35 },
    { mesh: coneMesh(scene.source, scene.opening, BEYOND), color: LIGHT, opacity: 0.22 },
    { mesh: tubeMesh(scene.opening, 1.2), color: LIGHT, opacity: 1 },
    ...(around.skin.length === 0 ? [] : [{ mesh: boxMesh(around.couch, iecFromLps), color: COUCH, opacity: 0.75 }]),
    ...(arc ? [{ mesh: tubeMesh(sweepLines(beam, model, iecFromLps), 2), color: SWEEP, opacity: 0.8 }] : []),
  ];
}

/** What a fresh view of the room holds: the patient and the face of the head on every side. */
export function roomBox({ low, high }: Box, plan: Plan | undefined): Box {
  const isocenter = plan?.beams[0]?.controlPoints[0].isocenter;
  if (isocenter === undefined) return { low, high };
  const reach = 620;
  return {
    low: [Math.min(low[0], isocenter[0] - reach), Math.min(low[1], isocenter[1] - reach), low[2]],
    high: [Math.max(high[0], isocenter[0] + reach), Math.max(high[1], isocenter[1] + reach), high[2]],
  };
}
