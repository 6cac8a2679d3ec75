import { type Comparison, compareCase, meanRatio, smoothed } from './dose-egsnrc.ts';
import { cube, doseAt, doseOf, flatWater, type Phantom, type SetUp, turned, turnedPoint } from './dose-setups.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

/** One line of the table of basic photon tests (AAPM MPPG 5.b, 2022; Venselaar et al., Radiother. Oncol. 60 (2001) 191). */
export interface MppgRow {
  readonly test: string;
  readonly setUp: string;
  readonly against: string;
  /** As a share of the local dose, or of the axis dose out of the field. */
  readonly tolerance: number;
  readonly source: string;
  /** Whether the comparison needs the Monte Carlo results, which are not in the repository. */
  readonly needsEgsnrc: boolean;
  /** Largest deviation, as a share. */
  readonly worst: () => Promise<number>;
}

const cases = new Map<string, Promise<Comparison>>();
function egsnrc(name: string): Promise<Comparison> {
  const known = cases.get(name) ?? compareCase(name, 2);
  cases.set(name, known);
  return known;
}
const at10 = async (name: string): Promise<number> => meanRatio(await egsnrc(name), 9.4, 10.6);
const reference = (): Promise<number> => at10('water_6MV_10x10');
const deviation = (found: number, expected: number): number => Math.abs(found / expected - 1);
const FIELDS = ['water_6MV_3x3', 'water_6MV_5x5', 'water_6MV_10x10', 'water_6MV_20x20'];

async function worstOf(names: readonly string[], each: (found: Comparison) => number): Promise<number> {
  let worst = 0;
  for (const name of names) worst = Math.max(worst, each(await egsnrc(name)));
  return worst;
}

/** Largest deviation between two set-ups at pairs of points. */
async function compare(a: SetUp, b: SetUp, points: readonly (readonly [Vec3, Vec3])[], scale = 1): Promise<number> {
  const [found, expected] = [await doseOf(a), await doseOf(b)];
  return Math.max(...points.map(([p, q]) => deviation(doseAt(found, p), scale * doseAt(expected, q))));
}

/** Depths along the beam axis, and two places beside it, of a beam that comes from gantry 0 with the isocenter at the origin. */
const POINTS: readonly Vec3[] = [
  [0, -30, 0],
  [0, 0, 0],
  [0, 40, 0],
  [30, 0, 0],
  [-30, 0, 10],
];
const pairs = (degrees: number): [Vec3, Vec3][] => POINTS.map((point) => [turnedPoint(point, degrees), point]);

/** Water whose surface stands at 45° to a beam from gantry 0 and crosses its axis 60 mm above the isocenter. */
const oblique: Phantom = (x, y) => (y > x - 60 ? 1 : 0);
/** Water with nothing beside it from 15 mm off the axis on: half the field misses it. */
const edge: Phantom = (x, y) => (y > -60 && x < 15 ? 1 : 0);

async function extendedDistance(): Promise<number> {
  // The same field where it is measured: tissue–phantom ratios do not depend on the distance (BJR suppl. 25, appendix B).
  const at = async (distance: number): Promise<number> => {
    const half = (50 * 1000) / (distance + 100);
    const dose = await doseOf({
      phantom: flatWater(0),
      grid: cube([0, 125, 0], 250, 3),
      isocenter: [0, 1000 - distance, 0],
      x: [-half, half],
      y: [-half, half],
    });
    return doseAt(dose, [0, 100, 0]) * (distance + 100) ** 2;
  };
  const normal = await at(1000);
  return Math.max(deviation(await at(800), normal), deviation(await at(1250), normal));
}

async function asymmetric(): Promise<number> {
  // An isotropic point source: inverse square along the slant, the slant's own depth (μ = 0.0046/mm behind 10 cm of water).
  const common = { phantom: flatWater(-100), grid: cube([50, 20, 0], 250, 2.5), isocenter: [0, 0, 0] as Vec3 };
  const symmetric = doseAt(await doseOf(common), [0, 0, 0]);
  const shifted = doseAt(await doseOf({ ...common, x: [30, 130] }), [80, 0, 0]);
  const slant = Math.hypot(1, 0.08);
  return deviation(shifted / symmetric, Math.exp(-0.0046 * 100 * (slant - 1)) / slant ** 2);
}

const MLC = { machine: 'GENERIC_6MV', phantom: flatWater(-100), grid: cube([0, 0, 0], 240, 3) } as const;
const open = { x: [-60, 60], y: [-60, 60] } as const;

async function irregular(): Promise<number> {
  const upper = (middle: number): readonly [number, number] | undefined =>
    middle > 0 && middle < 50 ? [-50, 50] : undefined;
  const lower = (middle: number): readonly [number, number] | undefined =>
    middle < 0 && middle > -50 ? [-50, -10] : undefined;
  const dose = async (leaves: SetUp['leaves'] & {}): Promise<(point: Vec3) => number> => {
    const volume = await doseOf({ ...MLC, ...open, leaves });
    return (point) => doseAt(volume, point);
  };
  const whole = await dose((middle) => upper(middle) ?? lower(middle));
  const [first, second, closed] = [await dose(upper), await dose(lower), await dose(() => undefined)];
  // Not where the parts meet: two fields leave a strip behind tongue and groove that one field does not have.
  const points: Vec3[] = [[0, 0, 25], [-30, 0, 15], [-30, 30, -25], [30, -30, 25]]; // biome-ignore format: points
  return Math.max(...points.map((p) => deviation(whole(p), first(p) + second(p) - closed(p))));
}

async function wedged(): Promise<number> {
  const wedge = { id: 'W30', angle: 30, sourceDistance: 400, profile: [[-100, 15], [100, 0.5]] as [number, number][] }; // biome-ignore format: one line
  const thickness = (y: number): number => 0.5 + (14.5 * (100 - y)) / 200;
  const water = flatWater(-100);
  // Water that fills every ray with the wedge's thickness behind a plane 400 mm from the source.
  const standing: Phantom = (x, y, z) => {
    if (y < -600 || y > -400) return water(x, y, z);
    const along = 1000 + y;
    return ((y + 600) / 10) * (Math.hypot(along, x, z) / along) < thickness((z * 1000) / along) ? 1 : 0;
  };
  // Both with the air above, so that one grid serves both: 15 cm wide, from before the wedge to 22 cm of depth.
  const grid = cube([0, -244, 0], 152, 4, 728);
  const points: Vec3[] = [[0, -50, 0], [0, 0, 0], [0, 60, 0], [0, 0, -40], [0, 0, 40], [30, 0, 30]]; // biome-ignore format: points
  return compare(
    { phantom: water, grid, wedge },
    { phantom: standing, grid },
    points.map((point) => [point, point]),
  );
}

export const MPPG_ROWS: readonly MppgRow[] = [
  {
    test: 'open fields, depth dose 1.5–25 cm',
    setUp: '6 MV 3×3 … 20×20 and 15 MV 10×10, SSD 100',
    against: 'EGSnrc, one factor a spectrum',
    tolerance: 0.02,
    source: 'Venselaar δ1',
    needsEgsnrc: true,
    worst: async () => {
      const [six, fifteen] = [await reference(), await at10('water_15MV_10x10')];
      const axis =
        (factor: number) =>
        (found: Comparison): number =>
          Math.max(...smoothed(found, 1.5, 25).map(({ ratio }) => deviation(ratio, factor)));
      return Math.max(await worstOf(FIELDS, axis(six)), await worstOf(['water_15MV_10x10'], axis(fifteen)));
    },
  },
  {
    test: 'output factors',
    setUp: '6 MV 3×3, 5×5, 20×20, 10 cm deep',
    against: 'EGSnrc',
    tolerance: 0.01,
    source: 'work order',
    needsEgsnrc: true,
    worst: async () => {
      const factor = await reference();
      return worstOf(FIELDS, (found) => deviation(meanRatio(found, 9.4, 10.6), factor));
    },
  },
  {
    test: 'off axis, in field',
    setUp: 'the same fields, four depths, inside 80 %',
    against: 'EGSnrc',
    tolerance: 0.03,
    source: 'Venselaar δ3',
    needsEgsnrc: true,
    worst: () => worstOf(FIELDS, ({ profiles }) => Math.max(...profiles.map((profile) => profile.inFieldSmoothed))),
  },
  {
    test: 'out of field',
    setUp: 'the same, from 1 cm outside the edge',
    against: 'EGSnrc, share of the axis',
    tolerance: 0.03,
    source: 'Venselaar δ4 (3–4 % of the axis)',
    needsEgsnrc: true,
    worst: () => worstOf(FIELDS, ({ profiles }) => Math.max(...profiles.map((profile) => profile.outOfField))),
  },
  {
    test: 'heterogeneity: lung',
    setUp: '12 cm lung slab, 3×3 and 10×10, 5 cm beyond and deeper',
    against: 'EGSnrc',
    tolerance: 0.03,
    source: 'MPPG 5.b test 6.2',
    needsEgsnrc: true,
    worst: async () => {
      const factor = await reference();
      return worstOf(['slab_lung_6MV_10x10', 'slab_lung_6MV_3x3'], (found) =>
        Math.max(...smoothed(found, 20, 25).map(({ ratio }) => deviation(ratio, factor))),
      );
    },
  },
  {
    test: 'extended SSD',
    setUp: '10×10 at 10 cm depth, SSD 80, 100, 125',
    against: 'inverse square, tissue–phantom ratio',
    tolerance: 0.02,
    source: 'Venselaar δ1; BJR 25',
    needsEgsnrc: false,
    worst: extendedDistance,
  },
  {
    test: 'oblique incidence 45°',
    setUp: 'gantry 45 on a flat surface, 5 points',
    against: 'the same geometry turned by 45°, gantry 0',
    tolerance: 0.03,
    source: 'Venselaar δ2',
    needsEgsnrc: false,
    worst: () =>
      compare(
        { phantom: turned(oblique, 45), grid: cube([0, 0, 0], 240, 3), angles: { gantry: 45 } },
        { phantom: oblique, grid: cube([0, 0, 0], 240, 3) },
        pairs(45),
      ),
  },
  {
    test: 'missing tissue',
    setUp: 'phantom ends 1.5 cm beside the axis, gantry 30',
    against: 'the same geometry turned by 30°, gantry 0',
    tolerance: 0.03,
    source: 'Venselaar δ2',
    needsEgsnrc: false,
    worst: () =>
      compare(
        { phantom: turned(edge, 30), grid: cube([0, 0, 0], 240, 3), angles: { gantry: 30 } },
        { phantom: edge, grid: cube([0, 0, 0], 240, 3) },
        pairs(30).filter(([, [x]]) => x < 15),
      ),
  },
  {
    test: 'asymmetric jaws',
    setUp: '10×10 with its middle 8 cm off axis, 10 cm deep',
    against: 'slant distance and depth',
    tolerance: 0.03,
    source: 'Venselaar δ3',
    needsEgsnrc: false,
    worst: asymmetric,
  },
  {
    test: 'physical wedge',
    setUp: '15 to 0.5 g/cm² over 20 cm, three depths and ±4 cm off axis',
    against: 'the wedge as water in the grid, 40 cm from the source',
    tolerance: 0.03,
    source: 'Venselaar δ3',
    needsEgsnrc: false,
    worst: wedged,
  },
  {
    test: 'MLC-shaped field',
    setUp: '10×10 by leaves, jaws 12×12, on axis at 7, 10, 14 cm',
    against: '10×10 by jaws',
    tolerance: 0.03,
    source: 'Venselaar δ3',
    needsEgsnrc: false,
    worst: () =>
      compare(
        { ...MLC, ...open, leaves: (middle) => (Math.abs(middle) < 50 ? [-50, 50] : undefined) },
        MLC,
        POINTS.slice(0, 3).map((point) => [point, point]),
      ),
  },
  {
    test: 'irregular MLC field',
    setUp: 'L of 10×5 and 4×5, GENERIC_6MV',
    against: 'its parts added, leakage taken once',
    tolerance: 0.02,
    source: 'linearity',
    needsEgsnrc: false,
    worst: irregular,
  },
  {
    test: 'rotated couch',
    setUp: '6×20 at couch 90',
    against: '20×6 at couch 0',
    tolerance: 0.005,
    source: 'same geometry',
    needsEgsnrc: false,
    worst: () =>
      compare(
        {
          phantom: flatWater(-100),
          grid: cube([0, 0, 0], 240, 3),
          angles: { couch: 90 },
          x: [-30, 30],
          y: [-100, 100],
        },
        { phantom: flatWater(-100), grid: cube([0, 0, 0], 240, 3), x: [-100, 100], y: [-30, 30] },
        POINTS.slice(0, 3).map((point) => [point, point]),
      ),
  },
];
