import { throwIfCancelled } from '../contract/errors.ts';
import { add, dot, scale, type Vec3 } from '../geometry/vec.ts';
import type { BeamFrame } from './beam/beamFrame.ts';
import { ANGLE_STEPS, type ConeTable, DEPTH_NODES } from './coneTable.ts';
import { RATE_COUNT } from './depositionKernel.ts';
import { ringDirections } from './directions.ts';
import type { ComputeOptions } from './engine.ts';
import type { SuperpositionKernel } from './kernels/contract.ts';
import { sweepAxes } from './kernels/stepping.ts';
import type { PrimaryField } from './primaryField.ts';
import type { LocalGrid } from './rayTrace.ts';

/**
 * Groups of voxels that all release less than this share of the largest TERMA share their look-ups: what jaws and leaves let through.
 * Their coefficients are off by at most a step of the table (up to 3 %, with both signs in each group), which moves
 * the dose by less than 2e-4 of its maximum (test/unit/shared/dosimetry/approximations.test.ts).
 */
const MINOR = 0.02;

/**
 * Spreads the energy released (field.terma) along the cones of all rings, which are aligned with the beam's axis.
 * Returns the dose in terma's unit. Progress goes 0…1 over the directions; cancel is seen between them.
 */
export async function superpose(
  grid: LocalGrid,
  frame: BeamFrame,
  field: PrimaryField,
  tables: readonly ConeTable[],
  kernel: SuperpositionKernel,
  options: ComputeOptions,
): Promise<Float32Array> {
  const cones = tables.flatMap((table) =>
    ringDirections(table.ring).map((d) => ({
      direction: add(add(scale(frame.x, d[0]), scale(frame.y, d[1])), scale(frame.travel, d[2])),
      coefficients: table.coefficients,
    })),
  );
  // Cones of one sweep axis after the other: a kernel may lay the grid out for each.
  cones.sort((a, b) => sweepAxes(b.direction, grid.spacing)[2] - sweepAxes(a.direction, grid.spacing)[2]);
  const run = kernel.begin({ ...grid, ...field, minorTerma: MINOR * largest(field.terma), source: frame.source });
  try {
    for (const [n, cone] of cones.entries()) {
      throwIfCancelled(options.signal);
      await run.sweep(cone);
      options.onProgress?.((n + 1) / cones.length);
      await options.yieldNow?.();
    }
    throwIfCancelled(options.signal);
    return await run.finish();
  } finally {
    run.end?.();
  }
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

function largest(values: Float32Array): number {
  let max = 0;
  for (const value of values) if (value > max) max = value;
  return max;
}
