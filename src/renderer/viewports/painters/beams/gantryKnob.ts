import { invertRigid, transformVector } from '#shared/geometry/affine.ts';
import { bldFromPatient, iecFromPatient } from '#shared/geometry/iec.ts';
import { dot, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { keptReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { useDocument } from '#renderer/document/store.ts';
import type { PlaneView } from '../../plane/planeView.ts';
import { beamLines } from './beamGeometry.ts';
import { useBeamView } from './beamView.ts';

/** The knob stands so far from the isocenter, as a share of the view's smaller side; and inside its edge, px. */
const [SHARE, EDGE] = [0.34, 22];
/** An axis nearer to the plane than this along its length lies in it, mm. */
const IN_PLANE = 1;

export interface GantryKnob {
  readonly plan: Plan;
  readonly beam: Beam;
  readonly at: readonly [number, number];
}

/** The knob on the axis of the selected beam by which the gantry is turned: on the plane that the gantry turns in, while the beam stands still. */
export function gantryKnob(view: PlaneView): GantryKnob | undefined {
  const plan = useDocument.getState().document?.plan;
  const { visible, selected } = useBeamView.getState();
  const beam = plan?.beams.find(({ number }) => number === selected);
  if (plan === undefined || beam === undefined || !visible || beam.ion !== undefined) return undefined;
  if (keptReason(beam) !== undefined) return undefined;
  const [point] = beam.controlPoints;
  const iecFromLps = iecFromPatient(plan.patientPosition);
  if (iecFromLps === undefined || beam.controlPoints.some(({ gantry }) => gantry !== point.gantry)) return undefined;
  // Only across the axis that the gantry turns about: elsewhere the pointer says nothing about the angle.
  const about = transformVector(
    invertRigid(bldFromPatient({ ...point, gantry: 0, collimator: 0 }, point.isocenter, iecFromLps)),
    [0, 1, 0],
  );
  if (Math.abs(dot(about, view.normal)) < 0.9) return undefined;
  const { axis, isocenter } = beamLines(beam, point, iecFromLps);
  const off = (place: Vec3): number => Math.abs(dot(subtract(place, view.point), view.normal));
  if (axis.some((end) => off(end) > IN_PLANE)) return undefined;
  const [ix, iy] = view.toCanvas(isocenter);
  const [ex, ey] = view.toCanvas(axis[0]);
  const length = Math.hypot(ex - ix, ey - iy);
  if (length < 1) return undefined;
  const reach = SHARE * Math.min(view.width, view.height);
  const [x, y] = [ix + ((ex - ix) / length) * reach, iy + ((ey - iy) / length) * reach];
  const inside = x > EDGE && y > EDGE && x < view.width - EDGE && y < view.height - EDGE;
  return inside ? { plan, beam, at: [x, y] } : undefined;
}
