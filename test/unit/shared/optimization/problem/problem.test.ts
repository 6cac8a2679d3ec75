import { describe, expect, it } from 'vitest';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { indexToPatient } from '#shared/geometry/volume.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import { type LaidProblem, optimizationProblem } from '#shared/optimization/problem/problem.ts';
import { seeded } from '#test/builders/random.ts';
import { beamAt, cylinder, goals } from './cylinder.ts';

const problem = await optimizationProblem({ ...cylinder, margin: 4 });

describe('optimizationProblem', () => {
  it('has a row for every voxel whose middle lies in a structure', () => {
    const { grid, voxels, rowsOf } = problem;
    const [nx, ny] = grid.dims;
    const places = Array.from(voxels, (voxel) =>
      indexToPatient(grid, [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / nx / ny)]),
    );
    const inTarget = ([x, y, z]: readonly number[]): boolean => Math.hypot(x, y + 10) < 20 && Math.abs(z) < 18;
    const expected = places.flatMap((place, row) => (inTarget(place) ? [row] : []));
    expect(expected.length).toBeGreaterThan(300);
    expect([...rowsOf.get('PTV')!]).toEqual(expected);
    expect(rowsOf.get('BODY')!.length).toBe(voxels.length);
    expect(problem.operator.rows).toBe(voxels.length);
    // Within half a voxel's diagonal at edges, far better elsewhere.
    const errors = places.map(([x, y, z], row) => {
      const [radial, axial] = [Math.max(0, Math.hypot(x, y + 10) - 20), Math.max(0, Math.abs(z) - 18)];
      return Math.abs(problem.targetDistance[row] - Math.hypot(radial, axial));
    });
    expect(Math.max(...errors)).toBeLessThan(Math.hypot(5, 5, 5) / 2);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(1);
  });

  it('leaves out what goals may name later where no voxel stands for it', async () => {
    const [, ptv] = cylinder.structures.rois;
    // A thread of 0.2 mm between the middles of voxels.
    const points = Float64Array.of(0.1, 0.1, 2, 0.2, 0.1, 2, 0.2, 0.2, 2);
    const thread = { ...ptv, number: 9, name: 'THREAD', contours: [{ type: 'CLOSED_PLANAR' as const, points }] };
    const structures = { ...cylinder.structures, rois: [...cylinder.structures.rois, thread] };
    const made = await optimizationProblem({ ...cylinder, structures, rois: ['THREAD', 'CORD'] });
    expect([...made.rowsOf.keys()].sort()).toEqual(['BODY', 'CORD', 'PTV']);
    expect(made.warnings).toContain('no goal can be set for THREAD: no voxel stands for it');
  });

  it('lays bixels on multiples of their width over the target and a margin', () => {
    const { directions, columns } = problem.operator;
    expect(directions.map(({ beam }) => beam.name)).toEqual(['G0', 'G120', 'G240']);
    expect(directions[2].to).toBe(columns);
    const { lattice, from, to } = directions[0];
    expect(lattice.middles.length).toBe(to - from);
    // Leaves travel along x: edges of bixels lie on edges of leaves along y, middles on multiples of the width along x.
    for (const [x, y] of lattice.middles) expect([Math.abs(x % 5), Math.abs(y % 5)]).toEqual([0, 2.5]);
    // The target is a circle of 20 mm about the axis, 36 mm long: with 4 mm around it ±24 by ±22 mm and a little magnified.
    const [xs, ys] = [0, 1].map((axis) => lattice.middles.map((middle) => middle[axis]));
    expect([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]).toEqual([-25, 25, -22.5, 22.5]);
  });

  it('says once what of the targets leaves do not open and shut, of fields and arcs alike', async () => {
    const machine = machineByName('GENERIC_6MV_160');
    const laid = async (aside: number, name?: string) => {
      const directions = [0, 10].map((gantry, n) => {
        const beam = beamAt(gantry, n + 1);
        const controlPoints = beam.controlPoints.map((point) => ({ ...point, isocenter: [aside, -10, 0] as const }));
        return { ...beam, ...(name && { name }), controlPoints };
      });
      return await optimizationProblem({ ...cylinder, machine, directions, bixel: 10 });
    };
    const beyond = ({ warnings }: LaidProblem) => warnings.filter((text) => text.includes('lie beyond'));
    // Both leaves of a pair go 150 mm past the axis; one alone goes to 200 mm.
    expect(beyond(await laid(100))).toEqual([]);
    const far = await laid(150);
    const words = (who: string) =>
      new RegExp(`^${who} \\d+ bixels of the targets lie beyond what the leaves of GENERIC_6MV_160 reach`);
    expect(beyond(far)).toHaveLength(2);
    expect(beyond(far)[0]).toMatch(words('Beam 1 \\(G0\\):'));
    expect(beyond(far)[1]).toMatch(words('Beam 2 \\(G10\\):'));
    for (const { lattice } of far.operator.directions)
      expect(Math.min(...lattice.middles.map(([x]) => x))).toBeGreaterThanOrEqual(-145);
    const arc = beyond(await laid(150, 'Arc 1'));
    expect(arc).toHaveLength(1);
    expect(arc[0]).toMatch(words('Arc 1: up to'));
    expect(arc[0]).toMatch(/, from 2 directions$/);
  });

  it('fills the rectangle about what directions with the same jaws see, targets first', async () => {
    const slanted = cylinder.directions.map((beam, n) =>
      n === 2 ? beam : { ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, collimator: 30 })) },
    );
    const input = { ...cylinder, margin: 4, directions: slanted };
    const own = (await optimizationProblem(input)).operator.directions;
    const filled = (await optimizationProblem({ ...input, jaws: [0, 0, 1] })).operator.directions;
    const sizeOf = (middles: readonly (readonly number[])[]): number[] =>
      [0, 1].map((axis) => {
        const places = middles.map((middle) => middle[axis]);
        return 1 + Math.round((Math.max(...places) - Math.min(...places)) / 5);
      });
    for (const [n, { lattice, aimed, from, to }] of filled.entries()) {
      expect(lattice.middles.slice(0, aimed)).toEqual(own[n].lattice.middles);
      const [columns, rows] = sizeOf(
        n === 2 ? own[2].lattice.middles : own.slice(0, 2).flatMap((one) => one.lattice.middles),
      );
      expect(lattice.middles).toHaveLength(columns * rows);
      expect(new Set(lattice.middles.map(String)).size).toBe(columns * rows);
      expect(to - from).toBe(columns * rows);
    }
    // A slanted rectangle leaves the corners of the one around it empty.
    expect(filled[0].aimed).toBeLessThan(0.9 * filled[0].lattice.middles.length);
    expect(filled[2].aimed).toBe(filled[2].lattice.middles.length);
  });

  it('refuses bixels in parts between jaws', async () => {
    const input = { ...cylinder, parts: 2, jaws: cylinder.directions.map(() => 0) };
    await expect(optimizationProblem(input)).rejects.toThrow('bixels in parts have none between the jaws of arcs');
  });

  it('has bixels in parts, and operators of both that agree', async () => {
    const { operator, maps } = await optimizationProblem({ ...cylinder, margin: 4, parts: 2 });
    expect(maps!.columns).toBe(problem.operator.columns);
    expect(operator.columns).toBe(4 * maps!.columns);
    expect(maps!.directions.map(({ lattice }) => lattice)).toEqual(
      problem.operator.directions.map(({ lattice }) => lattice),
    );
    const random = seeded(4);
    const x = Float64Array.from({ length: maps!.columns }, random);
    const y = Float64Array.from({ length: maps!.rows }, random);
    const [doses, whole] = [new Float64Array(y.length), new Float64Array(y.length)];
    const gradient = new Float64Array(x.length);
    await maps!.times(x, doses);
    await maps!.transposeTimes(y, gradient);
    const product = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, n) => sum + value * b[n], 0);
    expect(product(gradient, x) / product(y, doses)).toBeCloseTo(1, 5);
    // Four quarters give what the whole does, as nearly as planes of either width have it.
    await problem.operator.times(x, whole);
    const most = whole.reduce((so, dose) => Math.max(so, dose));
    for (const [row, dose] of whole.entries()) expect(Math.abs(doses[row] - dose)).toBeLessThan(0.01 * most);
    // A part by itself gives its share, from its own place.
    const { lattice, from } = operator.directions[0];
    const [first] = maps!.directions[0].lattice.middles;
    const parts = lattice.middles.slice(0, 4);
    expect(lattice.width).toBe(2.5);
    expect(parts.map(([u, v]) => [u - first[0], v - first[1]])).toEqual([
      [-1.25, -1.25], [1.25, -1.25], [-1.25, 1.25], [1.25, 1.25],
    ]); // biome-ignore format: pairs
    expect(from).toBe(0);
  });

  it('stands for a large structure by an even part of its voxels', async () => {
    const thin = await optimizationProblem({ ...cylinder, margin: 4, thin: 1000 });
    const [all, some] = [problem, thin].map(({ rowsOf }) => rowsOf.get('BODY')!);
    const part = all.length / some.length;
    expect(some.length).toBeGreaterThan(1000);
    expect(Math.log2(part)).toBeCloseTo(Math.round(Math.log2(part)), 1);
    expect(part).toBeGreaterThan(2);
    // Final doses are judged in all of them.
    expect(thin.every.voxels).toEqual(problem.voxels);
    expect(thin.every.rowsOf.get('BODY')).toEqual(all);
    expect(problem.every.voxels).toBe(problem.voxels);
    // The target keeps every voxel.
    expect(thin.rowsOf.get('PTV')!.length).toBe(problem.rowsOf.get('PTV')!.length);
    // Its mean dose is that of all voxels, as well as so few of them tell.
    const [whole, told] = [problem, thin].map(({ operator, rowsOf }) => {
      const doses = new Float64Array(operator.rows);
      void operator.times(new Float64Array(operator.columns).fill(1), doses);
      const body = rowsOf.get('BODY')!;
      return body.reduce((sum, row) => sum + doses[row], 0) / body.length;
    });
    expect(Math.abs(told / whole - 1)).toBeLessThan(0.03);
  });

  it('has the gradient of its value from bixel weights through doses to goals', async () => {
    const { operator } = problem;
    const objective = problem.objective({
      ...goals,
      objectives: [...goals.objectives, { roi: 'BODY', type: 'fall-off', dose: 50, low: 10, distance: 30, weight: 50 }],
    });
    const random = seeded(11);
    const x = Float64Array.from({ length: operator.columns }, () => 20 * random());
    const [doses, slopes] = [new Float64Array(operator.rows), new Float64Array(operator.rows)];
    const valueAt = (at: Float64Array): number => {
      void operator.times(at, doses);
      return objective.evaluate(doses, slopes);
    };
    const gradient = new Float64Array(operator.columns);
    valueAt(x);
    void operator.transposeTimes(slopes, gradient);
    const norm = Math.hypot(...gradient);
    // Doses are sums in single precision: central differences over 0.1 MU see their rounding, 1e-7 of the value, as up to 1e-3 of a slope.
    for (let n = 0; n < operator.columns; n += 37) {
      const [up, down] = [0.1, -0.1].map((step) => valueAt(x.with(n, x[n] + step)));
      expect(Math.abs((up - down) / 0.2 - gradient[n])).toBeLessThan(1e-3 * norm);
    }
    // And along a direction in which all of them change.
    const along = Float64Array.from(x, () => random() - 0.5);
    const [up, down] = [0.02, -0.02].map((step) => valueAt(x.map((value, n) => value + step * along[n])));
    const slope = gradient.reduce((sum, value, n) => sum + value * along[n], 0);
    expect(Math.abs((up - down) / 0.04 - slope)).toBeLessThan(1e-4 * norm * Math.hypot(...along));
  });

  it('optimises any goals over the same rows', async () => {
    const target = { roi: 'PTV', dosePerFraction: 2 };
    const short = { valueTolerance: 0.01 };
    const { value, doses } = await optimizeFluence(problem.operator, problem.objective(goals), target, short);
    const cord = problem.rowsOf.get('CORD')!;
    const hottest = (all: Float64Array): number => Math.max(...Array.from(cord, (row) => all[row]));
    const tighter = {
      ...goals,
      objectives: goals.objectives.map((goal) => (goal.roi === 'CORD' ? { ...goal, dose: 10, weight: 3000 } : goal)),
    };
    const spared = await optimizeFluence(problem.operator, problem.objective(tighter), target, short);
    expect(value).toBeLessThan(10);
    expect(hottest(spared.doses)).toBeLessThan(0.8 * hottest(doses));
    expect(() => problem.objective({ ...goals, objectives: [{ ...goals.objectives[0], roi: 'LUNG' }] })).toThrowError(
      expect.objectContaining({ code: 'REFERENCE', object: 'LUNG' }),
    );
  });
});
