import { iecFromPatient } from '../../geometry/iec.ts';
import { sampleAtPoint, type Volume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { Contour } from '../../model/structures.ts';
import type { Machine } from '../machine/machine.ts';
import { beamRate, type BeamRate } from './beamRate.ts';
import { compositePoint, REACH } from './compositePoint.ts';
import { inPatient, lowDensityRemark, LUNG, withNeighbours } from './surroundings.ts';
import { muTablesOf } from './tables.ts';
import { type MuVerdict, verdictOf } from './verdict.ts';

/** Up to here nothing needs explaining, %. */
const LEVEL = 4;
/** Change of dose within 5 mm from which a point is a poor one, relative. */
const STEEP = 0.1;

export interface MeteredBeam {
  /** With its meterset. */
  readonly beam: Beam;
  readonly machine: Machine;
  /** g/cm³, as the beam saw it. */
  readonly density: Volume<Float32Array>;
}

/** The monitor units of all beams of a modulated plan checked together. Doses in Gy of one fraction, means of seven places. */
export interface CompositeMuCheck {
  /** LPS mm. */
  readonly point: Vec3;
  /** The point and what lies 5 mm beside it along the axes. */
  readonly places: readonly Vec3[];
  readonly engineDose: number;
  readonly checkDose: number;
  /** (engine − check) / check, %. */
  readonly difference: number;
  /** Difference up to which nothing needs explaining, %. */
  readonly level: number;
  readonly verdict: MuVerdict;
  readonly remarks: readonly string[];
  /** What each beam gives, in their order; `rate` is the mean of the places, the factors are those of the point. */
  readonly beams: readonly {
    readonly beamNumber: number;
    readonly checkDose: number;
    readonly factors: BeamRate;
    readonly tables: string;
  }[];
}

/** Why a plan could not be checked as a whole. */
export interface UncheckedPlan {
  readonly unchecked: string;
}

/**
 * The dose of all beams together, by factors (beamRate.ts), against the engine's, at a place of even dose in the target. Single beams of a
 * modulated plan have penumbrae everywhere, which tables know less well than engines; in the sum, averaged over what a small chamber would
 * see, they weigh little: what was measured on plans of the phantoms is in docs/DOSIMETRY.md, and the level is this program's own from it.
 * @param dose of the plan, Gy of all fractions
 * @param target the contours of the prescription's target; the region of high dose where none is known
 */
export function checkComposite(
  plan: Plan,
  metered: readonly MeteredBeam[],
  dose: Volume<Float32Array>,
  target: readonly Contour[] | undefined,
): CompositeMuCheck | UncheckedPlan {
  const iecFromLps = iecFromPatient(plan.patientPosition);
  if (iecFromLps === undefined) return { unchecked: `patient position “${plan.patientPosition}” is not supported` };
  if (metered.length === 0 || metered.some(({ beam: { meterset = 0 } }) => !(meterset > 0)))
    return { unchecked: 'not every beam has monitor units' };
  const [{ density }] = metered;
  const place = compositePoint(dose, density, target);
  if (place === undefined) return { unchecked: 'the dose has no voxel in the target' };
  const places = withNeighbours(place.at, REACH).filter((at) => metered.every((one) => inPatient(one.density, at)));
  if (places.length === 0) return { unchecked: 'no place of even dose in the target lies in the patient' };
  const remarks = new Set<string>();
  if (place.nearby < LUNG) remarks.add(lowDensityRemark(place.nearby));
  if (place.gradient > STEEP)
    remarks.add(`no place in the target has an even dose: within ${REACH} mm it changes by ${percent(place.gradient)}`);
  const beams: CompositeMuCheck['beams'][number][] = [];
  for (const { beam, machine, density: seen } of metered) {
    const tables = muTablesOf(machine.name);
    if (tables === undefined) return { unchecked: `there are no check tables for ${machine.name}` };
    const rates = places.map((at) => beamRate(beam, machine, tables, seen, iecFromLps, at));
    const [factors] = rates;
    for (const text of new Set(rates.flatMap((one) => one.remarks))) remarks.add(`Beam ${beam.number}: ${text}`);
    const rate = rates.reduce((sum, one) => sum + one.rate, 0) / rates.length;
    if (Number.isNaN(rate)) return { unchecked: [...remarks].join('; ') };
    beams.push({
      beamNumber: beam.number,
      checkDose: rate * (beam.meterset ?? 0),
      factors: { ...factors, rate },
      tables: tables.name,
    });
  }
  const checkDose = beams.reduce((sum, one) => sum + one.checkDose, 0);
  if (!(checkDose > 0)) return { unchecked: 'by factors no dose reaches the target' };
  const engineDose = meanAt(dose, places) / plan.fractions;
  const difference = 100 * (engineDose / checkDose - 1);
  return {
    point: place.at,
    places,
    engineDose,
    checkDose,
    difference,
    level: LEVEL,
    verdict: verdictOf(difference, LEVEL, remarks.size > 0),
    remarks: [...remarks],
    beams,
  };
}

/** Mean of a volume over places. */
export const meanAt = (dose: Volume<Float32Array>, places: readonly Vec3[]): number =>
  places.reduce((sum, at) => sum + sampleAtPoint(dose, at, 0), 0) / places.length;

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
