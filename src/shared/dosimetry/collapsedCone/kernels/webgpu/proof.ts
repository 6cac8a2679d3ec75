import { ANGLE_STEPS, DEPTH_NODES } from '../../coneTable.ts';
import { RATE_COUNT } from '../../depositionKernel.ts';
import { normalize, type Vec3 } from '../../../../geometry/vec.ts';
import type { SuperpositionKernel, SweepCone, SweepProblem } from '../contract.ts';
import { unrolledKernel } from '../unrolled.ts';
import { GpuFailure } from '../../../../gpu/device.ts';

/** Of the maximum: what a GPU's dose may differ by from the CPU's. */
const TOLERANCE = 1e-4;

/** One direction for each axis along which a grid is swept, up and down. */
const DIRECTIONS: readonly Vec3[] = [normalize([0.3, -0.4, 1]), normalize([0.2, -1, -0.3]), normalize([1, 0.5, 0.4])];

/**
 * Lets a kernel compute a small problem that takes it through all its paths (vacuum, lung, bone, release below zero, shared and own look-ups) and compares
 * with the plain kernel: drivers and shader compilers have errors, and a dose is trusted by nobody who has not seen it right.
 * @throws GpuFailure when it is not.
 */
export async function prove(kernel: SuperpositionKernel): Promise<void> {
  const problem = smallProblem();
  const expected = unrolledKernel.begin(problem);
  const found = kernel.begin(problem);
  try {
    for (const direction of DIRECTIONS) {
      const cone: SweepCone = { direction, coefficients: COEFFICIENTS };
      await expected.sweep(cone);
      await found.sweep(cone);
    }
    const deviation = largestDeviation(await found.finish(), await expected.finish());
    // Not > but not <=: a dose that is no number must not pass.
    if (!(deviation <= TOLERANCE))
      throw new GpuFailure(
        `it computes a wrong dose: ${deviation.toExponential(1)} of the maximum off on a small problem`,
      );
  } finally {
    found.end?.();
  }
}

/** Smooth in angle and depth, different for every rate. */
const COEFFICIENTS = Float32Array.from({ length: DEPTH_NODES.length * (ANGLE_STEPS + 1) * RATE_COUNT }, (_, n) => {
  const [rate, angle, node] = [
    n % RATE_COUNT,
    Math.floor(n / RATE_COUNT) % (ANGLE_STEPS + 1),
    Math.floor(n / RATE_COUNT / (ANGLE_STEPS + 1)),
  ];
  return (0.02 * (1 + 0.1 * rate) * (1 + 0.05 * node)) / (1 + angle / 40);
});

function smallProblem(): SweepProblem {
  const dims: Vec3 = [22, 19, 17];
  const count = dims[0] * dims[1] * dims[2];
  const density = new Float32Array(count);
  const terma = new Float32Array(count);
  const hardening = new Float32Array(count);
  for (let v = 0; v < count; v++) {
    const [i, j, k] = [v % dims[0], Math.floor(v / dims[0]) % dims[1], Math.floor(v / dims[0] / dims[1])];
    density[v] = [0, 0.26, 1, 1.85, 1][Math.floor((i + 2 * j + 3 * k) / 7) % 5];
    // Below zero beside the field, as fluence at voxel centres is there.
    const inside = i > 6 && i < 15;
    if (density[v] > 0 && j > 3) terma[v] = inside ? 1 + 0.3 * Math.sin(v) : i === 6 || i === 15 ? -0.1 : 0.4;
    hardening[v] = (5 * k) / dims[2];
  }
  return { dims, spacing: [0.3, 0.25, 0.28], density, terma, hardening, minorTerma: 0.5, source: [3, 2, -60] };
}

/** Of the largest expected value. */
function largestDeviation(found: Float32Array, expected: Float32Array): number {
  let [largest, worst] = [0, 0];
  for (let v = 0; v < expected.length; v++) {
    largest = Math.max(largest, expected[v]);
    worst = Math.max(worst, Math.abs(found[v] - expected[v]));
  }
  return found.length === expected.length ? worst / largest : Number.NaN;
}
