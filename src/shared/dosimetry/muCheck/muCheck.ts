import type { Mat4 } from '../../geometry/affine.ts';
import { bldFromPatient, iecFromPatient, projectToIsocenterPlane } from '../../geometry/iec.ts';
import { sampleAtPoint, type Volume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { Machine } from '../machine/machine.ts';
import { beamRate, type BeamRate } from './beamRate.ts';
import { openingsOf } from './opening.ts';
import { referencePoint } from './referencePoint.ts';
import { type MuTables, muTablesOf } from './tables.ts';

/** Above this difference a beam is not to be treated before it is explained, % (AAPM TG-114). */
const STOP = 5;
/** Mass density, g/cm³, below which a check by water tables is less sure. */
const LUNG = 0.6;
/** Sides of fields that count as small, mm, and distances from edge and axis that make a point a poor one. */
const SMALL = 40;
const EDGE = 10;
const OFF_AXIS = 20;

/** A beam's monitor units checked by factors, at one point. Doses in Gy of one fraction. */
export interface BeamMuCheck {
  readonly beamNumber: number;
  /** LPS mm. */
  readonly point: Vec3;
  readonly isIsocenter: boolean;
  readonly engineDose: number;
  readonly checkDose: number;
  /** MU that the check asks for to give the engine's dose. */
  readonly checkMu: number;
  /** (engine − check) / check, %. */
  readonly difference: number;
  /** Difference up to which nothing needs explaining, %. */
  readonly level: number;
  readonly verdict: 'within' | 'review' | 'stop';
  readonly factors: BeamRate;
  readonly tables: string;
  readonly remarks: readonly string[];
}

/** A beam that was not checked, and why. */
export interface UncheckedBeam {
  readonly beamNumber: number;
  readonly unchecked: string;
}

export interface CheckedBeam {
  /** With its meterset. */
  readonly beam: Beam;
  readonly machine: Machine;
  /** Gy of all fractions, from the engine. */
  readonly dose: Volume<Float32Array>;
  /** g/cm³, as the beam saw it. */
  readonly density: Volume<Float32Array>;
}

/** Gy that `mu` monitor units give at the point of a rate, and the reverse. */
export const doseForMu = ({ rate }: BeamRate, mu: number): number => rate * mu;
export const muForDose = ({ rate }: BeamRate, dose: number): number => dose / rate;

/** The independent check of every beam's monitor units (beamRate.ts), against the engine's dose at the beam's reference point. */
export function checkMonitorUnits(plan: Plan, beams: readonly CheckedBeam[]): (BeamMuCheck | UncheckedBeam)[] {
  const iecFromLps = iecFromPatient(plan.patientPosition);
  return beams.map((one) => {
    const { number: beamNumber, meterset } = one.beam;
    const tables = muTablesOf(one.machine.name);
    if (tables === undefined) return { beamNumber, unchecked: `there are no check tables for ${one.machine.name}` };
    if (iecFromLps === undefined || meterset === undefined || !(meterset > 0))
      return { beamNumber, unchecked: 'it has no monitor units' };
    return checkBeam(one, meterset, plan.fractions, tables, iecFromLps);
  });
}

function checkBeam(
  { beam, machine, dose, density }: CheckedBeam,
  meterset: number,
  fractions: number,
  tables: MuTables,
  iecFromLps: Mat4,
): BeamMuCheck | UncheckedBeam {
  const beamNumber = beam.number;
  const { at: point, isIsocenter } = referencePoint(beam, tables, iecFromLps);
  const around = sampleAtPoint(density, point, 0);
  if (around < 0.05) return { beamNumber, unchecked: 'its reference point does not lie in the patient' };
  const factors = beamRate(beam, machine, tables, density, iecFromLps, point);
  if (!(factors.rate > 0))
    return { beamNumber, unchecked: factors.remarks.join('; ') || 'no radiation reaches its point' };
  const engineDose = sampleAtPoint(dose, point, 0) / fractions;
  const checkDose = doseForMu(factors, meterset);
  const difference = 100 * (engineDose / checkDose - 1);
  const remarks = [...factors.remarks];
  const nearby = densityNear(density, point);
  if (nearby < LUNG)
    remarks.push(`there is ${nearby.toFixed(2)} g/cm³ within 3 cm: tables for water have more scatter than there is`);
  if (!isIsocenter) remarks.push('the isocenter is blocked: checked in the middle of the opening');
  const { level, why } = levelOf(beam, tables, nearby, isIsocenter, nearEdge(beam, tables, iecFromLps, point));
  if (why !== undefined) remarks.push(why);
  const size = Math.abs(difference);
  return {
    beamNumber,
    point,
    isIsocenter,
    engineDose,
    checkDose,
    checkMu: muForDose(factors, engineDose),
    difference,
    level,
    verdict: size <= level ? 'within' : size <= STOP ? 'review' : 'stop',
    factors,
    tables: tables.name,
    remarks,
  };
}

/**
 * Action levels for unlike algorithms in the patient's own geometry, after the tables of AAPM TG-114: 2.5 % for plain fields, 3 % for
 * shaped or asymmetric ones, 3.5 % with wedges or off axis, 4 % for small fields and in low density; above 5 % always to be explained.
 */
function levelOf(
  beam: Beam,
  tables: MuTables,
  density: number,
  onAxis: boolean,
  near: boolean,
): { level: number; why?: string } {
  const openings = openingsOf(beam, tables);
  const small = openings.some(({ jaws: [x1, x2, y1, y2] }) => Math.min(x2 - x1, y2 - y1) < SMALL);
  if (density < LUNG || small) return { level: 4 };
  if (near) return { level: 4, why: `an edge of the field lies within ${EDGE} mm of the point` };
  if (!onAxis || (beam.wedges ?? []).length > 0) return { level: 3.5 };
  const shaped = openings.some(
    ({ jaws: [x1, x2, y1, y2], transmitted }) =>
      Math.abs(x1 + x2) > OFF_AXIS ||
      Math.abs(y1 + y2) > OFF_AXIS ||
      [x1, x2].some((x) => [y1, y2].some((y) => transmitted(0.9 * x, 0.9 * y) < 0.5)),
  );
  return { level: shaped ? 3 : 2.5 };
}

/** The lowest density at the point and 3 cm beside it, inside the patient. */
const densityNear = (density: Volume<Float32Array>, [x, y, z]: Vec3): number =>
  Math.min(
    ...[
      [0, 0, 0],
      [30, 0, 0],
      [-30, 0, 0],
      [0, 30, 0],
      [0, -30, 0],
      [0, 0, 30],
      [0, 0, -30],
    ]
      .map(([dx, dy, dz]) => sampleAtPoint(density, [x + dx, y + dy, z + dz], 0))
      .filter((found) => found > 0.05),
  );

/** Whether less than half of the radiation reaches a place beside the point. */
const nearEdge = (beam: Beam, tables: MuTables, iecFromLps: Mat4, point: Vec3): boolean =>
  openingsOf(beam, tables).some(({ point: control, transmitted }) => {
    const plane = projectToIsocenterPlane(
      bldFromPatient(control, control.isocenter, iecFromLps),
      beam.sourceAxisDistance,
      point,
    );
    return [-EDGE, 0, EDGE].some((dx) =>
      [-EDGE, 0, EDGE].some((dy) => plane === undefined || transmitted(plane[0] + dx, plane[1] + dy) < 0.5),
    );
  });
