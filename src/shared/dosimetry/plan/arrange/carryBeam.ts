import { type Mat4, transformPoint, transformVector } from '../../../geometry/affine.ts';
import { type BeamAngles, bldFromPatient } from '../../../geometry/iec.ts';
import { length, type Vec3 } from '../../../geometry/vec.ts';
import type { Beam, ControlPoint } from '../../../model/plan.ts';

/** How a beam is carried from one image of the patient to another. */
export interface Carriage {
  /** LPS mm of the plan's frame of reference to LPS mm of the new one, rigid. */
  readonly toNew: Mat4;
  /** IEC fixed from LPS at couch 0, of the plan and of the new image's patient position. */
  readonly iecFromOld: Mat4;
  readonly iecFromNew: Mat4;
  /** `keep` leaves all angles as they are; `adapt` turns gantry and collimator with the patient as far as they can, the couch stays. */
  readonly angles: 'keep' | 'adapt';
}

/** A beam in the new frame. */
export interface CarriedBeam {
  readonly beam: Beam;
  /** Largest angle between where a control point's axis runs in the patient and where it did, degrees. */
  readonly axisError: number;
  /** The same of the field's own turn about its axis. */
  readonly turnError: number;
}

const DEGREES = 180 / Math.PI;
const wrapped = (degrees: number): number => ((degrees % 360) + 360) % 360;
const rounded = (degrees: number): number => wrapped(Math.round(degrees * 10) / 10);

/**
 * The beam about the same point of the patient in another frame of reference. A rotation of the patient about his long axis is a turn of the
 * gantry; what is left of any other, with the couch where it was, is told as an error. Apertures and accessories stand in the beam and
 * stay. Gantry and collimator of a moving beam turn as a whole, by what its first control point needs, to 0.1°. No units, no dose.
 */
export function carryBeam(beam: Beam, carriage: Carriage): CarriedBeam {
  const { toNew, angles } = carriage;
  const { meterset: _meterset, beamDose: _dose, ...rest } = beam;
  const first = beam.controlPoints[0];
  const turn = angles === 'keep' ? { gantry: 0, collimator: 0 } : turnFor(first, carriage);
  let axisError = 0;
  let turnError = 0;
  const controlPoints = beam.controlPoints.map((point): ControlPoint => {
    const { sourceToSurface: _gone, ...kept } = point;
    const moved: ControlPoint = {
      ...kept,
      gantry: turn.gantry === 0 ? point.gantry : rounded(point.gantry + turn.gantry),
      collimator: turn.collimator === 0 ? point.collimator : rounded(point.collimator + turn.collimator),
      isocenter: transformPoint(toNew, point.isocenter).map((value) => Math.round(value * 10) / 10) as unknown as Vec3,
    };
    const error = errorOf(point, moved, carriage);
    axisError = Math.max(axisError, error.axis);
    turnError = Math.max(turnError, error.turn);
    return moved;
  });
  return { beam: { ...rest, controlPoints }, axisError, turnError };
}

/** Axes x, y, z of the beam limiting device in LPS. */
function axesOf(angles: BeamAngles, iecFromLps: Mat4): readonly [Vec3, Vec3, Vec3] {
  const m = bldFromPatient(angles, [0, 0, 0], iecFromLps);
  return [[m[0], m[1], m[2]], [m[4], m[5], m[6]], [m[8], m[9], m[10]]]; // biome-ignore format: rows
}

/** By how much gantry and collimator turn so that axis and field of a control point keep to the patient, the couch standing still. */
function turnFor(
  point: ControlPoint,
  { toNew, iecFromOld, iecFromNew }: Carriage,
): { gantry: number; collimator: number } {
  const wanted = axesOf(point, iecFromOld).map((axis) => transformVector(toNew, axis));
  // In IEC fixed coordinates, where the gantry turns about y.
  const fixed = bldFromPatient({ gantry: 0, collimator: 0, couch: point.couch }, [0, 0, 0], iecFromNew);
  const source = transformVector(fixed, wanted[2]);
  const gantry = rounded(Math.atan2(source[0], source[2]) * DEGREES);
  const field = transformVector(
    bldFromPatient({ gantry, collimator: 0, couch: point.couch }, [0, 0, 0], iecFromNew),
    wanted[0],
  );
  const collimator = rounded(Math.atan2(field[1], field[0]) * DEGREES);
  return { gantry: gantry - point.gantry, collimator: collimator - point.collimator };
}

function errorOf(
  old: ControlPoint,
  now: ControlPoint,
  { toNew, iecFromOld, iecFromNew }: Carriage,
): { axis: number; turn: number } {
  const wanted = axesOf(old, iecFromOld).map((axis) => transformVector(toNew, axis)) as [Vec3, Vec3, Vec3];
  const axes = axesOf(now, iecFromNew);
  // What turns the wanted axes into the real ones, split into the tilt of the axis and the turn about it.
  const real = bldFromPatient(now, [0, 0, 0], iecFromNew);
  const x = transformVector(real, wanted[0]);
  return { axis: angleBetween(wanted[2], axes[2]), turn: Math.abs(Math.atan2(x[1], x[0])) * DEGREES };
}

/** Exact for small angles, where the arc cosine is not. */
const angleBetween = (a: Vec3, b: Vec3): number =>
  2 * DEGREES * Math.asin(Math.min(1, length([a[0] - b[0], a[1] - b[1], a[2] - b[2]]) / 2));

/** Rotation of a rigid matrix as one angle about one axis, degrees, 0 to 180. */
export function rotationAngle(m: Mat4): number {
  const columns = [0, 1, 2].map((axis) => [m[axis], m[4 + axis], m[8 + axis]]);
  const chord = Math.sqrt(
    columns.reduce(
      (sum, column, axis) => sum + column.reduce((part, v, n) => part + (v - (n === axis ? 1 : 0)) ** 2, 0),
      0,
    ),
  );
  // ‖R − I‖² = 8 sin²(θ/2)
  return 2 * DEGREES * Math.asin(Math.min(1, chord / Math.sqrt(8)));
}
