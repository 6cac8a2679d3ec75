import { IsocenterError } from '../../contract/errors.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { devicesOf } from '../../dosimetry/plan/aperture/aperture.ts';
import { metersetReason } from '../../dosimetry/plan/beamLimits.ts';
import type { Beam, ControlPoint } from '../../model/plan.ts';
import { jawsOf } from './field.ts';
import type { SequencedField } from './sequenceField.ts';

/**
 * A field as DICOM has it, with its MU: STATIC with two control points a segment, between which nothing moves, or DYNAMIC. Undefined where
 * it has fewer MU than the machine can give.
 * @throws IsocenterError MACHINE naming the beam where it has more.
 */
export function fieldBeam(sequenced: SequencedField, machine: Machine): Beam | undefined {
  const { like, moving } = sequenced;
  const total = sequenced.mu.reduce((sum, mu) => sum + mu, 0);
  if (!(total > 0) || total < (machine.limits.minimumMeterset ?? 0)) return undefined;
  const reason = metersetReason(total, machine);
  if (reason !== undefined)
    throw new IsocenterError('MACHINE', reason, {
      object: `Beam ${like.number} (${like.name})`,
      attribute: 'BeamMeterset',
    });
  const { x, y } = jawsOf(sequenced.field);
  const [first] = like.controlPoints;
  const { shapes, mu } = moving ? sequenced : inOrder(sequenced);
  const given = new Float64Array(mu.length + 1);
  for (let n = 0; n < mu.length; n++) given[n + 1] = given[n] + mu[n];
  const point = (shape: Float64Array, after: number): ControlPoint => ({
    ...first,
    gantryDirection: 'NONE',
    doseRate: sequenced.doseRate,
    metersetWeight: after === mu.length ? 1 : given[after] / given[mu.length],
    positions: { ASYMX: x, ASYMY: y, [sequenced.field.mlc.type]: [...shape] },
  });
  return {
    ...like,
    type: moving ? 'DYNAMIC' : 'STATIC',
    devices: devicesOf(machine),
    controlPoints: moving
      ? shapes.map((shape, n) => point(shape, n))
      : shapes.flatMap((shape, n) => [point(shape, n), point(shape, n + 1)]),
    finalMetersetWeight: 1,
    meterset: total,
  };
}

/** Seconds that a field takes: radiation at its dose rate, and between standing segments the longest way of a leaf. */
export function deliverySeconds(sequenced: SequencedField): number {
  const { moving } = sequenced;
  const { shapes, mu } = moving ? sequenced : inOrder(sequenced);
  const beamOn = (60 * mu.reduce((sum, one) => sum + one, 0)) / sequenced.doseRate;
  const { leafSpeed } = sequenced.field.mlc;
  if (moving || leafSpeed === undefined) return beamOn;
  return shapes.reduce((sum, shape, n) => (n === 0 ? sum : sum + furthest(shapes[n - 1], shape) / leafSpeed), beamOn);
}

/** Segments so that leaves travel little from one to the next: from the one furthest to the negative side on, always the nearest. */
function inOrder({ shapes, mu }: SequencedField): Pick<SequencedField, 'shapes' | 'mu'> {
  const left = shapes.map((_, n) => n).sort((a, b) => middle(shapes[a]) - middle(shapes[b]));
  const order = left.splice(0, 1);
  while (left.length > 0) {
    const ways = left.map((n) => furthest(shapes[order[order.length - 1]], shapes[n]));
    order.push(...left.splice(ways.indexOf(Math.min(...ways)), 1));
  }
  return { shapes: order.map((n) => shapes[n]), mu: Float64Array.from(order, (n) => mu[n]) };
}

const middle = (shape: Float64Array): number => shape.reduce((sum, at) => sum + at, 0);

const furthest = (from: Float64Array, to: Float64Array): number =>
  from.reduce((most, at, leaf) => Math.max(most, Math.abs(at - to[leaf])), 0);
