import { IsocenterError } from '../contract/errors.ts';
import { iecFromPatient } from '../geometry/iec.ts';
import type { Mat4 } from '../geometry/affine.ts';
import type { Beam, Plan } from '../model/plan.ts';
import type { DrrView } from './view.ts';

/** What a beam leaves open about its radiograph. */
export type DrrFormat = Pick<DrrView, 'size' | 'spacing'> & {
  /** Source to image plane, mm; at the isocenter if not given. */
  readonly sid?: number;
  /** Whether the image turns with the collimator (as a beam's-eye view) or lies in the gantry's axes (as imagers do). */
  readonly upright: 'collimator' | 'gantry';
};

/** The view of a beam at one control point. @throws IsocenterError GEOMETRY for a patient position without machine axes. */
export function beamDrrView(plan: Plan, beam: Beam, control: number, { upright, sid, ...format }: DrrFormat): DrrView {
  const { gantry, collimator, couch, isocenter } = beam.controlPoints[control];
  const sad = beam.sourceAxisDistance;
  return {
    angles: { gantry, couch, collimator: upright === 'collimator' ? collimator : 0 },
    isocenter,
    iecFromLps: machineAxes(plan.patientPosition, `plan ${plan.label}`),
    sad,
    sid: sid ?? sad,
    ...format,
    centre: [0, 0],
  };
}

/** IEC fixed axes from patient LPS at couch 0. @throws IsocenterError GEOMETRY for a position that has none. */
export function machineAxes(patientPosition: string, object: string): Mat4 {
  const axes = iecFromPatient(patientPosition);
  if (axes !== undefined) return axes;
  throw new IsocenterError('GEOMETRY', `patient position '${patientPosition}' has no place on a treatment couch`, {
    object,
    attribute: 'PatientPosition',
  });
}
