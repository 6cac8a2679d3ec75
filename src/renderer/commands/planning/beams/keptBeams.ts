import { IsocenterError } from '#shared/contract/errors.ts';
import { isModulated } from '#shared/dosimetry/beam/modulated.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { type ArcSpan, arcOf } from '#shared/dosimetry/plan/arrange/conformalArc.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';

const MODULATED =
  'its apertures are modulated (IMRT, VMAT) and belong to these angles and this isocenter: it can be kept or deleted, not changed; optimise anew instead';
const MOVES = 'moves while it irradiates: it can be kept or deleted, not changed';
const FITTED = 'moves while it irradiates, fitted to the target at every angle: make it one direction again first';

/** The arc of a beam whose apertures follow the target; it can be made anew from elsewhere. Undefined for any other beam. */
export const fittedArc = (beam: Beam): ArcSpan | undefined =>
  beamNote(beam).margin === undefined ? undefined : arcOf(beam);

interface Reasons {
  readonly kept: string | undefined;
  readonly still: string | undefined;
}

/** A page asks this of every cell, and arcs have thousands of leaf positions. */
const known = new WeakMap<Beam, Reasons>();

function reasonsOf(beam: Beam): Reasons {
  const before = known.get(beam);
  if (before !== undefined) return before;
  const reasons = findReasons(beam);
  known.set(beam, reasons);
  return reasons;
}

function findReasons(beam: Beam): Reasons {
  if (isStill(beam)) return { kept: undefined, still: undefined };
  if (fittedArc(beam) !== undefined) return { kept: undefined, still: FITTED };
  const reason = isModulated(beam) ? MODULATED : MOVES;
  return { kept: reason, still: reason };
}

/** Whether control points differ in no more than when they are reached and how fast. */
function isStill({ controlPoints }: Beam): boolean {
  const rest = ({ metersetWeight: _weight, doseRate: _rate, ...others }: ControlPoint): string =>
    JSON.stringify(others);
  const first = rest(controlPoints[0]);
  return controlPoints.every((point) => rest(point) === first);
}

/**
 * Why a beam is not turned, moved or fitted anew: its control points differ and no rule says how to make them elsewhere, so that it would
 * become another beam. Undefined for one that stands still and for an arc that is fitted to the target.
 */
export const keptReason = (beam: Beam): string | undefined => reasonsOf(beam).kept;

/** Why nothing is done to a beam that is made for one direction and one aperture: jaws by hand, a wedge, a block. Undefined for one that stands still. */
export const stillReason = (beam: Beam): string | undefined => reasonsOf(beam).still;

/** @throws IsocenterError UNSUPPORTED_OBJECT with `stillReason`. */
export const assertStatic = (beam: Beam): void => refuse(beam, stillReason(beam));

/** @throws IsocenterError UNSUPPORTED_OBJECT with `keptReason`. */
export const assertMovable = (beam: Beam): void => refuse(beam, keptReason(beam));

function refuse({ number, name }: Beam, reason: string | undefined): void {
  if (reason === undefined) return;
  throw new IsocenterError('UNSUPPORTED_OBJECT', reason, {
    object: `Beam ${number} (${name})`,
    attribute: 'ControlPointSequence',
  });
}
