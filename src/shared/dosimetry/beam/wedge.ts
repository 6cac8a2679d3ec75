import { IsocenterError } from '../../contract/errors.ts';
import type { Wedge } from '../../model/accessories.ts';
import type { Beam } from '../../model/plan.ts';
import { beamQualityOf, transmittedFluence } from '../machine/beamQuality.ts';
import type { Machine } from '../machine/machine.ts';
import { radialAt } from './radial.ts';
import type { BeamSegment } from './segments.ts';

/** Physical wedges in a ray, by where it crosses the isocenter plane (BLD mm). */
export interface WedgeFilter {
  /** g/cm² of water that filters the spectrum as much. */
  readonly depthAt: (x: number, y: number) => number;
  /** Share of the photons that pass. */
  readonly throughAt: (x: number, y: number) => number;
}

/** g/cm² between nodes of the transmission table, and how many: more than the thickest wedge. */
const [STEP, NODES] = [0.25, 161];
/** Nominal angles are whole degrees in a plan. */
const ANGLE_TOLERANCE = 0.5;
const JAWS = ['X', 'Y', 'ASYMX', 'ASYMY'] as const;

/**
 * The wedges that are in during a segment; undefined for none. Orientation 0 has the thin end at +Y of the collimator, 90 at −X
 * (IEC 61217, model Wedge).
 * @throws IsocenterError MACHINE or DOSE naming beam and attribute for a wedge that the machine does not have or that cannot be placed.
 */
export function wedgesIn(beam: Beam, segment: BeamSegment, machine: Machine): WedgeFilter | undefined {
  const placed = (beam.wedges ?? [])
    .filter(({ number }) => segment.wedges?.includes(number))
    .flatMap((wedge) => placedWedge(beam, wedge, machine));
  if (placed.length === 0) return undefined;
  const quality = beamQualityOf(machine);
  const through = Float64Array.from({ length: NODES }, (_, n) => Math.log(transmittedFluence(quality, n * STEP)));
  const depthAt = (x: number, y: number): number =>
    placed.reduce((sum, { profile, cos, sin }) => sum + radialAt(profile, y * cos - x * sin), 0);
  const throughAt = (x: number, y: number): number => {
    const position = depthAt(x, y) / STEP;
    const n = Math.min(NODES - 2, Math.floor(position));
    return Math.exp(through[n] + (position - n) * (through[n + 1] - through[n]));
  };
  return { depthAt, throughAt };
}

/** Throws what wedgesIn would for any of the beam's wedges that is in at some time. */
export function checkWedges(beam: Beam, machine: Machine): void {
  for (const wedge of beam.wedges ?? [])
    if (beam.controlPoints.some(({ wedgePositions }) => wedgePositions?.[wedge.number] !== 'OUT'))
      placedWedge(beam, wedge, machine);
}

interface PlacedWedge {
  readonly profile: Machine['wedges'][number]['profile'];
  readonly cos: number;
  readonly sin: number;
}

/** None for a dynamic wedge, which is the jaw that moves in the beam's control points. */
function placedWedge(beam: Beam, wedge: Wedge, machine: Machine): PlacedWedge[] {
  const refuse = (code: 'MACHINE' | 'DOSE', message: string, attribute: string): IsocenterError =>
    new IsocenterError(code, message, { object: `Beam ${beam.number} (${beam.name})`, attribute });
  const name = wedge.id ?? `number ${wedge.number}`;
  if (beam.controlPoints.some(({ wedgePositions }) => wedgePositions?.[wedge.number] === undefined))
    throw refuse('DOSE', `it is not stated whether wedge ${name} is in`, 'WedgePositionSequence');
  if (wedge.type === 'DYNAMIC') {
    if (jawsMove(beam)) return [];
    throw refuse('DOSE', `the control points do not say how the jaw of dynamic wedge ${name} moves`, 'WedgeType');
  }
  const known = machine.wedges.find(({ id }) => id === wedge.id);
  if (known === undefined) {
    const others = machine.wedges.map(({ id }) => id).join(', ');
    throw refuse('MACHINE', `${machine.name} has no wedge ${name} (it has: ${others || 'none'})`, 'WedgeID');
  }
  if (wedge.angle !== undefined && Math.abs(wedge.angle - known.angle) > ANGLE_TOLERANCE)
    throw refuse('MACHINE', `wedge ${name} of ${machine.name} has ${known.angle}°, not ${wedge.angle}°`, 'WedgeAngle');
  if (wedge.orientation === undefined)
    throw refuse('DOSE', `the orientation of wedge ${name} is not stated`, 'WedgeOrientation');
  const turn = (wedge.orientation * Math.PI) / 180;
  return [{ profile: known.profile, cos: Math.cos(turn), sin: Math.sin(turn) }];
}

function jawsMove({ controlPoints }: Beam): boolean {
  const [{ positions: first }] = controlPoints;
  return controlPoints.some(({ positions }) =>
    JAWS.some((jaw) => positions[jaw]?.some((position, side) => position !== first[jaw]?.[side])),
  );
}
