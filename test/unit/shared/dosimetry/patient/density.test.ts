import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrationByName } from '#shared/dosimetry/machine/machines.ts';
import { densityOnGrid, doseGridFor } from '#shared/dosimetry/patient/density.ts';
import { AXIAL, type Grid, indexToPatient, voxelCount, voxelVolume } from '#shared/geometry/volume.ts';
import { ctOf, square } from '../phantoms.ts';

const calibration = calibrationByName('GENERIC_120KV');
const mass = (grid: Grid, data: Float32Array): number =>
  (data.reduce((sum, value) => sum + value, 0) * voxelVolume(grid)) / 1000;

describe('density on the dose grid', () => {
  it('keeps the mass of the CT on any aligned grid that covers it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 2000 }), { minLength: 60, maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (hu, parts) => {
          const ct = ctOf([5, 4, 3], [1.5, 2, 3], (i, j, k) => hu[i + 5 * (j + 4 * k)]);
          const spacing = [7.5 / parts, 8 / parts, 9 / parts] as const;
          const grid: Grid = {
            dims: [parts, parts, parts],
            spacing,
            origin: [
              ct.origin[0] - 0.75 + spacing[0] / 2,
              ct.origin[1] - 1 + spacing[1] / 2,
              ct.origin[2] - 1.5 + spacing[2] / 2,
            ],
            direction: AXIAL,
          };
          const fine = densityOnGrid(ct, ct, calibration);
          const found = mass(grid, densityOnGrid(ct, grid, calibration).data);
          expect(found / mass(ct, fine.data)).toBeCloseTo(1, 5);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('averages densities, not HU: half air and half water is 0.5 g/cm³', () => {
    const ct = ctOf([2, 2, 2], [1, 1, 1], (i) => (i === 0 ? -1000 : 0));
    const grid: Grid = { dims: [1, 1, 1], spacing: [2, 2, 2], origin: [0.5, 0.5, 0.5], direction: AXIAL };
    expect(densityOnGrid({ ...ct, origin: [0, 0, 0] }, grid, calibration).data[0]).toBeCloseTo(0.5005, 6);
  });

  it('applies slope and intercept', () => {
    const stored = ctOf([2, 2, 2], [1, 1, 1], () => 1024);
    const found = densityOnGrid({ ...stored, slope: 2, intercept: -2048 }, stored, calibration);
    expect(found.data[0]).toBe(1);
  });

  it('is 0 outside the body; a surface voxel holds no more than its share of soft tissue', () => {
    const ct = ctOf([3, 1, 1], [1, 1, 1], () => 1200);
    const found = densityOnGrid(ct, ct, calibration, Float32Array.of(0, 0.25, 1));
    expect(found.data[0]).toBe(0);
    expect(found.data[1]).toBeCloseTo(0.25 * 1.06, 6);
    expect(found.data[2]).toBeCloseTo(1.7, 6);
  });

  it('finds the same density on a grid turned against the CT', () => {
    const ct = ctOf([40, 40, 40], [2, 2, 2], (i, j, k) => (Math.hypot(i - 19.5, j - 19.5, k - 19.5) < 12 ? 0 : -1000));
    const c = Math.SQRT1_2;
    const turned: Grid = {
      dims: [16, 16, 16],
      spacing: [4, 4, 4],
      origin: [0, 0, 0],
      direction: [c, c, 0, -c, c, 0, 0, 0, 1],
    };
    const shift = indexToPatient(turned, [7.5, 7.5, 7.5]);
    const centred: Grid = { ...turned, origin: [-shift[0], -shift[1], -shift[2]] };
    const found = densityOnGrid(ct, centred, calibration);
    // A sphere of radius 24 mm: 57.9 cm³ of water, plus 0.001 g/cm³ of air around it.
    const air = ((16 * 4) ** 3 / 1000 - 57.9) * 0.001;
    expect(mass(centred, found.data)).toBeCloseTo(57.9 + air, 0);
  });

  it('refuses MR and a mask of another size', () => {
    const ct = ctOf([2, 2, 2], [1, 1, 1], () => 0);
    expect(() => densityOnGrid({ ...ct, unit: '', modality: 'MR' }, ct, calibration)).toThrow(/needs a CT in HU/);
    expect(() => densityOnGrid(ct, ct, calibration, new Float32Array(3))).toThrow(/mask does not fit/);
  });
});

describe('dose grid', () => {
  const ct = ctOf([100, 100, 40], [2, 2, 3], () => 0);

  it('covers the body and 5 mm around it in cubes along the CT axes', () => {
    const grid = doseGridFor(ct, [square(60, -30), square(60, 30)], 2.5);
    expect(grid.spacing).toEqual([2.5, 2.5, 2.5]);
    const low = indexToPatient(grid, [-0.5, -0.5, -0.5]);
    const high = indexToPatient(grid, [grid.dims[0] - 0.5, grid.dims[1] - 0.5, grid.dims[2] - 0.5]);
    expect(low).toEqual([-35, -35, -35]);
    for (const value of high) {
      expect(value).toBeGreaterThanOrEqual(35 - 1e-9);
      expect(value).toBeLessThan(37.5);
    }
  });

  it('stays inside the CT', () => {
    const grid = doseGridFor(ct, [square(400, -100), square(400, 100)], 5);
    expect(indexToPatient(grid, [-0.5, -0.5, -0.5])).toEqual([-100, -100, -60]);
    expect(grid.dims).toEqual([40, 40, 24]);
    expect(voxelCount(grid)).toBe(38400);
  });

  it('refuses an empty body, a spacing of 0 and a grid beyond memory', () => {
    expect(() => doseGridFor(ct, [], 2.5)).toThrow(/no body contour/);
    expect(() => doseGridFor(ct, [square(60, 0)], 0)).toThrow(/must be above 0/);
    expect(() => doseGridFor(ct, [square(190, -50), square(190, 50)], 0.3)).toThrow(/too many: choose a coarser grid/);
  });
});
