import { IsocenterError } from '../../contract/errors.ts';
import type { BeamAngles } from '../../geometry/iec.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam, ControlPoint } from '../../model/plan.ts';

/** One aperture: device positions and the share of the beam's meterset delivered through it. */
export interface Aperture {
  readonly weight: number;
  readonly positions: ControlPoint['positions'];
}

/** All apertures delivered from one direction. */
export interface BeamSegment {
  readonly angles: BeamAngles;
  readonly isocenter: Vec3;
  readonly apertures: readonly Aperture[];
  /** Numbers of the beam's wedges that are in; absent for none. */
  readonly wedges?: readonly number[];
}

/** A moving aperture is sampled so that no leaf or jaw travels further than this between samples (mm). */
const SAMPLE_TRAVEL = 2;
/** Nothing turns further (degrees) than this within a segment: an interval that does is cut into equal steps. */
const LARGEST_TURN = 4;

/**
 * What a beam delivers, control-point interval by control-point interval: static beams and step-and-shoot give one segment with one
 * aperture per interval, sliding windows are sampled along their leaf travel, arcs give a segment per interval at its middle angle, or
 * several where an interval turns by more than 4° (a conformal arc may have two control points only).
 * @throws IsocenterError INVALID_ATTRIBUTE when the meterset weights do not rise to the final one or the isocenter moves under radiation.
 */
export function segmentsOf(beam: Beam): BeamSegment[] {
  const place = { object: `Beam ${beam.number} (${beam.name})`, attribute: 'CumulativeMetersetWeight' };
  const points = beam.controlPoints;
  if (points.length < 2 || !(beam.finalMetersetWeight > 0))
    throw new IsocenterError(
      'INVALID_ATTRIBUTE',
      'needs two control points and a final meterset weight above 0',
      place,
    );
  const segments = new Map<string, BeamSegment & { readonly apertures: Aperture[] }>();
  let delivered = 0;
  for (let n = 0; n + 1 < points.length; n++) {
    const [from, to] = [points[n], points[n + 1]];
    const weight = (to.metersetWeight - from.metersetWeight) / beam.finalMetersetWeight;
    if (!(weight >= 0)) throw new IsocenterError('INVALID_ATTRIBUTE', 'meterset weights must not fall', place);
    if (weight === 0) continue;
    delivered += weight;
    if (from.isocenter.some((value, axis) => value !== to.isocenter[axis]))
      throw new IsocenterError('INVALID_ATTRIBUTE', 'the isocenter moves while the beam is on', {
        ...place,
        attribute: 'IsocenterPosition',
      });
    const turns = {
      gantry: turnOf(from.gantry, to.gantry, from.gantryDirection),
      collimator: turnOf(from.collimator, to.collimator, 'NONE'),
      couch: turnOf(from.couch, to.couch, 'NONE'),
    };
    const wedges = wedgesIn(from);
    const steps = Math.max(1, ...Object.values(turns).map((turn) => Math.ceil(Math.abs(turn) / LARGEST_TURN - 1e-6)));
    for (let step = 0; step < steps; step++) {
      const middle = (step + 0.5) / steps;
      const angles: BeamAngles = {
        gantry: turned(from.gantry, turns.gantry * middle),
        collimator: turned(from.collimator, turns.collimator * middle),
        couch: turned(from.couch, turns.couch * middle),
      };
      const key = JSON.stringify([angles, from.isocenter, wedges]);
      const segment = segments.get(key) ?? { angles, isocenter: from.isocenter, apertures: [], ...wedges };
      segment.apertures.push(...apertures(from, to, weight / steps, step / steps, (step + 1) / steps));
      segments.set(key, segment);
    }
  }
  if (Math.abs(delivered - 1) > 1e-4)
    throw new IsocenterError(
      'INVALID_ATTRIBUTE',
      `control points deliver ${delivered} of the final meterset weight`,
      place,
    );
  return [...segments.values()];
}

/** A wedge stands where a control point puts it until the next one says otherwise. */
function wedgesIn({ wedgePositions = {} }: ControlPoint): Pick<BeamSegment, 'wedges'> {
  const numbers = Object.keys(wedgePositions).map(Number);
  const wedges = numbers.filter((number) => wedgePositions[number] === 'IN');
  return wedges.length === 0 ? {} : { wedges };
}

/** Degrees from one angle to another in the stated sense of rotation, or the short way; clockwise is positive. */
function turnOf(from: number, to: number, direction: ControlPoint['gantryDirection']): number {
  const clockwise = (((to - from) % 360) + 360) % 360;
  if (clockwise === 0) return 0;
  return direction === 'CW' || (direction === 'NONE' && clockwise <= 180) ? clockwise : clockwise - 360;
}

const turned = (angle: number, by: number): number => (by === 0 ? angle : (((angle + by) % 360) + 360) % 360);

/** Samples of what moves between two control points, of the part from `begin` to `end` (0 … 1) of the way. */
function apertures(from: ControlPoint, to: ControlPoint, weight: number, begin: number, end: number): Aperture[] {
  const devices = Object.keys(from.positions) as (keyof ControlPoint['positions'])[];
  let travel = 0;
  for (const device of devices)
    from.positions[device]?.forEach((start, n) => {
      travel = Math.max(travel, Math.abs((to.positions[device]?.[n] ?? start) - start));
    });
  const samples = Math.max(1, Math.ceil((travel * (end - begin)) / SAMPLE_TRAVEL));
  return Array.from({ length: samples }, (_, sample) => {
    const t = travel === 0 ? 0 : begin + ((sample + 0.5) / samples) * (end - begin);
    const positions: Partial<Record<keyof ControlPoint['positions'], readonly number[]>> = {};
    for (const device of devices)
      positions[device] = from.positions[device]?.map(
        (start, n) => start + t * ((to.positions[device]?.[n] ?? start) - start),
      );
    return { weight: weight / samples, positions };
  });
}
