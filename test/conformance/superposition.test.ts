import { describe, expect, it } from 'vitest';
import { beamQualityByName } from '#shared/dosimetry/beamQuality.ts';
import { coneTables, DEPTH_NODES } from '#shared/dosimetry/coneTable.ts';
import { RATE_COUNT, RATES } from '#shared/dosimetry/depositionKernel.ts';
import type { SuperpositionKernel, SweepCone, SweepProblem } from '#shared/dosimetry/kernels/contract.ts';
import { referenceKernel } from '#shared/dosimetry/kernels/reference.ts';
import { simdKernel } from '#shared/dosimetry/kernels/simd/simdKernel.ts';
import { unrolledKernel } from '#shared/dosimetry/kernels/unrolled.ts';
import { normalize, type Vec3 } from '#shared/geometry/vec.ts';

/** Every implementation of the superposition contract; the whole suite runs on each. */
const KERNELS: readonly SuperpositionKernel[] = [referenceKernel, unrolledKernel, simdKernel];

/** The dose of cones, one after the other. */
async function doseOf(
  kernel: SuperpositionKernel,
  problem: SweepProblem,
  ...cones: readonly SweepCone[]
): Promise<Float32Array> {
  const run = kernel.begin(problem);
  for (const each of cones) run.sweep(each);
  return await run.finish();
}

const tables = coneTables(beamQualityByName('mohan6'), 56);

/** Deterministic pseudo-random numbers 0..1 (mulberry32). */
function randoms(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function randomProblem(seed: number, dims: Vec3 = [11, 9, 13]): SweepProblem {
  const random = randoms(seed);
  const n = dims[0] * dims[1] * dims[2];
  const fill = (make: () => number): Float32Array => Float32Array.from({ length: n }, make);
  return {
    dims,
    spacing: [0.3, 0.25, 0.2],
    density: fill(() => (random() < 0.2 ? 0 : random() * 2.5)),
    terma: fill(() => (random() < 0.4 ? 0 : random() ** 4)),
    hardening: fill(() => random() * (DEPTH_NODES.length - 1)),
    minorTerma: 0.3,
    source: [1.2, -0.8, -95],
  };
}

const direction = (a: number, b: number, c: number): Vec3 => normalize([a, b, c]);
const cone = (vector: Vec3, ring = 3): SweepCone => ({ direction: vector, coefficients: tables[ring].coefficients });
const DIRECTIONS = [
  direction(0, 0, 1),
  direction(0.3, -0.4, 1),
  direction(-0.7, 0.5, -1),
  direction(1.05, 0.6, 1),
  direction(-1, 0.3, 0.2),
  direction(0.9, -0.4, 0.3),
  direction(0.1, -1, 0.3),
];

describe.each(KERNELS.map((kernel) => ({ name: kernel.name, kernel })))('superposition kernel $name', ({ kernel }) => {
  it('equals the reference within 1e-5 of the maximum on random voxels', async () => {
    for (const [seed, vector] of DIRECTIONS.entries()) {
      const problem = randomProblem(seed + 1);
      const expected = await doseOf(referenceKernel, problem, cone(vector, seed % tables.length));
      const found = await doseOf(kernel, problem, cone(vector, seed % tables.length));
      const max = Math.max(...expected);
      expect(max).toBeGreaterThan(0);
      found.forEach((value, n) => {
        if (!(Math.abs(value - expected[n]) <= 1e-5 * max)) expect(value, `voxel ${n}`).toBe(expected[n]);
      });
    }
  });

  it('follows the closed form along a line in water: own voxel, then exponentials', async () => {
    const dims: Vec3 = [1, 1, 12];
    const terma = new Float32Array(12);
    terma[3] = 1;
    const problem: SweepProblem = {
      dims,
      spacing: [1, 1, 0.5],
      density: new Float32Array(12).fill(1),
      terma,
      hardening: new Float32Array(12),
      minorTerma: 0,
      source: [0, 0, -1e6],
    };
    const dose = await doseOf(kernel, problem, cone([0, 0, 1], 0));
    const a = Array.from(tables[0].coefficients.subarray(0, RATE_COUNT));
    const x = 0.5;
    const mean = RATES.map((rate) => -Math.expm1(-rate * x) / (rate * x));
    expect(dose[2]).toBe(0);
    expect(dose[3]).toBeCloseTo(
      a.reduce((sum, value, i) => sum + value * (1 - mean[i]), 0),
      7,
    );
    for (let later = 0; later < 3; later++) {
      const expected = a.reduce(
        (sum, value, i) => sum + value * x * mean[i] * Math.exp(-RATES[i] * x * later) * RATES[i] * mean[i],
        0,
      );
      expect(dose[4 + later]).toBeCloseTo(expected, 7);
    }
  });

  it('deposits all the energy it takes up when nothing can leave', async () => {
    const dims: Vec3 = [40, 40, 60];
    const n = dims[0] * dims[1] * dims[2];
    const source = 20 + 40 * (20 + 40 * 4);
    const terma = new Float32Array(n);
    terma[source] = 1;
    const problem: SweepProblem = {
      dims,
      spacing: [1, 1, 1],
      density: new Float32Array(n).fill(5),
      terma,
      hardening: new Float32Array(n),
      minorTerma: 0,
      source: [20, 20, -100],
    };
    const dose = await doseOf(kernel, problem, cone(direction(0.1, 0.15, 1), 1));
    const deposited = dose.reduce((sum, value) => sum + value, 0);
    const angle = Math.round(Math.sqrt((1 - direction(0.1, 0.15, 1)[2]) / 2) * 256);
    const held = tables[1].coefficients
      .subarray(angle * RATE_COUNT, (angle + 1) * RATE_COUNT)
      .reduce((sum, value) => sum + value, 0);
    // The slowest rate (0.05) still carries exp(−0.05·275) = 1e-6 of its share out of the grid.
    expect(deposited / held).toBeCloseTo(1, 4);
  });

  it('lets energy cross vacuum unchanged and gives vacuum no dose', async () => {
    const line = async (gap: number): Promise<Float32Array> => {
      const n = 10 + gap;
      const density = new Float32Array(n).fill(1).fill(0, 4, 4 + gap);
      const terma = new Float32Array(n).fill(1, 0, 3);
      const hardening = new Float32Array(n);
      const source: Vec3 = [0, 0, -1e6];
      const spacing: Vec3 = [1, 1, 1];
      const problem: SweepProblem = { dims: [1, 1, n], spacing, density, terma, hardening, minorTerma: 0, source };
      return await doseOf(kernel, problem, cone([0, 0, 1], 0));
    };
    const [solid, gapped] = [await line(0), await line(3)];
    expect(Array.from(gapped.subarray(4, 7))).toEqual([0, 0, 0]);
    expect(Array.from(gapped.subarray(7))).toEqual(Array.from(solid.subarray(4)));
  });

  it('adds cone to cone', async () => {
    const problem = randomProblem(9);
    const once = await doseOf(kernel, problem, cone(DIRECTIONS[1]));
    const twice = await doseOf(kernel, problem, cone(DIRECTIONS[1]), cone(DIRECTIONS[1]));
    twice.forEach((value, n) => {
      if (Math.abs(value - 2 * once[n]) > 1e-6 * Math.abs(value)) expect(value, `voxel ${n}`).toBe(2 * once[n]);
    });
  });

  it('goes on from no dose after it was finished, and leaves the dose it gave alone', async () => {
    const run = kernel.begin(randomProblem(10));
    run.sweep(cone(DIRECTIONS[1]));
    const first = await run.finish();
    const kept = first.slice();
    run.sweep(cone(DIRECTIONS[4]));
    const second = await run.finish();
    expect(first).toEqual(kept);
    expect(second).toEqual(await doseOf(kernel, randomProblem(10), cone(DIRECTIONS[4])));
  });
});
