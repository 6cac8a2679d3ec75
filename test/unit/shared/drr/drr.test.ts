import { describe, expect, it } from 'vitest';
import type { CtVoxels } from '#shared/drr/attenuation.ts';
import { attenuationOf, PLAIN, relativeAttenuation } from '#shared/drr/attenuation.ts';
import { computeDrr, DrrSource, PLAIN_DRR } from '#shared/drr/computeDrr.ts';
import { exactDrr } from '#shared/drr/exactPath.ts';
import { addPictures, slabsOf } from '#shared/drr/slabs.ts';
import { type DrrView, pixelOfPoint } from '#shared/drr/view.ts';
import { rigidFromParameters, transformVector } from '#shared/geometry/affine.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { indexToPatient, voxelCount } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

const HFS = iecFromPatient('HFS') ?? [];

function viewOf(angles: readonly [number, number, number], more: Partial<DrrView> = {}): DrrView {
  return {
    angles: { gantry: angles[0], collimator: angles[1], couch: angles[2] },
    isocenter: [0, 0, 0],
    iecFromLps: HFS,
    sad: 1000,
    sid: 1000,
    size: [161, 121],
    spacing: [2, 2],
    centre: [0, 0],
    ...more,
  };
}

/** A CT of air about the origin, turned by degrees about x, y and z. */
function airBox(dims: Vec3, spacing: Vec3, turn: Vec3 = [0, 0, 0]): CtVoxels {
  const rotation = rigidFromParameters(turn, [0, 0, 0]);
  const axes = [
    transformVector(rotation, [1, 0, 0]),
    transformVector(rotation, [0, 1, 0]),
    transformVector(rotation, [0, 0, 1]),
  ];
  const grid = { dims, spacing, direction: axes.flat(), origin: [0, 0, 0] as Vec3 };
  const middle = indexToPatient(grid, [(dims[0] - 1) / 2, (dims[1] - 1) / 2, (dims[2] - 1) / 2]);
  return {
    ...grid,
    origin: [-middle[0], -middle[1], -middle[2]],
    data: new Int16Array(voxelCount(grid)).fill(-1000),
    slope: 1,
    intercept: 0,
  };
}

function paint(ct: CtVoxels, inside: (point: Vec3) => boolean, hu: number): CtVoxels {
  const [nx, ny, nz] = ct.dims;
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) if (inside(indexToPatient(ct, [i, j, k]))) ct.data[p] = hu;
  return ct;
}

/** A soft ball of 2.5 mm standard deviation, wide enough for the voxels: its middle of mass is its centre. */
function paintBall(ct: CtVoxels, centre: Vec3): CtVoxels {
  const [nx, ny, nz] = ct.dims;
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const [x, y, z] = indexToPatient(ct, [i, j, k]);
        const squared = (x - centre[0]) ** 2 + (y - centre[1]) ** 2 + (z - centre[2]) ** 2;
        if (squared < 400) ct.data[p] = Math.round(3000 * Math.exp(-squared / (2 * 2.5 ** 2))) - 1000;
      }
  return ct;
}

/** Middle of mass of a picture round a pixel, in pixels. */
function centroid(
  data: Float32Array,
  columns: number,
  [c, r]: readonly [number, number],
  reach: number,
): [number, number] {
  let [x, y, mass] = [0, 0, 0];
  for (let row = Math.round(r) - reach; row <= Math.round(r) + reach; row++)
    for (let column = Math.round(c) - reach; column <= Math.round(c) + reach; column++) {
      const value = data[column + columns * row];
      [x, y, mass] = [x + value * column, y + value * row, mass + value];
    }
  return [x / mass, y / mass];
}

describe('digitally reconstructed radiographs', () => {
  it('sees air as nothing, water as one, and tissues as they are weighted', () => {
    expect(relativeAttenuation(-1000, PLAIN)).toBe(0);
    expect(relativeAttenuation(0, PLAIN)).toBe(1);
    expect(relativeAttenuation(1000, PLAIN)).toBe(2);
    expect(relativeAttenuation(0, { soft: 0.25, bone: 1 })).toBe(0.25);
    expect(relativeAttenuation(200, { soft: 0, bone: 1 })).toBeCloseTo(0.6, 12);
    expect(relativeAttenuation(1000, { soft: 0, bone: 1 })).toBe(2);
  });

  it('measures a block of water along the axis and aslant as its sides say', () => {
    // 120 × 80 × 100 mm of water: voxel borders lie on its sides.
    const ct = paint(
      airBox([80, 60, 60], [2, 2, 2]),
      ([x, y, z]) => Math.abs(x) < 60 && Math.abs(y) < 40 && Math.abs(z) < 50,
      0,
    );
    const attenuation = attenuationOf(ct, PLAIN);
    for (const [gantry, thickness] of [
      [0, 80],
      [180, 80],
      [90, 120],
      [270, 120],
    ]) {
      const view = viewOf([gantry, 0, 0], { size: [1, 1] });
      expect(exactDrr(attenuation, view)[0]).toBeCloseTo(thickness, 3);
      expect(computeDrr(ct, view).data[0]).toBeCloseTo(thickness, 3);
    }
    // 25 mm off the axis at the isocenter: front and back are crossed at that slope.
    const aside = viewOf([0, 0, 0], { size: [1, 1], centre: [25, 0] });
    const slant = 80 * Math.hypot(1, 25 / 1000);
    expect(exactDrr(attenuation, aside)[0]).toBeCloseTo(slant, 3);
    expect(computeDrr(ct, aside).data[0]).toBeCloseTo(slant, 3);
    const oblique = viewOf([30, 0, 0], { size: [1, 1] });
    expect(exactDrr(attenuation, oblique)[0]).toBeCloseTo(80 / Math.cos(Math.PI / 6), 2);
    expect(computeDrr(ct, oblique).data[0]).toBeCloseTo(80 / Math.cos(Math.PI / 6), 0);
  });

  it('has patient left on the right and the head up in an AP picture of a supine patient', () => {
    const ct = paint(airBox([60, 60, 60], [2, 2, 2]), ([x, y, z]) => Math.hypot(x - 40, y, z - 20) < 5, 1000);
    const { data } = computeDrr(ct, viewOf([0, 0, 0]));
    expect(data[80 + 20 + 161 * (60 - 10)]).toBeGreaterThan(15);
    expect(data[80 - 20 + 161 * (60 + 10)]).toBe(0);
  });

  const upright: Vec3 = [0, 0, 0];
  const oblique: Vec3 = [17, -8, 25];
  // Off the axis at different depths; magnified by 1.44 to 1.57.
  const points: readonly Vec3[] = [
    [38, 30, -33],
    [-40, -22, 36],
    [5, 2, 1],
    [-15, 38, 28],
  ];
  const balls = new Map(
    [upright, oblique].map((turn) => {
      const air = airBox([71, 71, 53], [1.5, 1.5, 2], turn);
      return [turn, points.map((point) => paintBall({ ...air, data: air.data.slice() }, point))];
    }),
  );
  const directions: readonly [string, readonly [number, number, number], string, Vec3][] = [
    ['AP', [0, 0, 0], 'HFS', upright],
    ['lateral', [90, 0, 0], 'HFS', upright],
    ['posterior, collimator turned', [180, 35, 0], 'HFS', upright],
    ['oblique, all angles', [217, 12, 340], 'HFS', upright],
    ['vertex', [88, 0, 272], 'HFS', upright],
    ['feet first prone', [40, 5, 10], 'FFP', upright],
    ['an oblique stack', [52, 90, 15], 'HFS', oblique],
  ];
  it.each(directions)('shows points where they are: %s', (_, angles, position, turn) => {
    const more = { iecFromLps: iecFromPatient(position) ?? [], sid: 1500, spacing: [1, 1] } as const;
    const view = viewOf(angles, { ...more, size: [221, 221] });
    for (const [n, point] of points.entries()) {
      const ct = balls.get(turn)?.[n];
      const expected = pixelOfPoint(view, point);
      if (expected === undefined || ct === undefined) throw new Error('not seen');
      const [c, r] = centroid(computeDrr(ct, view).data, 221, expected, 18);
      // Pixels of 1 mm at 1,500 mm are 1/1.5 mm at the isocenter; the tolerance is what closed forms are held to.
      expect(Math.hypot(c - expected[0], r - expected[1]) / 1.5).toBeLessThan(0.1);
    }
  });

  it('magnifies by the distances, in closed form', () => {
    // HFS, gantry 0: x_b = x, y_b = z, towards the source = −y.
    const view = viewOf([0, 0, 0], { sid: 1500 });
    expect(pixelOfPoint(view, [60, -100, 30])).toEqual([80 + (60 * 1500) / 900 / 2, 60 - (30 * 1500) / 900 / 2]);
    // Gantry 90: the source is at the patient's left; x_b points to posterior then.
    const lateral = pixelOfPoint(viewOf([90, 0, 0]), [200, 30, 12]) ?? [0, 0];
    expect(lateral[0]).toBeCloseTo(80 + (30 * 1000) / 800 / 2, 9);
    expect(lateral[1]).toBeCloseTo(60 - (12 * 1000) / 800 / 2, 9);
    expect(pixelOfPoint(view, [0, -1001, 0])).toBeUndefined();
  });

  it('casts fast what the definition gives, from every side', () => {
    const ct = paint(airBox([60, 56, 48], [2, 2, 3]), ([x, y, z]) => Math.hypot(x / 50, y / 40, z / 60) < 1, 40);
    paint(ct, ([x, y, z]) => Math.hypot(x - 15, y + 10) < 9 && Math.abs(z) < 40, 800);
    const attenuation = attenuationOf(ct, PLAIN);
    for (const angles of [
      [0, 0, 0],
      [75, 20, 0],
      [135, 0, 30],
      [300, 45, 80],
    ] as const) {
      const view = viewOf(angles);
      const [fast, exact] = [computeDrr(ct, view).data, exactDrr(attenuation, view)];
      let [squares, sum, sumFast] = [0, 0, 0];
      for (const [n, value] of exact.entries()) {
        squares += (fast[n] - value) ** 2;
        [sum, sumFast] = [sum + value, sumFast + fast[n]];
      }
      // Boxes against straight lines between centres: at edges they differ by what half a voxel is worth.
      expect(Math.sqrt(squares / exact.length)).toBeLessThan(1.6);
      expect(Math.abs(sumFast / sum - 1)).toBeLessThan(0.003);
    }
  });

  it('parts add up: slabs of the patient, and depth windows', () => {
    const ct = paint(airBox([50, 50, 40], [2, 2, 3]), ([x, y, z]) => Math.hypot(x / 40, y / 45, z / 50) < 1, 100);
    for (const angles of [
      [0, 0, 0],
      [50, 0, 0],
      [200, 30, 60],
      [90, 0, 90],
    ] as const) {
      const view = viewOf(angles, { size: [81, 61], spacing: [3, 3] });
      const whole = new DrrSource(ct).cast(view, PLAIN_DRR);
      const parted = addPictures(slabsOf(ct, 3).map((slab) => new DrrSource(slab).cast(view, PLAIN_DRR)));
      const windows = [
        { near: -500, far: 5 },
        { near: 5, far: 500 },
      ];
      const deep = addPictures(windows.map((depth) => new DrrSource(ct).cast(view, { ...PLAIN_DRR, depth })));
      const most = Math.max(...whole);
      for (const [n, value] of whole.entries()) {
        expect(Math.abs(parted[n] - value)).toBeLessThan(1e-4 * most);
        expect(Math.abs(deep[n] - value)).toBeLessThan(1e-4 * most);
      }
    }
  });

  it('shows only what lies between the planes of a depth window', () => {
    const ct = paint(airBox([60, 60, 40], [2, 2, 2]), ([x, y, z]) => Math.hypot(x, y, z) < 50, 0);
    for (const angles of [
      [0, 0, 0],
      [33, 0, 0],
      [90, 0, 20],
    ] as const) {
      const view = viewOf(angles, { size: [1, 1] });
      const depth = { near: -10, far: 25 };
      expect(computeDrr(ct, view, { ...PLAIN_DRR, depth }).data[0]).toBeCloseTo(35, 2);
      expect(exactDrr(attenuationOf(ct, PLAIN), view, depth)[0]).toBeCloseTo(35, 2);
    }
  });

  it('keeps the mass of what it pools, and casts rays that are too wide for the fast way', () => {
    const ct = paint(airBox([61, 59, 21], [1, 1, 3]), ([x, y]) => Math.hypot(x, y) < 20, 0);
    const total = (data: Float32Array): number => data.reduce((sum, value) => sum + value, 0);
    const pooled = attenuationOf(ct, PLAIN, 3);
    expect(pooled.dims).toEqual([21, 20, 21]);
    expect(pooled.spacing).toEqual([3, 3, 3]);
    expect(total(pooled.data) * 9).toBeCloseTo(total(attenuationOf(ct, PLAIN).data), 1);
    const wide = viewOf([45, 0, 0], { sad: 100, sid: 100, size: [41, 1], spacing: [20, 20] });
    expect(computeDrr(ct, wide).data[20]).toBeCloseTo(exactDrr(attenuationOf(ct, PLAIN), wide)[20], 6);
  });
});
