import { IsocenterError } from '../../../contract/errors.ts';
import type { Beam, ControlPoint } from '../../../model/plan.ts';
import type { Machine } from '../../machine/machine.ts';
import type { FittedAperture } from '../aperture/aperture.ts';
import { angleReason } from '../beamLimits.ts';

/** An arc of the gantry, IEC 61217 degrees. */
export interface ArcSpan {
  readonly start: number;
  readonly stop: number;
  /** CW: rising gantry angles. */
  readonly direction: 'CW' | 'CC';
  /** Largest angle between control points. */
  readonly spacing: number;
}

/** Where a linac's gantry stops for its cables unless the machine says: straight below the patient. */
export const USUAL_STOP = 180;

/** Angles differ by less than this where they are the same, degrees. */
const SAME = 1e-3;

const turn = (degrees: number): number => ((degrees % 360) + 360) % 360;

/** Degrees that the gantry turns by, above 0; a whole turn where it stops where it started. */
export function arcLength({ start, stop, direction }: Pick<ArcSpan, 'start' | 'stop' | 'direction'>): number {
  const clockwise = turn(stop - start);
  const length = direction === 'CW' ? clockwise : turn(-clockwise);
  return length < SAME ? 360 : length;
}

/** Gantry angles of the control points: evenly from start to stop, no further apart than the spacing. */
export function arcAngles(span: ArcSpan): number[] {
  const length = arcLength(span);
  const steps = Math.max(1, Math.ceil(length / span.spacing - 1e-9));
  const sign = span.direction === 'CW' ? 1 : -1;
  return Array.from({ length: steps + 1 }, (_, n) =>
    n === steps ? turn(span.stop) : Math.round(turn(span.start + (sign * length * n) / steps) * 1e4) / 1e4,
  );
}

/**
 * A conformal arc: the beam with a control point every few degrees, each with the aperture that `fit` gives for its gantry angle, monitor units
 * spread evenly over the angle. What the fits could not do is named once each.
 * @throws IsocenterError INVALID_ATTRIBUTE for no spacing or less than 1°, MACHINE where the gantry would have to go where it cannot, or
 * past its stop.
 */
export function conformalArc(
  beam: Beam,
  span: ArcSpan,
  machine: Machine,
  fit: (gantry: number) => FittedAperture,
): { beam: Beam; warnings: readonly string[] } {
  const refuse = (code: 'MACHINE' | 'INVALID_ATTRIBUTE', message: string): IsocenterError =>
    new IsocenterError(code, message, { object: `Beam ${beam.number} (${beam.name})`, attribute: 'GantryAngle' });
  if (!(span.spacing >= 1)) throw refuse('INVALID_ATTRIBUTE', 'control points of an arc stand 1° apart or more');
  for (const angle of [span.start, span.stop]) {
    const reason = angleReason('gantry', angle, machine);
    if (reason !== undefined) throw refuse('MACHINE', reason);
  }
  const stop = machine.limits.gantryStop ?? USUAL_STOP;
  if (passesStop(span, stop))
    throw refuse('MACHINE', `the gantry cannot pass ${stop}° from ${span.start}° to ${span.stop}° ${span.direction}`);
  const angles = arcAngles(span);
  const warnings = new Set<string>();
  const [like] = beam.controlPoints;
  const points = angles.map((gantry, n): ControlPoint => {
    const fitted = fit(gantry);
    for (const warning of fitted.warnings) warnings.add(warning);
    return {
      ...like,
      gantry,
      gantryDirection: n === angles.length - 1 ? 'NONE' : span.direction,
      metersetWeight: n / (angles.length - 1),
      positions: fitted.positions,
    };
  });
  return {
    beam: { ...beam, type: 'DYNAMIC', controlPoints: points, finalMetersetWeight: 1 },
    warnings: [...warnings].map((warning) => `Beam ${beam.number} (${beam.name}): ${warning}`),
  };
}

/** Whether the gantry would pass its stop; it may start or end there. */
export function passesStop(span: Omit<ArcSpan, 'spacing'>, stop: number): boolean {
  const length = arcLength(span);
  const toStop = span.direction === 'CW' ? turn(stop - span.start) : turn(span.start - stop);
  return toStop > SAME && toStop < length - SAME;
}

/** The span of a beam that sweeps one arc evenly with the rest at rest, as conformalArc makes them; undefined for any other beam. */
export function arcOf({ controlPoints }: Pick<Beam, 'controlPoints'>): ArcSpan | undefined {
  const first = controlPoints[0];
  const last = controlPoints[controlPoints.length - 1];
  const direction = first.gantryDirection;
  if (controlPoints.length < 2 || direction === 'NONE') return undefined;
  const resting = controlPoints.every(
    (point, n) =>
      point.collimator === first.collimator &&
      point.couch === first.couch &&
      (n === controlPoints.length - 1 || point.gantryDirection === direction),
  );
  const span = { start: first.gantry, stop: last.gantry, direction };
  const spacing = arcLength(span) / (controlPoints.length - 1);
  const even = arcAngles({ ...span, spacing }).every(
    (angle, n) => Math.abs(turn(angle - controlPoints[n].gantry + 180) - 180) < 0.01,
  );
  return resting && even ? { ...span, spacing } : undefined;
}
