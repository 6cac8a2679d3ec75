import type { Mat4 } from '../../../geometry/affine.ts';
import { type BeamAngles, bldFromPatient, sourcePosition } from '../../../geometry/iec.ts';
import { transformVector } from '../../../geometry/affine.ts';
import { dot, normalize } from '../../../geometry/vec.ts';

export interface WedgePair {
  /** Between the two beam axes, degrees. */
  readonly hinge: number;
  /** 90° − hinge/2: the wedge angle that makes a pair's dose even (Khan and Gibbons, The Physics of Radiation Therapy). */
  readonly angle: number;
  /** For each beam, where its thick end has to look: that way lies the other beam. Degrees of the wedge (model Wedge), a multiple of 90. */
  readonly orientations: readonly [number, number];
}

/** What two beams need to be a wedge pair: heels towards each other. */
export function wedgePair(first: BeamAngles, second: BeamAngles, iecFromLps: Mat4): WedgePair {
  const axes = [first, second].map((angles) => normalize(sourcePosition(angles, [0, 0, 0], 1, iecFromLps)));
  const hinge = (Math.acos(Math.max(-1, Math.min(1, dot(axes[0], axes[1])))) * 180) / Math.PI;
  const towards = (own: BeamAngles, other: number): number => {
    const [x, y] = transformVector(bldFromPatient(own, [0, 0, 0], iecFromLps), axes[other]);
    // The thin edge looks away from the other beam. At orientation θ it looks along (−sin θ, cos θ).
    const thin = (Math.atan2(x, -y) * 180) / Math.PI;
    return (Math.round(thin / 90) * 90 + 360) % 360;
  };
  return { hinge, angle: 90 - hinge / 2, orientations: [towards(first, 1), towards(second, 0)] };
}
