import { describe, expect, it } from 'vitest';
import { beamQualityByName } from '#shared/dosimetry/machine/beamQuality.ts';
import { errorFunction } from '#shared/dosimetry/errorFunction.ts';
import { blurred } from '#shared/dosimetry/pencilBeam/blur.ts';
import { nonNegativeLeastSquares } from '#shared/dosimetry/pencilBeam/nonNegative.ts';
import { KERNEL_DEPTHS, pencilKernel } from '#shared/dosimetry/pencilBeam/pencilKernel.ts';
import { RING_COUNT } from '#shared/dosimetry/pencilBeam/pointKernels.ts';
import { termaTable } from '#shared/dosimetry/collapsedCone/terma.ts';

describe('parts of the pencil beam', () => {
  it('error function: tabulated values (Abramowitz and Stegun, table 7.1) within 2e-7', () => {
    const table = [
      [0, 0],
      [0.5, 0.5204998778],
      [1, 0.8427007929],
      [2, 0.995322265],
      [-1, -0.8427007929],
    ];
    for (const [x, value] of table) expect(Math.abs(errorFunction(x) - value)).toBeLessThan(2e-7);
  });

  it('non-negative least squares: exact where the answer is positive, clipped as it should be where it is not', () => {
    // A = [[1, 0], [1, 1]]: AᵀA = [[2, 1], [1, 1]].
    const normal = Float64Array.of(2, 1, 1, 1);
    const exact = nonNegativeLeastSquares(normal, Float64Array.of(2 * 3 + 4, 3 + 4));
    expect(exact[0]).toBeCloseTo(3, 9);
    expect(exact[1]).toBeCloseTo(4, 9);
    // b = (1, 0): unbounded answer (1, −1); with x ≥ 0 the least is x = (1/2, 0).
    const clipped = nonNegativeLeastSquares(normal, Float64Array.of(1, 0));
    expect(clipped[0]).toBeCloseTo(0.5, 9);
    expect(clipped[1]).toBe(0);
  });

  it('blur keeps the sum, its variance is sigma², and narrow maps are cut at their size', () => {
    const size = 61;
    const point = new Float64Array(size * size);
    point[30 * size + 30] = 2;
    const spread = blurred(point, size, size, 5);
    let [sum, second] = [0, 0];
    spread.forEach((value, n) => {
      sum += value;
      second += value * ((n % size) - 30) ** 2;
    });
    expect(sum).toBeCloseTo(2, 9);
    expect(second / sum).toBeCloseTo(25, 0);
    expect(blurred(point, size, size, 100).every((value) => value > 0 && value < 2)).toBe(true);
  });

  it('pencil kernel: what electrons deposit at depth is what the primary releases there but for what is radiated or scattered', () => {
    // In equilibrium the primary's share is μ_tr/μ less bremsstrahlung: 0.52 for the 6 MV spectrum (edknrc, TERMA weighted).
    const quality = beamQualityByName('mohan6');
    const { primary } = pencilKernel(quality);
    const at = KERNEL_DEPTHS.indexOf(5) * RING_COUNT;
    const total = primary.subarray(at, at + RING_COUNT).reduce((sum, value) => sum + value, 0);
    const terma = termaTable(quality)(5, 0, 1);
    expect(total / terma).toBeGreaterThan(0.51);
    expect(total / terma).toBeLessThan(0.56);
  });
});
