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

/**
 * What a beam delivers, control-point interval by control-point interval: static beams and step-and-shoot give one segment with one
 * aperture per interval, sliding windows are sampled along their leaf travel, arcs give a segment per interval at its middle angle.
 * @throws IsocenterError INVALID_ATTRIBUTE when the meterset weights do not rise to the final one.
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
    const angles: BeamAngles = {
      gantry: middleAngle(from.gantry, to.gantry, from.gantryDirection),
      collimator: middleAngle(from.collimator, to.collimator, 'NONE'),
      couch: middleAngle(from.couch, to.couch, 'NONE'),
    };
    const wedges = wedgesIn(from);
    const key = JSON.stringify([angles, from.isocenter, wedges]);
    const segment = segments.get(key) ?? { angles, isocenter: from.isocenter, apertures: [], ...wedges };
    segment.apertures.push(...apertures(from, to, weight));
    segments.set(key, segment);
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

/** Half way from one angle to another in the stated sense of rotation, or the short way. */
function middleAngle(from: number, to: number, direction: ControlPoint['gantryDirection']): number {
  const clockwise = (((to - from) % 360) + 360) % 360;
  const turn = direction === 'CW' || (direction === 'NONE' && clockwise <= 180) ? clockwise : clockwise - 360;
  return clockwise === 0 ? from : (((from + turn / 2) % 360) + 360) % 360;
}

function apertures(from: ControlPoint, to: ControlPoint, weight: number): Aperture[] {
  const devices = Object.keys(from.positions) as (keyof ControlPoint['positions'])[];
  let travel = 0;
  for (const device of devices)
    from.positions[device]?.forEach((start, n) => {
      travel = Math.max(travel, Math.abs((to.positions[device]?.[n] ?? start) - start));
    });
  const samples = Math.max(1, Math.ceil(travel / SAMPLE_TRAVEL));
  return Array.from({ length: samples }, (_, sample) => {
    const t = travel === 0 ? 0 : (sample + 0.5) / samples;
    const positions: Partial<Record<keyof ControlPoint['positions'], readonly number[]>> = {};
    for (const device of devices)
      positions[device] = from.positions[device]?.map(
        (start, n) => start + t * ((to.positions[device]?.[n] ?? start) - start),
      );
    return { weight: weight / samples, positions };
  });
}
