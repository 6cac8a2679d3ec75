import { expect, it } from 'vitest';
import { beamQualityByName } from '#shared/dosimetry/machine/beamQuality.ts';
import { ANGLE_STEPS, coneTables, DEPTH_NODES } from '#shared/dosimetry/collapsedCone/coneTable.ts';
import { RATE_COUNT, RATES } from '#shared/dosimetry/collapsedCone/depositionKernel.ts';
import type { SuperpositionKernel, SweepCone, SweepProblem } from '#shared/dosimetry/collapsedCone/kernels/contract.ts';
import { referenceKernel } from '#shared/dosimetry/collapsedCone/kernels/reference.ts';
import { dot, normalize, type Vec3 } from '#shared/geometry/vec.ts';

/** The dose of cones, one after the other. */
async function doseOf(
  kernel: SuperpositionKernel,
  problem: SweepProblem,
  ...cones: readonly SweepCone[]
): Promise<Float32Array> {
  const run = kernel.begin(problem);
  for (const each of cones) await run.sweep(each);
  const dose = await run.finish();
  run.end?.();
  return dose;
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
    // Below zero in places, as beside sharp edges.
    terma: fill(() => (random() < 0.4 ? 0 : random() ** 4 * (random() < 0.1 ? -1 : 1))),
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

/** What every implementation of the superposition contract must do; `tolerance`: of the maximum, against the reference kernel. */
export function superpositionSuite(kernelOf: () => SuperpositionKernel, tolerance: number): void {
  it(`equals the reference within ${tolerance} of the maximum on random voxels`, async () => {
    const kernel = kernelOf();
    for (const [seed, vector] of DIRECTIONS.entries()) {
      const problem = randomProblem(seed + 1);
      const expected = await doseOf(referenceKernel, problem, cone(vector, seed % tables.length));
      const found = await doseOf(kernel, problem, cone(vector, seed % tables.length));
      const max = Math.max(...expected);
      expect(max).toBeGreaterThan(0);
      found.forEach((value, n) => {
        if (!(Math.abs(value - expected[n]) <= tolerance * max)) expect(value, `voxel ${n}`).toBe(expected[n]);
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
    const dose = await doseOf(kernelOf(), problem, cone([0, 0, 1], 0));
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
    const dose = await doseOf(kernelOf(), problem, cone(direction(0.1, 0.15, 1), 1));
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
      return await doseOf(kernelOf(), problem, cone([0, 0, 1], 0));
    };
    const [solid, gapped] = [await line(0), await line(3)];
    expect(Array.from(gapped.subarray(4, 7))).toEqual([0, 0, 0]);
    expect(Array.from(gapped.subarray(7))).toEqual(Array.from(solid.subarray(4)));
  });

  it('adds cone to cone', async () => {
    const problem = randomProblem(9);
    const once = await doseOf(kernelOf(), problem, cone(DIRECTIONS[1]));
    const twice = await doseOf(kernelOf(), problem, cone(DIRECTIONS[1]), cone(DIRECTIONS[1]));
    twice.forEach((value, n) => {
      if (Math.abs(value - 2 * once[n]) > 1e-6 * Math.abs(value)) expect(value, `voxel ${n}`).toBe(2 * once[n]);
    });
  });

  it('goes on from no dose after it was finished, and leaves the dose it gave alone', async () => {
    const run = kernelOf().begin(randomProblem(10));
    await run.sweep(cone(DIRECTIONS[1]));
    const first = await run.finish();
    const kept = first.slice();
    await run.sweep(cone(DIRECTIONS[4]));
    const second = await run.finish();
    run.end?.();
    expect(first).toEqual(kept);
    expect(second).toEqual(await doseOf(kernelOf(), randomProblem(10), cone(DIRECTIONS[4])));
  });

  it('takes the same angle node as the reference wherever single precision is in doubt', async () => {
    for (const problem of doubtfulRows(24)) {
      const expected = await doseOf(referenceKernel, problem, cone(OBLIQUE, 0));
      const found = await doseOf(kernelOf(), problem, cone(OBLIQUE, 0));
      found.forEach((value, v) => expect(Math.abs(value / expected[v] - 1)).toBeLessThan(tolerance));
    }
  });

  it('gives the mirror image for mirrored voxels, source and cone', async () => {
    // Whole groups of four along every axis: a mirror keeps who shares a look-up with whom.
    const problem = randomProblem(11, [12, 8, 16]);
    for (const vector of DIRECTIONS) {
      const dose = await doseOf(kernelOf(), problem, cone(vector));
      const max = Math.max(...dose);
      for (const axis of [0, 1, 2] as const) {
        const image = await doseOf(kernelOf(), mirrored(problem, axis), cone(mirroredVector(vector, axis)));
        mirroredGrid(image, problem.dims, axis).forEach((value, n) => {
          if (!(Math.abs(value - dose[n]) <= tolerance * max)) expect(value, `voxel ${n}`).toBe(dose[n]);
        });
      }
    }
  });
}

const OBLIQUE = direction(0.6, 0.52, 0.61);

/**
 * Rows of four voxels, seen such that the first or, where they share a look-up, their middle lies within 1e-6 of the edge between
 * two angle nodes: what rounds off single precision takes many of them to the wrong side.
 */
function doubtfulRows(count: number): SweepProblem[] {
  const random = randoms(12);
  const ones = new Float32Array(4).fill(1);
  return Array.from({ length: count }, (_, n) => {
    const [minorTerma, middle] = n % 2 === 0 ? [0, 0] : [2, 1.5];
    const [y, z] = [50 + 9 * random(), 60 + 9 * random()];
    const place = (x: number): number =>
      Math.sqrt((1 - dot(normalize([x + middle * 0.25, y, z]), OBLIQUE)) / 2) * ANGLE_STEPS;
    let x = 20 + 9 * random();
    const edge = Math.floor(place(x)) + 0.5 + 2e-6 * (random() - 0.5);
    for (let step = 0; step < 8; step++) x -= ((place(x) - edge) * 2e-3) / (place(x + 1e-3) - place(x - 1e-3));
    expect(place(x)).toBeCloseTo(edge, 8);
    return {
      dims: [4, 1, 1],
      spacing: [0.25, 0.25, 0.25],
      density: ones,
      terma: ones,
      hardening: ones,
      minorTerma,
      source: [-x, -y, -z],
    };
  });
}

const mirroredVector = (v: Vec3, axis: 0 | 1 | 2): Vec3 => v.with(axis, -v[axis]) as unknown as Vec3;

function mirroredGrid(values: Float32Array, dims: Vec3, axis: 0 | 1 | 2): Float32Array {
  const stride = [1, dims[0], dims[0] * dims[1]][axis];
  return values.map((_, n) => values[n + (dims[axis] - 1 - 2 * (Math.floor(n / stride) % dims[axis])) * stride]);
}

function mirrored(problem: SweepProblem, axis: 0 | 1 | 2): SweepProblem {
  const { dims, spacing, source, density, terma, hardening } = problem;
  const mirror = (values: Float32Array): Float32Array => mirroredGrid(values, dims, axis);
  return {
    ...problem,
    density: mirror(density),
    terma: mirror(terma),
    hardening: mirror(hardening),
    source: source.with(axis, (dims[axis] - 1) * spacing[axis] - source[axis]) as unknown as Vec3,
  };
}
