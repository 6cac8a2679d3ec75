import { add, dot, scale, type Vec3 } from '../../geometry/vec.ts';
import type { BeamFrame } from '../beam/beamFrame.ts';
import { ANGLE_STEPS, type ConeTable, DEPTH_NODES } from './coneTable.ts';
import { RATE_COUNT } from './depositionKernel.ts';
import { ringDirections } from './directions.ts';
import type { SweepCone } from './kernels/contract.ts';
import { sweepAxes } from './kernels/stepping.ts';

/**
 * Groups of voxels that all release less than this share of the largest TERMA share their look-ups: what jaws and leaves let through.
 * Their coefficients are off by at most a step of the table (up to 3 %, with both signs in each group), which moves
 * the dose by less than 2e-4 of its maximum (test/unit/shared/dosimetry/approximations.test.ts).
 */
const MINOR = 0.02;

/**
 * The cones of all rings, aligned with the beam's axis. Those of one sweep axis come one after the other: a kernel may lay the grid out
 * for each.
 */
export function conesOf(frame: BeamFrame, tables: readonly ConeTable[], spacing: Vec3): SweepCone[] {
  const cones = tables.flatMap((table) =>
    ringDirections(table.ring).map((d) => ({
      direction: add(add(scale(frame.x, d[0]), scale(frame.y, d[1])), scale(frame.travel, d[2])),
      coefficients: table.coefficients,
    })),
  );
  return cones.sort((a, b) => sweepAxes(b.direction, spacing)[2] - sweepAxes(a.direction, spacing)[2]);
}

/** The TERMA up to which neighbours may share their look-ups. */
export function minorTerma(terma: Float32Array): number {
  let largest = 0;
  for (const value of terma) if (value > largest) largest = value;
  return MINOR * largest;
}

/**
 * Share of the kernel's energy that the cones of a set together hold for a photon at an angle to the beam axis, against no tilt:
 * tabulated by the cosine of that angle, mean over azimuth. The TERMA is divided by it, so that energy is conserved off axis.
 */
export function heldEnergy(tables: readonly ConeTable[]): (cosine: number) => number {
  const steps = 16;
  /** tan of 20°: beyond any field's corner. */
  const last = Math.sin((20 * Math.PI) / 180);
  const held = Array.from({ length: steps + 1 }, (_, n) => {
    const tilt = Math.asin((n / steps) * last);
    let total = 0;
    const turns = 8;
    for (let turn = 0; turn < turns; turn++) {
      const azimuth = (turn / turns) * (Math.PI / 2);
      const photon: Vec3 = [Math.sin(tilt) * Math.cos(azimuth), Math.sin(tilt) * Math.sin(azimuth), Math.cos(tilt)];
      for (const { ring, coefficients } of tables)
        for (const direction of ringDirections(ring)) total += coneEnergy(coefficients, dot(photon, direction)) / turns;
    }
    return total;
  });
  return (cosine) => {
    const at = Math.min(steps - 1e-9, (Math.sqrt(Math.max(0, 1 - cosine * cosine)) / last) * steps);
    const n = Math.floor(at);
    return (held[n] + (at - n) * (held[n + 1] - held[n])) / held[0];
  };
}

/** Energy a cone takes at an angle, spectrum at 10 g/cm². */
function coneEnergy(coefficients: Float32Array, cosine: number): number {
  const angle = Math.round(Math.sqrt(Math.max(0, (1 - cosine) / 2)) * ANGLE_STEPS);
  const node = DEPTH_NODES.indexOf(10);
  let sum = 0;
  for (let i = 0; i < RATE_COUNT; i++) sum += coefficients[(node * (ANGLE_STEPS + 1) + angle) * RATE_COUNT + i];
  return sum;
}
