import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeDvh, dvhOf } from '#shared/evaluation/dvh.ts';
import { rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { AXIAL, type Grid, indexToPatient, moveGrid, type Volume, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Contour } from '#shared/model/structures.ts';
import { circle, rectangle, sphere } from '../structures/shapes.ts';

const grid: Grid = { dims: [41, 41, 41], spacing: [2.5, 2.5, 2.5], origin: [-50, -50, -50], direction: AXIAL };
const doseOf = (f: (p: Vec3) => number, on = grid): Volume<Float32Array> => {
  const [nx, ny] = on.dims;
  const at = (p: number): Vec3 => indexToPatient(on, [p % nx, Math.floor(p / nx) % ny, Math.floor(p / nx / ny)]);
  return { ...on, data: Float32Array.from({ length: voxelCount(on) }, (_, p) => f(at(p))) };
};
const gradient = doseOf(([x]) => 30 + 0.4 * x);
const box = Array.from({ length: 9 }, (_, n) => rectangle(-10, -6, 30, 14, -8 + 2 * n));

describe('computeDvh', () => {
  it('a uniform dose: one step, every metric that dose', () => {
    const dvh = computeDvh(
      box,
      doseOf(() => 50),
    );
    expect([dvh.min, dvh.max, dvh.doseAtVolume(95), dvh.doseAtVolume(2), dvh.doseAtVolume(50)]).toEqual([
      50, 50, 50, 50, 50,
    ]);
    expect(dvh.mean).toBeCloseTo(50, 6);
    expect([dvh.volumeAtDose(50), dvh.volumeAtDose(49), dvh.volumeAtDose(50.001)]).toEqual([100, 100, 0]);
    expect(dvh.volume).toBeCloseTo(40 * 20 * 18 * 1e-3, 6);
    expect(dvh.covered).toBe(1);
    expect(dvh.warnings).toEqual([]);
  });

  it('a box in a gradient: a straight line, by hand', () => {
    const dvh = computeDvh(box, gradient);
    // x from −10 to 30: 26 Gy to 42 Gy, uniformly spread.
    expect(dvh.min).toBeCloseTo(26, 4);
    expect(dvh.max).toBeCloseTo(42, 4);
    expect(dvh.mean).toBeCloseTo(34, 3);
    for (const [percent, gray] of [
      [98, 26.32],
      [95, 26.8],
      [50, 34],
      [5, 41.2],
      [2, 41.68],
    ])
      expect(Math.abs(dvh.doseAtVolume(percent) - gray)).toBeLessThan(0.02);
    for (const [gray, percent] of [
      [20, 100],
      [26.8, 95],
      [34, 50],
      [41.2, 5],
      [43, 0],
    ])
      expect(Math.abs(dvh.volumeAtDose(gray) - percent)).toBeLessThan(0.1);
    expect(dvh.doseAtAbsoluteVolume(1.44)).toBeCloseTo(dvh.doseAtVolume(10), 9);
    expect([dvh.doseAtVolume(100), dvh.doseAtVolume(0)]).toEqual([dvh.min, dvh.max]);
  });

  it('a sphere much smaller than a dose voxel keeps its curve', () => {
    // Radius 1.2 mm in 2.5 mm voxels: caps of height h hold (3rh² − h³)/4r³ of the volume.
    const contours = sphere(3.1, -2.2, 0.4, 1.2, 0.1);
    const dvh = computeDvh(contours, gradient);
    const fraction = (x: number): number => 100 * ((2 - 3 * x + x ** 3) / 4);
    for (const x of [-0.8, -0.4, 0, 0.3, 0.7])
      expect(Math.abs(dvh.volumeAtDose(30 + 0.4 * (3.1 + 1.2 * x)) - fraction(x))).toBeLessThan(0.5);
    expect(Math.abs(dvh.mean - 31.24)).toBeLessThan(0.005);
  });

  it('the hottest of a large structure is that of the small one in it', () => {
    const wide: Grid = { dims: [75, 75, 75], spacing: [4, 4, 4], origin: [-148, -148, -148], direction: AXIAL };
    const peak: Vec3 = [22, -18, 30];
    const hot = doseOf((at) => 50 + 10 * Math.exp(-(Math.hypot(...at.map((x, n) => x - peak[n])) ** 2) / 50), wide);
    const body = computeDvh(
      Array.from({ length: 93 }, (_, n) => rectangle(-140, -140, 140, 140, -138 + 3 * n)),
      hot,
    );
    const small = computeDvh(sphere(...peak, 8, 1), hot);
    expect(body.max).toBe(hot.data.reduce((most, dose) => Math.max(most, dose)));
    // Its voxel lies a little beside the peak. A quarter of a gray is what differs between 0.03 and 0.025 cm³ here.
    expect(body.max).toBeGreaterThanOrEqual(small.max - 1e-4);
    expect(Math.abs(body.doseAtAbsoluteVolume(0.03) - small.doseAtAbsoluteVolume(0.03))).toBeLessThan(0.25);
  });

  it('of one plane takes no voxel from beside its slab', () => {
    const coarse: Grid = { dims: [121, 121, 5], spacing: [2, 2, 5], origin: [-120, -120, -9], direction: AXIAL };
    const falling = doseOf(([, , z]) => 42 - 8 * z, coarse);
    const dvh = computeDvh([circle(0, 0, 100, 2.4)], falling);
    // A slab of 2 mm about 2.4 mm; the voxel at 1 mm has 34 Gy.
    expect(dvh.max).toBeCloseTo(42 - 8 * 1.4, 4);
  });

  it('curves start at 100 %, never rise, end with the maximum; metrics are inverse to each other', () => {
    const part = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(part, part, part),
        fc.double({ min: 2, max: 15, noNaN: true }),
        part,
        ([x, y, z], r, tilt) => {
          const contours = [...sphere(x, y, z, r, 2), ...sphere(x, y, z, r / 3, 2)];
          const dvh = computeDvh(
            contours,
            doseOf(([a, b, c]) => Math.abs(a + tilt * 0.02 * b) + 0.01 * c * c),
            { samples: 20_000 },
          );
          const { dose, volume } = dvh.curve;
          expect([dose[0], volume[0], dose.at(-1), volume.at(-1)]).toEqual([0, 100, dvh.max, 0]);
          for (let i = 1; i < dose.length; i++) {
            expect(dose[i]).toBeGreaterThanOrEqual(dose[i - 1]);
            expect(volume[i]).toBeLessThanOrEqual(volume[i - 1] + 1e-9);
          }
          for (const percent of [5, 33, 50, 80, 95])
            expect(dvh.volumeAtDose(dvh.doseAtVolume(percent))).toBeCloseTo(percent, 4);
          expect(dvh.mean).toBeGreaterThanOrEqual(dvh.min);
          expect(dvh.mean).toBeLessThanOrEqual(dvh.max);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('turning patient and dose grid together, or only the dose grid, changes nothing', () => {
    const turn = rigidFromParameters([30, -20, 70], [11, 12, -13]);
    const turned = box.map((contour): Contour => {
      const points = contour.points.slice();
      for (let i = 0; i < points.length; i += 3)
        points.set(transformPoint(turn, [points[i], points[i + 1], points[i + 2]]), i);
      return { ...contour, points };
    });
    const straight = computeDvh(box, gradient);
    const together = computeDvh(turned, moveGrid(gradient, turn));
    const oblique = computeDvh(
      box,
      doseOf(([x]) => 30 + 0.4 * x, moveGrid(grid, rigidFromParameters([20, 10, 33], [0, 0, 0]))),
    );
    for (const other of [together, oblique])
      for (const percent of [98, 50, 2])
        expect(Math.abs(other.doseAtVolume(percent) - straight.doseAtVolume(percent))).toBeLessThan(0.03);
    expect(together.volume).toBeCloseTo(straight.volume, 3);
  });

  it('what leaves the dose grid counts as 0 Gy and is told', () => {
    // Voxels end at 51.25: of x from 41.25 to 61.25 half is outside.
    const contours = [-2, 0, 2].map((z) => rectangle(41.25, 0, 61.25, 10, z));
    const dvh = computeDvh(
      contours,
      doseOf(() => 10),
      { name: 'Arm' },
    );
    expect(dvh.covered).toBeCloseTo(0.5, 2);
    expect(dvh.mean).toBeCloseTo(5, 1);
    expect([dvh.min, dvh.max]).toEqual([0, 10]);
    expect(dvh.warnings[0]).toMatch(/^Arm: (49|50)\.\d % of the volume lies outside the dose grid/);
  });

  it('holes do not count; no volume is told, not guessed', () => {
    const ring = [-2, 0, 2].flatMap((z) => [circle(0, 0, 20, z), circle(0, 0, 10, z)]);
    const peak = computeDvh(
      ring,
      doseOf(([x, y]) => (Math.hypot(x, y) < 6 ? 70 : 20)),
    );
    expect(peak.max).toBeLessThan(40);
    const empty = computeDvh([], gradient, { name: 'PTV' });
    expect(empty.volume).toBe(0);
    expect(empty.warnings).toEqual(['PTV: no volume']);
    expect([empty.doseAtVolume(95), empty.volumeAtDose(10)]).toEqual([0, 0]);
  });

  it('its table crosses a worker and comes back with its metrics', () => {
    const dvh = computeDvh(box, gradient);
    const { doseAtVolume, doseAtAbsoluteVolume, volumeAtDose, ...table } = dvh;
    const back = dvhOf(structuredClone(table));
    expect(back.doseAtVolume(95)).toBe(doseAtVolume(95));
    expect(back.volumeAtDose(33)).toBe(volumeAtDose(33));
    expect(back.doseAtAbsoluteVolume(3)).toBe(doseAtAbsoluteVolume(3));
  });
});
