import { IsocenterError } from '#shared/contract/errors.ts';
import { shieldedPositions } from '#shared/dosimetry/plan/aperture/shield.ts';
import { freeName } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { bldFromPatient, iecFromPatient, projectToIsocenterPlane } from '#shared/geometry/iec.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { copied } from '../copyBeam.ts';
import { beamByNumber, editPlan, nextBeamNumber, openedPlan } from '../plans.ts';
import { assertStatic } from './keptBeams.ts';

/** Shielding leaves go past the outermost voxel by this, mm. */
const MARGIN = 2;

/**
 * Splits a field in field: a subfield with the beam's place, aperture and accessories takes a share of its weight, and its aperture is from then
 * on its own. With a level it shields where the dose shown is above (per cent of the prescribed dose).
 */
export const splitField: Command<[beamNumber: number, share: number, shieldAbove?: number]> = {
  name: 'splitField',
  label: 'Field in field',
  undo: 'Undo takes the subfield away and gives the field its weight back.',
  perform: (beamNumber, share, shieldAbove) => {
    const source = beamByNumber(openedPlan(), beamNumber);
    if (!(share > 0 && share < 1))
      throw new IsocenterError('USAGE', 'the subfield takes more than 0 and less than all of the weight', {
        object: source.name,
      });
    const number = nextBeamNumber(openedPlan());
    const { dose, doseStale } = openedDocument();
    editPlan(`Field in field of ${source.name}`, (plan) => {
      assertStatic(source);
      const { weight } = beamNote(source);
      const whole = round(weight * (1 - share));
      const beams = plan.beams.map((beam) =>
        beam === source ? withUnits(withNote(beam, { ...beamNote(beam), weight: whole }), beam, 1 - share) : beam,
      );
      const copy = copied(source, plan);
      const named = { ...copy, name: freeName(`${source.name}_SF`.slice(0, 16), plan.beams) };
      const sub = withUnits(withNote(named, { weight: round(weight * share) }), source, share);
      const shielded = shieldAbove === undefined ? sub : shield(sub, plan, dose, doseStale, shieldAbove);
      return { ...plan, beams: [...beams, shielded] };
    });
    selectBeam(number);
  },
};

const round = (weight: number): number => Math.round(weight * 1000) / 1000;

/** In a plan without normalisation the units are what is shared. */
function withUnits(beam: Beam, source: Beam, share: number): Beam {
  return source.meterset === undefined
    ? beam
    : { ...beam, meterset: Math.round(source.meterset * share * 1000) / 1000 };
}

function shield(beam: Beam, plan: Plan, dose: DoseVolume | undefined, stale: string | undefined, level: number): Beam {
  const refuse = (message: string): IsocenterError => new IsocenterError('USAGE', message, { object: beam.name });
  if (dose === undefined || plan.prescription === undefined)
    throw refuse('there is no dose to shield from: compute it first');
  if (stale !== undefined) throw refuse(`the dose is of before: ${stale}`);
  const gray = (plan.prescription.dose * level) / 100;
  const [point] = beam.controlPoints;
  const points = pointsAbove(dose, gray, beam, plan);
  if (points.length === 0) throw refuse(`the dose is nowhere above ${level} % (${gray.toFixed(2)} Gy)`);
  const gap = machineByName(beam.machine).mlc?.minimumGap ?? 0;
  const positions = shieldedPositions(beam, point, points, MARGIN, gap);
  if (positions === undefined) throw refuse(`no leaf of this beam sees a dose above ${level} %`);
  return { ...beam, controlPoints: beam.controlPoints.map((one) => ({ ...one, positions })) };
}

/** Voxels above a dose, seen from the source on the isocenter plane. */
function pointsAbove(dose: DoseVolume, gray: number, beam: Beam, plan: Plan): number[] {
  const iecFromLps = iecFromPatient(plan.patientPosition);
  const [point] = beam.controlPoints;
  const bld = bldFromPatient(point, point.isocenter, iecFromLps);
  const [nx, ny] = dose.dims;
  const points: number[] = [];
  for (let v = 0; v < dose.data.length; v++) {
    if (!(dose.data[v] > gray)) continue;
    const at = indexToPatient(dose, [v % nx, Math.floor(v / nx) % ny, Math.floor(v / (nx * ny))]);
    const seen = projectToIsocenterPlane(bld, beam.sourceAxisDistance, at);
    if (seen !== undefined) points.push(...seen);
  }
  return points;
}
