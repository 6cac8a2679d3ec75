import { IsocenterError } from '../../contract/errors.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import { devicesOf } from '../../dosimetry/plan/aperture/aperture.ts';
import { metersetReason } from '../../dosimetry/plan/beamLimits.ts';
import type { Beam, ControlPoint } from '../../model/plan.ts';
import { type Field, fieldOf, type Openings, positionsOf, widestField } from './field.ts';
import { leafProfiles } from './leafProfiles.ts';
import { type Segment, type SegmentRules, segmentsOfField } from './segments.ts';
import { slidingWindow } from './slidingWindow.ts';
import { splitField } from './splitField.ts';

interface StepAndShoot extends SegmentRules {
  readonly method: 'step-and-shoot';
}

interface SlidingWindowMethod {
  readonly method: 'sliding-window';
  readonly controlPoints: number;
  /** Keeps fluence out of tongue and groove, for more MU. */
  readonly synchronised: boolean;
}

export type SequencingMethod = StepAndShoot | SlidingWindowMethod;

/** What a direction's beam delivers of its bixels. */
export interface SequencedField {
  readonly beam: Beam;
  readonly field: Field;
  readonly segments: number;
}

/**
 * Bixel weights (MU per fraction) of one direction as beams that the machine can deliver, with their MU: one, or several where the fluence is
 * wider than the carriages of the leaves reach, numbered on from `numbers`; none where less is left than the machine can give. The first control point of `like`
 * states angles and isocenter. Step-and-shoot beams are STATIC as DICOM has it (nothing moves under radiation), sliding windows DYNAMIC.
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
  return splitField(whole, widest).flatMap((profiles, part) => {
    const field = fieldOf(profiles, machine, object);
    const beam = part === 0 ? like : { ...like, number: numbers(), name: `${like.name} ${part + 1}` };
    if (method.method === 'step-and-shoot') {
      const segments = inOrder(segmentsOfField(profiles, field, method));
      return givable({ beam: stepAndShootBeam(beam, segments, field, machine), field, segments: segments.length });
    }
    const { doseRate } = machine.limits;
    const { openings, mu } = slidingWindow(profiles, field, { ...method, doseRate });
    return givable({ beam: slidingWindowBeam(beam, openings, mu, field, machine), field, segments: openings.length });
  });

  function givable(sequenced: SequencedField): SequencedField[] {
    const mu = sequenced.beam.meterset!;
    if (mu < (machine.limits.minimumMeterset ?? 0)) return [];
    const reason = metersetReason(mu, machine);
    if (reason !== undefined) throw new IsocenterError('MACHINE', reason, { object, attribute: 'BeamMeterset' });
    return [sequenced];
  }
}

/** A beam with two control points a segment, between which nothing moves. */
function stepAndShootBeam(like: Beam, segments: readonly Segment[], field: Field, machine: Machine): Beam {
  const total = segments.reduce((sum, { mu }) => sum + mu, 0);
  let given = 0;
  const points = segments.flatMap((segment, n) => {
    const positions = positionsOf(segment, field);
    const from = given / total;
    given += segment.mu;
    return [
      { positions, metersetWeight: from },
      { positions, metersetWeight: n === segments.length - 1 ? 1 : given / total },
    ];
  });
  return assembled(like, 'STATIC', points, total, machine);
}

function slidingWindowBeam(
  like: Beam,
  openings: readonly Openings[],
  mu: number,
  field: Field,
  machine: Machine,
): Beam {
  const points = openings.map((one, n) => ({
    positions: positionsOf(one, field),
    metersetWeight: n / (openings.length - 1),
  }));
  return assembled(like, 'DYNAMIC', points, mu, machine);
}

function assembled(
  like: Beam,
  type: Beam['type'],
  points: readonly Pick<ControlPoint, 'positions' | 'metersetWeight'>[],
  meterset: number,
  machine: Machine,
): Beam {
  const [first] = like.controlPoints;
  return {
    ...like,
    type,
    devices: devicesOf(machine),
    controlPoints: points.map((point) => ({
      ...first,
      ...point,
      gantryDirection: 'NONE',
      doseRate: machine.limits.doseRate,
    })),
    finalMetersetWeight: 1,
    meterset,
  };
}

/** Segments so that leaves travel little from one to the next: from the left-most on, always the nearest. */
function inOrder(segments: readonly Segment[]): Segment[] {
  const left = [...segments].sort((a, b) => middleOf(a) - middleOf(b));
  const ordered = left.splice(0, 1);
  while (left.length > 0) {
    const last = ordered[ordered.length - 1];
    const distances = left.map((segment) => furthest(last, segment));
    ordered.push(...left.splice(distances.indexOf(Math.min(...distances)), 1));
  }
  return ordered;
}

const middleOf = ({ low, high }: Openings): number => low.reduce((sum, from, row) => sum + from + high[row], 0);

const furthest = (from: Openings, to: Openings): number =>
  from.low.reduce(
    (most, at, row) => Math.max(most, Math.abs(at - to.low[row]), Math.abs(from.high[row] - to.high[row])),
    0,
  );
