import type { Mat4 } from './affine.ts';
import { multiply, transformPoint, translation } from './affine.ts';
import type { Vec3 } from './vec.ts';

/** The angles of one control point, IEC 61217, degrees. */
export interface BeamAngles {
  readonly gantry: number;
  readonly collimator: number;
  readonly couch: number;
}

const rotateY = (degrees: number): Mat4 => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [c, 0, s, 0, 0, 1, 0, 0, -s, 0, c, 0, 0, 0, 0, 1];
};
const rotateZ = (degrees: number): Mat4 => {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return [c, -s, 0, 0, s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
};

/**
 * IEC 61217 patient-support axes at couch 0 in LPS for a head-first-supine patient on the couch: IEC x = LPS x (patient's left),
 * IEC y = LPS z (towards the gantry, superior), IEC z = −LPS y (up, anterior). Other patient positions turn LPS first.
 */
const HFS_IEC_FROM_LPS: Mat4 = [1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1];

/** Turns LPS so that the patient lies as Patient Position says (PS3.3 C.7.3.1.1.2): IEC fixed at couch 0 from LPS, no translation. */
export function iecFromPatient(patientPosition: string): Mat4 | undefined {
  const turns: Record<string, Mat4> = {
    HFS: HFS_IEC_FROM_LPS,
    HFP: multiply(rotateY(180), HFS_IEC_FROM_LPS),
    HFDR: multiply(rotateY(-90), HFS_IEC_FROM_LPS),
    HFDL: multiply(rotateY(90), HFS_IEC_FROM_LPS),
    FFS: multiply(rotateZ(180), HFS_IEC_FROM_LPS),
    FFP: multiply(rotateZ(180), multiply(rotateY(180), HFS_IEC_FROM_LPS)),
    FFDR: multiply(rotateZ(180), multiply(rotateY(-90), HFS_IEC_FROM_LPS)),
    FFDL: multiply(rotateZ(180), multiply(rotateY(90), HFS_IEC_FROM_LPS)),
  };
  return turns[patientPosition];
}

/**
 * LPS mm → IEC beam-limiting-device coordinates with the isocenter as origin (x_b, y_b along the jaws, z_b towards the source),
 * following the coordinate chain fixed ← patient support (couch) and fixed → gantry → beam-limiting device of IEC 61217.
 */
export function bldFromPatient(angles: BeamAngles, isocenter: Vec3, iecFromLps: Mat4 = HFS_IEC_FROM_LPS): Mat4 {
  // Support rotation θs turns the patient about IEC z: a patient point in fixed coordinates is Rz(θs)·p.
  const fixed = multiply(rotateZ(angles.couch), iecFromLps);
  // The gantry system is the fixed one turned by φg about y; coordinates transform by the inverse.
  const gantry = multiply(rotateY(-angles.gantry), fixed);
  const bld = multiply(rotateZ(-angles.collimator), gantry);
  return multiply(bld, translation([-isocenter[0], -isocenter[1], -isocenter[2]]));
}

/** Source position in LPS mm for a source-axis distance `sad` (mm). */
export function sourcePosition(angles: BeamAngles, isocenter: Vec3, sad: number, iecFromLps?: Mat4): Vec3 {
  const m = bldFromPatient(angles, [0, 0, 0], iecFromLps);
  // Inverse rotation of (0, 0, sad) is sad times the third row.
  return [isocenter[0] + sad * m[8], isocenter[1] + sad * m[9], isocenter[2] + sad * m[10]];
}

/** Where the ray from the source through `point` meets the isocenter plane, in BLD x, y (mm at SAD); undefined behind the source. */
export function projectToIsocenterPlane(bld: Mat4, sad: number, point: Vec3): [number, number] | undefined {
  const [x, y, z] = transformPoint(bld, point);
  const distance = sad - z;
  if (distance <= 0) return undefined;
  return [(x * sad) / distance, (y * sad) / distance];
}
