import type { Mat4 } from '../../geometry/affine.ts';
import { bldFromPatient, iecFromPatient, projectToIsocenterPlane } from '../../geometry/iec.ts';
import { sampleAtPoint, type Volume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { Contour } from '../../model/structures.ts';
import { isModulated } from '../beam/modulated.ts';
import { beamRate, type BeamRate } from './beamRate.ts';
import { checkComposite, type CompositeMuCheck, meanAt, type MeteredBeam } from './compositeCheck.ts';
import { openingsOf } from './opening.ts';
import { referencePoint } from './referencePoint.ts';
import { densityNear, inPatient, lowDensityRemark, LUNG } from './surroundings.ts';
import { type MuTables, muTablesOf } from './tables.ts';
import { type MuVerdict, verdictOf } from './verdict.ts';

/** Sides of fields that count as small, mm, and distances from edge and axis that make a point a poor one. */
const SMALL = 40;
const EDGE = 10;
const OFF_AXIS = 20;
/** Of the plan's dose by which a modulated beam may differ without a word, %: twice what was seen. */
const CANCELLING = 5;

/**
 * A beam's monitor units checked by factors, at one point. Doses in Gy of one fraction. Of a modulated beam they are its part of what all
 * beams give at the point of the composite check, by which it is judged.
 */
export interface BeamMuCheck {
  readonly beamNumber: number;
  /** LPS mm. */
  readonly point: Vec3;
  readonly isIsocenter: boolean;
  readonly engineDose: number;
  readonly checkDose: number;
  /** MU that the check asks for to give the engine's dose. */
  readonly checkMu: number;
  /** (engine − check) / check, %; of a modulated beam as a share of the check's dose of all beams. */
  readonly difference: number;
  /** Difference up to which nothing needs explaining, %. */
  readonly level: number;
  readonly verdict: MuVerdict;
  readonly factors: BeamRate;
  readonly tables: string;
  readonly remarks: readonly string[];
  /** By which modulated beams are judged, the same for all of them. */
  readonly composite?: CompositeMuCheck;
}

/** A beam that was not checked, and why. */
export interface UncheckedBeam {
  readonly beamNumber: number;
  readonly unchecked: string;
}

export interface CheckedBeam extends MeteredBeam {
  /** Gy of all fractions, from the engine. */
  readonly dose: Volume<Float32Array>;
}

/** What the beams give together, for the composite check of modulated ones. */
export interface CheckedSum {
  /** Gy of all fractions. */
  readonly dose: Volume<Float32Array>;
  /** Contours of the prescription's target, where it is known. */
  readonly target: readonly Contour[] | undefined;
}

/** Gy that `mu` monitor units give at the point of a rate, and the reverse. */
export const doseForMu = ({ rate }: BeamRate, mu: number): number => rate * mu;
export const muForDose = ({ rate }: BeamRate, dose: number): number => dose / rate;

/**
 * The independent check of every beam's monitor units (beamRate.ts): against the engine's dose at the beam's reference point, or where beams
 * are modulated in the sum of all beams (compositeCheck.ts).
 */
export function checkMonitorUnits(
  plan: Plan,
  beams: readonly CheckedBeam[],
  sum: CheckedSum,
): (BeamMuCheck | UncheckedBeam)[] {
  const iecFromLps = iecFromPatient(plan.patientPosition);
  const composite = beams.some(({ beam }) => isModulated(beam))
    ? checkComposite(plan, beams, sum.dose, sum.target)
    : undefined;
  return beams.map((one) => {
    const { number: beamNumber, meterset } = one.beam;
    const tables = muTablesOf(one.machine.name);
    if (tables === undefined) return { beamNumber, unchecked: `there are no check tables for ${one.machine.name}` };
    if (iecFromLps === undefined || meterset === undefined || !(meterset > 0))
      return { beamNumber, unchecked: 'it has no monitor units' };
    if (composite === undefined || !isModulated(one.beam))
      return checkBeam(one, meterset, plan.fractions, tables, iecFromLps);
    return 'unchecked' in composite
      ? { beamNumber, unchecked: composite.unchecked }
      : partOf(composite, one, meterset, plan.fractions);
  });
}

/** What a modulated beam has of the composite check. */
function partOf(
  composite: CompositeMuCheck,
  { beam, dose }: CheckedBeam,
  meterset: number,
  fractions: number,
): BeamMuCheck {
  const { point, beams, level, remarks } = composite;
  const { checkDose, factors, tables } = beams.find(({ beamNumber }) => beamNumber === beam.number)!;
  const engineDose = meanAt(dose, composite.places) / fractions;
  const difference = (100 * (engineDose - checkDose)) / composite.checkDose;
  return {
    beamNumber: beam.number,
    point,
    isIsocenter: false,
    engineDose,
    checkDose,
    checkMu: (meterset * composite.engineDose) / composite.checkDose,
    difference,
    level,
    // Beams that are wrong against each other cancel in the sum.
    verdict: composite.verdict === 'within' && Math.abs(difference) > CANCELLING ? 'review' : composite.verdict,
    factors,
    tables,
    remarks,
    composite,
  };
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
  if (!inPatient(density, point)) return { beamNumber, unchecked: 'its reference point does not lie in the patient' };
  const factors = beamRate(beam, machine, tables, density, iecFromLps, point);
  if (!(factors.rate > 0))
    return { beamNumber, unchecked: factors.remarks.join('; ') || 'no radiation reaches its point' };
  const engineDose = sampleAtPoint(dose, point, 0) / fractions;
  const checkDose = doseForMu(factors, meterset);
  const difference = 100 * (engineDose / checkDose - 1);
  const remarks = [...factors.remarks];
  const nearby = densityNear(density, point);
  if (nearby < LUNG) remarks.push(lowDensityRemark(nearby));
  if (!isIsocenter) remarks.push('the isocenter is blocked: checked in the middle of the opening');
  const near = nearEdge(beam, tables, iecFromLps, point);
  if (near) remarks.push(`an edge of the field lies within ${EDGE} mm of the point`);
  const level = levelOf(beam, tables, nearby, isIsocenter, near);
  const poor = nearby < LUNG || near || factors.remarks.length > 0;
  return {
    beamNumber,
    point,
    isIsocenter,
    engineDose,
    checkDose,
    checkMu: muForDose(factors, engineDose),
    difference,
    level,
    verdict: verdictOf(difference, level, poor),
    factors,
    tables: tables.name,
    remarks,
  };
}

/**
 * Action levels for unlike algorithms in the patient's own geometry, after the tables of AAPM TG-114: 2.5 % for plain fields, 3 % for
 * shaped or asymmetric ones, 3.5 % with wedges or off axis, 4 % for small fields, near edges and in low density; above 5 % always to be
 * explained (verdict.ts).
 */
function levelOf(beam: Beam, tables: MuTables, density: number, onAxis: boolean, near: boolean): number {
  const openings = openingsOf(beam, tables);
  const small = openings.some(({ jaws: [x1, x2, y1, y2] }) => Math.min(x2 - x1, y2 - y1) < SMALL);
  if (density < LUNG || small || near) return 4;
  if (!onAxis || (beam.wedges ?? []).length > 0) return 3.5;
  const shaped = openings.some(
    ({ jaws: [x1, x2, y1, y2], transmitted }) =>
      Math.abs(x1 + x2) > OFF_AXIS ||
      Math.abs(y1 + y2) > OFF_AXIS ||
      [x1, x2].some((x) => [y1, y2].some((y) => transmitted(0.9 * x, 0.9 * y) < 0.5)),
  );
  return shaped ? 3 : 2.5;
}

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
