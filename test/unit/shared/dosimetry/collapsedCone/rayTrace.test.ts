import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beamQualityByName, muOverRhoBone, muOverRhoWater } from '#shared/dosimetry/machine/beamQuality.ts';
import { boneMassFraction } from '#shared/dosimetry/patient/medium.ts';
import { type LocalGrid, RoughPaths, traceToSource } from '#shared/dosimetry/collapsedCone/rayTrace.ts';
import { surfaceDistance } from '#shared/dosimetry/collapsedCone/surface.ts';
import { termaTable } from '#shared/dosimetry/collapsedCone/terma.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

const trace = (grid: LocalGrid, voxel: Vec3, source: Vec3): { water: number; bone: number } => {
  const out = { water: -1, bone: -1 };
  traceToSource(grid, voxel[0], voxel[1], voxel[2], source, out);
  return out;
};

describe('radiological path', () => {
  it('crosses slabs along an axis exactly: half the voxel itself, then whole ones', () => {
    const grid: LocalGrid = { dims: [1, 1, 4], spacing: [1, 1, 0.5], density: Float32Array.of(1, 0.26, 1, 1) };
    const { water, bone } = trace(grid, [0, 0, 2], [0, 0, -100]);
    expect(water).toBeCloseTo(0.25 * 1 + 0.5 * 0.26 + 0.5 * 1, 7);
    expect(bone).toBe(0);
  });

  it('counts cortical bone as bone and mixtures by mass', () => {
    const grid: LocalGrid = { dims: [1, 1, 2], spacing: [1, 1, 1], density: Float32Array.of(1.85, 1.4) };
    const { water, bone } = trace(grid, [0, 0, 1], [0, 0, -100]);
    expect(water + bone).toBeCloseTo(1.85 + 0.7, 6);
    expect(bone).toBeCloseTo(1.85 + 0.7 * boneMassFraction(1.4), 6);
    expect(boneMassFraction(1.06)).toBe(0);
    expect(boneMassFraction(3)).toBe(1);
  });

  it('from a neighbour is the same in a uniform medium but for the surface of its own column', () => {
    const dims: Vec3 = [8, 8, 12];
    const grid: LocalGrid = { dims, spacing: [0.3, 0.3, 0.3], density: new Float32Array(8 * 8 * 12).fill(1) };
    const source: Vec3 = [1, 1, -90];
    const rough = new RoughPaths(grid, source);
    for (let k = 0; k < 12; k++)
      for (let j = 0; j < 8; j++)
        for (let i = 0; i < 8; i++) {
          const out = { water: 0, bone: 0 };
          rough.trace(i, j, k, out);
          expect(Math.abs(out.water - trace(grid, [i, j, k], source).water)).toBeLessThan(0.01);
          expect(out.bone).toBe(0);
        }
  });

  it('equals fine sampling of the line for any densities, voxel and source', () => {
    const dims: Vec3 = [6, 5, 7];
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 210, maxLength: 210 }),
        fc.tuple(fc.nat(5), fc.nat(4), fc.nat(6)),
        fc.tuple(
          fc.double({ min: -40, max: 40, noNaN: true }),
          fc.double({ min: -40, max: 40, noNaN: true }),
          fc.double({ min: -60, max: -20, noNaN: true }),
        ),
        (values, voxel, source) => {
          const grid: LocalGrid = { dims, spacing: [0.3, 0.4, 0.25], density: Float32Array.from(values) };
          const start = voxel.map((n, axis) => n * grid.spacing[axis]);
          const steps = 20000;
          const length = Math.hypot(...source.map((value, axis) => value - start[axis]));
          // Only the first 4 cm can lie inside the grid (its diagonal is 3.3 cm).
          const reach = Math.min(1, 4 / length);
          let sum = 0;
          for (let n = 0; n < steps; n++) {
            const t = ((n + 0.5) / steps) * reach;
            const index = start.map((value, axis) =>
              Math.round((value + t * (source[axis] - value)) / grid.spacing[axis]),
            );
            if (index.every((i, axis) => i >= 0 && i < dims[axis]))
              sum += grid.density[index[0] + 6 * (index[1] + 5 * index[2])];
          }
          const { water, bone } = trace(grid, voxel, source);
          expect(Math.abs(water + bone - (sum / steps) * reach * length)).toBeLessThan(2e-3);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('stops at a source inside the grid', () => {
    const grid: LocalGrid = { dims: [1, 1, 10], spacing: [1, 1, 1], density: new Float32Array(10).fill(1) };
    expect(trace(grid, [0, 0, 8], [0, 0, 3]).water).toBeCloseTo(5, 6);
  });
});

describe('TERMA', () => {
  const quality = beamQualityByName('mohan6');
  const table = termaTable(quality);
  const exact = (water: number, bone: number, medium: (energy: number) => number): number =>
    quality.energies.reduce(
      (sum, energy, n) =>
        sum +
        quality.fluence[n] *
          energy *
          1.602176634e-10 *
          medium(energy) *
          Math.exp(-muOverRhoWater(energy) * water - muOverRhoBone(energy) * bone),
      0,
    );

  it('equals the sum over the spectrum, between nodes and in both media', () => {
    for (const [water, bone] of [
      [0, 0],
      [0.37, 0],
      [10.4, 0],
      [32.6, 2.7],
      [3.3, 12.5],
    ]) {
      // biome-ignore format: pairs
      expect(table(water, bone, 1) / exact(water, bone, muOverRhoWater)).toBeCloseTo(1, 3);
      expect(table(water, bone, 1.85) / exact(water, bone, muOverRhoBone)).toBeCloseTo(1, 3);
    }
  });

  it('hardens: the second 20 cm attenuate less than the first', () => {
    expect(table(40, 0, 1) / table(20, 0, 1)).toBeGreaterThan(1.02 * (table(20, 0, 1) / table(0, 0, 1)));
  });
});

describe('surface on the beam axis', () => {
  const frame = {
    source: [0, 0, -100],
    isocenter: [0, 0, 0],
    x: [1, 0, 0],
    y: [0, 1, 0],
    travel: [0, 0, 1],
    sad: 100,
  } as const;
  const column = (...density: number[]): LocalGrid => ({
    dims: [1, 1, density.length],
    spacing: [1, 1, 1],
    density: Float32Array.from(density),
  });

  it('lies at the face of the first full voxel, part way into a partial one, nowhere in air', () => {
    expect(surfaceDistance(column(0, 0, 1, 1, 1), frame)).toBeCloseTo(101.5, 1);
    expect(surfaceDistance(column(0, 0, 0.25, 1, 1), frame)).toBeCloseTo(102.25, 1);
    expect(surfaceDistance(column(0, 0, 0), frame)).toBeUndefined();
  });
});
