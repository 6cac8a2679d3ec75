import type { Beam, LimitingDeviceType } from '../../model/plan.ts';
import type { Machine } from '../machine/machine.ts';

/** Positions beyond a limit by less than this (mm) are rounding. */
const TOLERANCE = 0.1;

/** A warning for each kind of collimator of a beam that stands, at some control point, where the machine cannot bring it. */
export function travelWarnings(beam: Beam, machine: Machine): string[] {
  return beam.devices.flatMap(({ type }) => {
    const [low, high] = travelOf(type, machine);
    const beyond = beam.controlPoints
      .flatMap(({ positions }) => positions[type] ?? [])
      .find((position) => position < low - TOLERANCE || position > high + TOLERANCE);
    return beyond === undefined
      ? []
      : [
          `Beam ${beam.number} (${beam.name}): ${type} at ${beyond} mm is beyond the ${low} … ${high} mm of ${machine.name}`,
        ];
  });
}

function travelOf(type: LimitingDeviceType, { limits, mlc }: Machine): readonly [number, number] {
  if (type === 'X' || type === 'ASYMX') return limits.jawX;
  if (type === 'Y' || type === 'ASYMY') return limits.jawY;
  const extent = mlc?.maximumExtent ?? Infinity;
  return [-extent, extent];
}
