import { describe, expect, it } from 'vitest';
import type { FluenceProblem } from '#shared/dosimetry/pencilBeam/fluence/contract.ts';
import { laidFluence } from '#shared/dosimetry/pencilBeam/fluence/laidFluence.ts';
import { rowsOfGrid } from '#shared/optimization/influence/groups.ts';
import { cellsOf } from '#shared/optimization/influence/webgpu/cells.ts';
import {
  HEADER_BYTES,
  largestBuffer,
  planeHeader,
  profileTable,
  shapeOf,
  voxelTable,
} from '#shared/optimization/influence/webgpu/layout.ts';
import { lines } from '#shared/optimization/influence/webgpu/steps.ts';
import { optimizationProblem } from '#shared/optimization/problem/problem.ts';
import { cylinder } from '../../problem/cylinder.ts';

const { setups, machine, voxels } = await optimizationProblem({ ...cylinder, grid: 10, bixel: 10 });
const [{ beam, lattice, problem: dose }] = setups;
const rowOf = rowsOfGrid(voxels, dose.density.data.length);
const problem: FluenceProblem = laidFluence(dose, beam, machine, lattice, rowOf, voxels.length)!.problem;
const { narrow, wide, x, y } = problem;

describe('what a GPU is given of a direction', () => {
  it('lists every voxel on a plane once, in its cell, in the order of the voxels', () => {
    for (const plane of [narrow, wide]) {
      const { from, pitch, width, height } = plane;
      const cells = cellsOf(plane, x, y);
      const [begins, list] = [cells.subarray(0, width * height + 1), cells.subarray(width * height + 1)];
      expect(begins[0]).toBe(0);
      expect(begins[width * height]).toBe(list.length);
      for (let cell = 0; cell < width * height; cell++) {
        const own = list.subarray(begins[cell], begins[cell + 1]);
        // The last node of a line and the last line begin no cell: the shader counts on that.
        if (cell % width === width - 1 || cell >= width * (height - 1)) expect(own).toHaveLength(0);
        own.forEach((voxel, n) => {
          expect(Math.floor((x[voxel] - from[0]) / pitch)).toBe(cell % width);
          expect(Math.floor((y[voxel] - from[1]) / pitch)).toBe(Math.floor(cell / width));
          if (n > 0) expect(voxel).toBeGreaterThan(own[n - 1]);
        });
      }
      expect(new Set(list).size).toBe(list.length);
    }
    // Every voxel lies on the wide plane; the narrow one holds the field's surroundings.
    expect(cellsOf(wide, x, y)).toHaveLength(wide.width * wide.height + 1 + x.length);
    expect(cellsOf(narrow, x, y).length).toBeLessThan(narrow.width * narrow.height + 1 + x.length);
  });

  it('keeps rows as whole numbers, which floats below 1e-38 would not be', () => {
    const words = voxelTable(problem);
    const floats = new Float32Array(words.buffer);
    expect(words).toHaveLength(12 * x.length);
    for (const voxel of [0, 1, x.length - 1]) {
      expect(words[12 * voxel + 2]).toBe(problem.row[voxel]);
      expect([...floats.subarray(12 * voxel, 12 * voxel + 2)]).toEqual([x[voxel], y[voxel]]);
      expect(floats.subarray(12 * voxel + 4, 12 * voxel + 12)).toEqual(
        problem.weights.subarray(8 * voxel, 8 * voxel + 8),
      );
    }
  });

  it('finds each plane’s profiles by its header', () => {
    const shape = shapeOf(problem);
    const table = profileTable(shape);
    for (const plane of ['narrow', 'wide'] as const) {
      const header = planeHeader(shape, plane, 77);
      expect(header.byteLength).toBe(HEADER_BYTES);
      const ints = new Int32Array(header);
      const { width, height, x: along, y: across } = shape[plane];
      expect([...ints.subarray(3, 8)]).toEqual([x.length, width, height, ...problem.lattice]);
      expect(ints[16]).toBe(77);
      for (const [axis, { profile }] of [along, across].entries())
        expect(table.subarray(4 * ints[12 + axis], 4 * ints[12 + axis] + profile.length)).toEqual(profile);
    }
  });

  it('knows its largest buffer: voxels of a fine grid, planes of a coarse one', () => {
    const shape = shapeOf(problem);
    expect(largestBuffer(shape)).toBe(16 * narrow.width * narrow.height);
    expect(largestBuffer({ ...shape, voxels: 1e6 })).toBe(48e6);
  });

  it('folds groups of threads that are too many for one axis', () => {
    expect(lines(1)).toEqual([1, 1]);
    expect(lines(65)).toEqual([2, 1]);
    for (const voxels of [32768 * 64, 32768 * 64 + 1, 10_000_000]) {
      const [along, across] = lines(voxels);
      expect(Math.max(along, across)).toBeLessThan(65536);
      expect(along * across * 64).toBeGreaterThanOrEqual(voxels);
    }
  });
});
