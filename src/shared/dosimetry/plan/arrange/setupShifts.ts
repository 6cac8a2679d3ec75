import { IsocenterError } from '../../../contract/errors.ts';
import { invertRigid, transformVector } from '../../../geometry/affine.ts';
import type { Mat4 } from '../../../geometry/affine.ts';
import { iecFromPatient } from '../../../geometry/iec.ts';
import { add, scale, subtract, type Vec3 } from '../../../geometry/vec.ts';
import type { CouchShift } from '../../../model/setup.ts';

/** @throws IsocenterError GEOMETRY for a patient position that has no machine coordinates. */
function iecOf(patientPosition: string): Mat4 {
  const matrix = iecFromPatient(patientPosition);
  if (matrix === undefined)
    throw new IsocenterError('GEOMETRY', `patient position "${patientPosition}" is not supported`, {
      object: 'set-up',
      attribute: 'PatientPosition',
    });
  return matrix;
}

/**
 * How the couch moves, from the marks under the lasers, to bring an isocenter there (LPS mm): the other way than the isocenter lies from the
 * marks. Table Top Vertical, Longitudinal and Lateral Setup Displacement of PS3.3 C.8.8.12.
 */
export function couchShift(marks: Vec3, isocenter: Vec3, patientPosition: string): CouchShift {
  const [x, y, z] = transformVector(iecOf(patientPosition), subtract(isocenter, marks));
  return { vertical: 0 - z, longitudinal: 0 - y, lateral: 0 - x };
}

/** The marks from which a shift leads to an isocenter, LPS mm. */
export function marksOf(shift: CouchShift, isocenter: Vec3, patientPosition: string): Vec3 {
  const back = invertRigid(iecOf(patientPosition));
  return add(isocenter, transformVector(back, [shift.lateral, shift.longitudinal, shift.vertical]));
}

/** LPS mm from a movement in IEC directions of the patient on the couch at couch 0: right, towards the gantry, up. */
export const patientVector = (iec: Vec3, patientPosition: string): Vec3 =>
  transformVector(invertRigid(iecOf(patientPosition)), iec);

/** The shift as it is read out at the machine: "down 30.0 mm, out 20.0 mm, left 10.0 mm". */
export function shiftWords({ vertical, longitudinal, lateral }: CouchShift): string {
  const words = (value: number, positive: string, negative: string): string[] =>
    Math.abs(value) < 0.05 ? [] : [`${value > 0 ? positive : negative} ${Math.abs(value).toFixed(1)} mm`];
  const all = [
    ...words(vertical, 'up', 'down'),
    ...words(longitudinal, 'in (to the gantry)', 'out (from the gantry)'),
    ...words(lateral, 'right', 'left'),
  ];
  return all.length === 0 ? 'no shift' : all.join(', ');
}

/**
 * Where three lasers cross that meet three skin marks: two beside the patient, at one height, and one in front or behind. Of the two that lie
 * furthest apart left to right comes the height (mean of both), of the third the side; along the patient it is the mean of all.
 * @throws IsocenterError GEOMETRY where the marks do not lie so: beside each other, or more than `tolerance` mm apart along the patient
 */
export function crossingOf(marks: readonly [Vec3, Vec3, Vec3], tolerance = 10): Vec3 {
  const refuse = (message: string): IsocenterError =>
    new IsocenterError('GEOMETRY', message, { object: 'set-up marks' });
  const bySide = marks.toSorted((a, b) => a[0] - b[0]);
  const [right, middle, left] = bySide;
  if (!(middle[0] - right[0] > tolerance && left[0] - middle[0] > tolerance))
    throw refuse('two marks must lie beside the patient and one between them');
  const along = marks.map((mark) => mark[2]);
  if (Math.max(...along) - Math.min(...along) > tolerance)
    throw refuse(`they lie ${(Math.max(...along) - Math.min(...along)).toFixed(1)} mm apart along the patient`);
  const mean = scale(marks.reduce(add), 1 / 3);
  return [middle[0], (right[1] + left[1]) / 2, mean[2]];
}
