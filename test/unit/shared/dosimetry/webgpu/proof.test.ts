import { describe, expect, it } from 'vitest';
import type { SuperpositionKernel, SweepRun } from '#shared/dosimetry/collapsedCone/kernels/contract.ts';
import { referenceKernel } from '#shared/dosimetry/collapsedCone/kernels/reference.ts';
import { simdKernel } from '#shared/dosimetry/collapsedCone/kernels/simd/simdKernel.ts';
import { GpuFailure } from '#shared/gpu/device.ts';
import { prove } from '#shared/dosimetry/collapsedCone/kernels/webgpu/proof.ts';

/** A right kernel with a fault in what it takes in or gives back. */
function faulty(
  change: { readonly minorTerma?: number; readonly positive?: boolean },
  spoil: (dose: Float32Array) => Float32Array = (dose) => dose,
): SuperpositionKernel {
  return {
    name: 'faulty',
    begin: (problem): SweepRun => {
      const terma = change.positive === true ? problem.terma.map((value) => Math.max(0, value)) : problem.terma;
      const run = referenceKernel.begin({ ...problem, ...change, terma });
      return { sweep: (cone) => run.sweep(cone), finish: async () => spoil(await run.finish()) };
    },
  };
}

describe('the proof that a kernel gets before it is used', () => {
  it('lets right kernels pass', async () => {
    for (const kernel of [referenceKernel, simdKernel]) await expect(prove(kernel)).resolves.toBeUndefined();
  });

  it.each([
    ['a dose 0.02 % too high', faulty({}, (dose) => dose.map((value) => value * 1.0002))],
    ['no dose', faulty({}, (dose) => dose.fill(0))],
    ['a dose that is no number', faulty({}, (dose) => dose.fill(Number.NaN, 100, 101))],
    ['one wrong voxel', faulty({}, (dose) => dose.with(dose.indexOf(Math.max(...dose)), 0))],
    ['a plane too few', faulty({}, (dose) => dose.subarray(22 * 19))],
    ['release below zero left out', faulty({ positive: true })],
    ['look-ups of its own where they are to be shared', faulty({ minorTerma: 0 })],
  ])('stops %s', async (_, kernel) => {
    await expect(prove(kernel)).rejects.toThrow(GpuFailure);
  });
});
