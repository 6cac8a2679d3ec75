import type { Machine } from '../machine/machine.ts';
import { jawsOf } from './collimator.ts';
import type { Aperture } from './segments.ts';

/**
 * Output per MU of an aperture relative to the calibration field's, by what its jaws scatter back into the monitor chamber: a chamber
 * that reads more ends the beam sooner. Each pair adds its full share when shut, in proportion to how far it is (Lam et al., Med. Phys. 25
 * (1998) 334, measure such straight lines); the lower pair only sees what the upper one leaves open.
 */
export function backscatterFactor(machine: Machine, aperture: Aperture): number {
  const { jawX, jawY } = machine.beam.monitorBackscatter;
  if (jawX === 0 && jawY === 0) return 1;
  const upperIsY = machine.head.jawY <= machine.head.jawX;
  const reading = (openX: number, openY: number): number =>
    upperIsY ? jawY * (1 - openY) + jawX * openY * (1 - openX) : jawX * (1 - openX) + jawY * openX * (1 - openY);
  const share = (span: readonly number[], [low, high]: readonly [number, number]): number =>
    Math.max(0, Math.min(high, span[1]) - Math.max(low, span[0])) / (high - low);
  const half = machine.calibration.fieldSize / 2;
  const at = (x: readonly number[], y: readonly number[]): number =>
    1 + reading(share(x, machine.limits.jawX), share(y, machine.limits.jawY));
  return at([-half, half], [-half, half]) / at(jawsOf(aperture, 'X'), jawsOf(aperture, 'Y'));
}
