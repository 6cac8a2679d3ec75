import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clampToGrid,
  extentAlong,
  gridCentre,
  onSlice,
  planeAxes,
  sliceIndexOf,
  slicePosition,
} from '#renderer/viewports/plane/planes.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';
import { rigidFromParameters } from '#shared/geometry/affine.ts';
import { AXIAL, type Grid, indexToPatient, moveGrid } from '#shared/geometry/volume.ts';
import { cross, dot, type Vec3 } from '#shared/geometry/vec.ts';

const axial: Grid = { dims: [100, 80, 40], spacing: [2, 2, 3], origin: [-99, -79, -60], direction: AXIAL };
/** As some scanners store it: k runs from head to feet (left-handed stacks are not volumes, so j is turned too). */
const headFirst: Grid = { ...axial, origin: [-99, 79, 57], direction: [1, 0, 0, 0, -1, 0, 0, 0, -1] };
/** A sagittal acquisition: i = posterior, j = feet, k = right. */
const sagittalScan: Grid = { ...axial, direction: [0, 1, 0, 0, 0, -1, -1, 0, 0] };

describe('planeAxes', () => {
  it('shows the patient as seen from the feet, from the left and from the front', () => {
    expect(planeAxes(axial, 'axial')).toMatchObject({ right: [1, 0, 0], down: [0, 1, 0], normal: [0, 0, 1] });
    expect(planeAxes(axial, 'sagittal')).toMatchObject({ right: [0, 1, 0], normal: [-1, 0, 0] });
    expect(planeAxes(axial, 'coronal')).toMatchObject({ right: [1, 0, 0], normal: [0, 1, 0] });
    for (const plane of ['sagittal', 'coronal'] as const) expect(planeAxes(axial, plane).down[2]).toBe(-1);
  });

  it.each([
    ['axial', axial],
    ['stored head first', headFirst],
    ['scanned sagittally', sagittalScan],
  ])('turns every plane the same way for a grid %s', (_name, grid) => {
    for (const plane of ['axial', 'sagittal', 'coronal'] as const) {
      const [expected, actual] = [planeAxes(axial, plane), planeAxes(grid, plane)];
      for (const key of ['right', 'down', 'normal', 'through'] as const)
        for (const i of [0, 1, 2]) expect(actual[key][i]).toBeCloseTo(expected[key][i], 12);
    }
  });

  it('counts the slices of the axis it looks along', () => {
    expect(planeAxes(sagittalScan, 'sagittal')).toMatchObject({ count: 40, step: 3 });
    expect(planeAxes(sagittalScan, 'axial')).toMatchObject({ count: 80, step: 2 });
    // k runs feetwards from z = 57: the first slice along +z is the last stored.
    expect(planeAxes(headFirst, 'axial').first).toBeCloseTo(57 - 39 * 3, 9);
  });

  it('follows a tilted acquisition instead of resampling it, and stays right-handed', () => {
    fc.assert(
      fc.property(fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: -35, max: 35 }))), (angles) => {
        const grid = moveGrid(axial, rigidFromParameters(angles as unknown as Vec3, [0, 0, 0]));
        for (const plane of ['axial', 'sagittal', 'coronal'] as const) {
          const { right, down, normal, through } = planeAxes(grid, plane);
          expect(Math.abs(dot(through, normal))).toBeCloseTo(1, 9);
          expect(dot(cross(right, down), normal)).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  it('finds every voxel centre on the slice it belongs to', () => {
    for (const grid of [axial, headFirst, sagittalScan]) {
      const axes = planeAxes(grid, 'axial');
      const seen = new Set<number>();
      const k = grid === sagittalScan ? 1 : 2;
      for (let n = 0; n < grid.dims[k]; n++) {
        const index: Vec3 = k === 2 ? [3, 4, n] : [3, n, 4];
        const point = indexToPatient(grid, index);
        const slice = sliceIndexOf(axes, point);
        seen.add(slice);
        expect(slicePosition(axes, onSlice(axes, [0, 0, 0], slice))).toBeCloseTo(point[2], 9);
      }
      expect(seen.size).toBe(grid.dims[k]);
    }
  });
});

describe('grid helpers', () => {
  it('clamps a point to the voxel centres', () => {
    expect(clampToGrid(axial, [1000, -1000, 0])).toEqual([99, -79, 0]);
    expect(clampToGrid(axial, [5, 6, 7])).toEqual([5, 6, 7]);
  });

  it('knows centre and extent', () => {
    expect(gridCentre(axial)).toEqual([0, 0, -1.5]);
    expect(extentAlong(axial, [1, 0, 0])).toBe(200);
    expect(extentAlong(sagittalScan, [1, 0, 0])).toBe(120);
  });
});

describe('planeViewOf', () => {
  it('maps canvas to patient and back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('axial', 'sagittal', 'coronal' as const),
        fc.double({ min: 0.2, max: 20, noNaN: true }),
        fc.integer({ min: 0, max: 600 }),
        fc.integer({ min: 0, max: 400 }),
        (id, scale, x, y) => {
          const view = planeViewOf({
            id,
            axes: planeAxes(axial, id),
            centre: [3, -4, 5],
            scale,
            width: 600,
            height: 400,
          });
          const [cx, cy] = view.toCanvas(view.toPatient(x, y));
          expect(cx).toBeCloseTo(x, 6);
          expect(cy).toBeCloseTo(y, 6);
        },
      ),
    );
  });

  it('puts the patient left on the right and the front on top of the axial view', () => {
    const view = planeViewOf({
      id: 'axial',
      axes: planeAxes(axial, 'axial'),
      centre: [0, 0, 0],
      scale: 2,
      width: 600,
      height: 400,
    });
    expect(view.toCanvas([10, -20, 99])).toEqual([320, 160]);
  });
});
