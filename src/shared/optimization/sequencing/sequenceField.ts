import { IsocenterError } from '../../contract/errors.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import type { Beam } from '../../model/plan.ts';
import { type Field, fieldOf, leavesOf, widestField } from './field.ts';
import { leafProfiles } from './leafProfiles.ts';
import { type SegmentRules, segmentsOfField } from './segments.ts';
import { PLANNED_SPEED, slidingWindow } from './slidingWindow.ts';
import { splitField } from './splitField.ts';

interface StepAndShoot extends SegmentRules {
  readonly method: 'step-and-shoot';
  /** Least open area of a segment, cm² (segmentArea.ts): small ones are opened, and kept so, when apertures are optimised. */
  readonly minimumArea: number;
}

interface SlidingWindowMethod {
  readonly method: 'sliding-window';
  readonly controlPoints: number;
  /** Keeps fluence out of tongue and groove, for more MU. */
  readonly synchronised: boolean;
}

export type SequencingMethod = StepAndShoot | SlidingWindowMethod;

/** A field and what is delivered through it, one after the other. */
export interface SequencedField {
  /** Its number, name, angles, isocenter and machine. */
  readonly like: Beam;
  readonly field: Field;
  /** Leaves move from shape to shape under radiation, or stand. */
  readonly moving: boolean;
  /** Stated positions of all leaves, mm, in DICOM's order. */
  readonly shapes: readonly Float64Array[];
  /** MU of each shape; of moving leaves, between each shape and the next. */
  readonly mu: Float64Array;
  /** MU/min. */
  readonly doseRate: number;
  /** MU that moving leaves have the time for between two shapes; 0 for standing ones. */
  readonly leastMu: number;
}

/**
 * Bixel weights (MU per fraction) of one direction as fields that the machine can deliver: one, or several where the fluence is wider than
 * the carriages of the leaves reach, numbered on from `numbers`; none where no weight is left. The first control point of `like` states
 * angles and isocenter.
 * @throws IsocenterError MACHINE naming the beam where the machine cannot deliver it, USAGE for bixels off a lattice.
 */
export function sequenceField(
  like: Beam,
  lattice: BixelLattice,
  weights: Float64Array,
  machine: Machine,
  method: SequencingMethod,
  numbers: () => number,
): SequencedField[] {
  const object = `Beam ${like.number} (${like.name})`;
  const whole = leafProfiles(lattice, weights, machine, object);
  if (whole === undefined) return [];
  const widest = widestField(machine);
  if (!(widest >= lattice.width))
    throw new IsocenterError('MACHINE', `the leaves of ${machine.name} spread too little to park any`, { object });
  const { doseRate: most, minimumDoseRate = most, maximumControlPoints = Infinity } = machine.limits;
  return splitField(whole, widest).map((profiles, part) => {
    const field = fieldOf(profiles, machine, object);
    const beam = part === 0 ? like : { ...like, number: numbers(), name: `${like.name} ${part + 1}` };
    if (method.method === 'step-and-shoot') {
      const segments = segmentsOfField(profiles, field, {
        ...method,
        segments: Math.min(method.segments, Math.floor(maximumControlPoints / 2)),
        minimumMu: leastSegmentMu(method, machine),
      });
      const shapes = segments.map((segment) => leavesOf(segment, field));
      const mu = Float64Array.from(segments, (segment) => segment.mu);
      return { like: beam, field, moving: false, shapes, mu, doseRate: most, leastMu: 0 };
    }
    const { openings, mu, doseRate } = slidingWindow(profiles, field, {
      ...method,
      controlPoints: Math.min(method.controlPoints, maximumControlPoints),
      doseRates: [minimumDoseRate, most],
    });
    const intervals = openings.length - 1;
    return {
      like: beam,
      field,
      moving: true,
      shapes: openings.map((one) => leavesOf(one, field)),
      mu: new Float64Array(intervals).fill(mu / intervals),
      doseRate,
      leastMu: (PLANNED_SPEED * mu) / intervals,
    };
  });
}

/** The least MU of a segment by method and machine; none where leaves move. */
export const leastSegmentMu = (method: SequencingMethod, { limits }: Machine): number =>
  method.method === 'step-and-shoot' ? Math.max(method.minimumMu, limits.minimumSegmentMeterset ?? 0) : 0;
