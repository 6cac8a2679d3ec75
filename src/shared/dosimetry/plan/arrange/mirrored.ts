import { IsocenterError } from '../../../contract/errors.ts';
import type { BeamLimitingDevice, ControlPoint } from '../../../model/plan.ts';

const flipped = ([low, high]: readonly number[]): number[] => [-high, -low];

/** Devices whose leaves stand side by side along X must be the same from both sides. */
const isSymmetric = ({ leafBoundaries = [] }: BeamLimitingDevice): boolean =>
  leafBoundaries.every((at, n) => Math.abs(at + leafBoundaries[leafBoundaries.length - 1 - n]) < 0.01);

/**
 * Positions of jaws and leaves seen in a mirror: X of the beam limiting device changes its sign, Y stays. What a beam from the opposite side
 * or across a plane of symmetry needs to let the same part of the patient through.
 * @throws IsocenterError UNSUPPORTED_OBJECT for leaves along X that are not the same on both sides.
 */
export function mirroredPositions(
  positions: ControlPoint['positions'],
  devices: readonly BeamLimitingDevice[],
): ControlPoint['positions'] {
  const mirrored: Partial<Record<keyof ControlPoint['positions'], readonly number[]>> = { ...positions };
  for (const device of devices) {
    const { type, pairs } = device;
    const values = positions[type];
    if (values === undefined || type === 'Y' || type === 'ASYMY') continue;
    if (type === 'X' || type === 'ASYMX') mirrored[type] = flipped(values);
    else if (type === 'MLCY') {
      if (!isSymmetric(device))
        throw new IsocenterError('UNSUPPORTED_OBJECT', 'its leaves are not the same on both sides', { object: type });
      // Leaves side by side along X: they change places, each end stays what it is.
      mirrored[type] = [...values.slice(0, pairs).toReversed(), ...values.slice(pairs).toReversed()];
    } else mirrored[type] = [...values.slice(pairs).map((x) => -x), ...values.slice(0, pairs).map((x) => -x)];
  }
  return mirrored;
}
