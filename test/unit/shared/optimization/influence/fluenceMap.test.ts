import { describe, expect, it } from 'vitest';
import type { FluenceDose } from '#shared/dosimetry/pencilBeam/fluence/fluenceDose.ts';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { Goals } from '#shared/optimization/objectives/goals.ts';
import { directionsOf } from '#shared/optimization/influence/doseOperator.ts';
import { rowsOfGrid } from '#shared/optimization/influence/groups.ts';
import { Influence } from '#shared/optimization/influence/influence.ts';

/** Rows: organ, then target. */
const voxels = Uint32Array.of(2, 0, 1);

/** A beam of columns as [voxel, dose] pairs, over the rows of `of`. */
function beamOf(columns: readonly (readonly (readonly [number, number])[])[], of: Uint32Array): FluenceDose {
  const rowOf = rowsOfGrid(of, 4);
  const each = (use: (column: number, row: number, dose: number) => void): void =>
    columns.forEach((entries, column) =>
      entries.forEach(([voxel, dose]) => {
        if (rowOf[voxel] !== 0xffffffff) use(column, rowOf[voxel], dose);
      }),
    );
  return {
    bixels: columns.length,
    seen: 4,
    addDoses: (weights, doses) => each((column, row, dose) => (doses[row] += weights[column] * dose)),
    addGradient: (doses, gradient) => each((column, row, dose) => (gradient[column] += doses[row] * dose)),
  };
}

function influenceWith(
  beams: readonly (readonly (readonly (readonly [number, number])[])[])[],
  of = voxels,
): Influence {
  const doses = beams.map((beam) => beamOf(beam, of));
  const setups = beams.map((beam) => ({
    beam: {} as Beam,
    lattice: { width: 5, middles: beam.map(() => [0, 0] as const) },
  }));
  return new Influence(directionsOf(setups), doses, of.length);
}

/** Voxels 0 and 1 are the target, 2 is the organ, 3 belongs to nobody. */
const columns = [
  [
    [0, 1],
    [2, 1],
    [3, 5],
  ],
  [
    [1, 1],
    [2, 1],
  ],
  [
    [2, 0.5],
    [3, 1],
  ],
] as const;

const goals: Goals = {
  prescription: { roi: 'PTV', dose: 60, fractions: 30 },
  objectives: [
    { roi: 'CORD', type: 'squared-overdose', dose: 30, weight: 3 },
    { roi: 'PTV', type: 'squared-deviation', dose: 60, weight: 100 },
  ],
};
const rowsOf = new Map([
  ['PTV', Uint32Array.of(1, 2)],
  ['CORD', Uint32Array.of(0)],
]);
const objective = doseObjective(goals, { rowsOf, rows: 3 });
const target = { roi: 'PTV', dosePerFraction: 2 };

describe('Influence', () => {
  it('multiplies both ways over the voxels that matter, beams one after the other', () => {
    const influence = influenceWith([columns, [[[0, 7]]]]);
    expect([influence.columns, influence.seen]).toEqual([4, 8]);
    const doses = new Float64Array(3);
    influence.times(Float64Array.of(1, 2, 4, 1), doses);
    expect([...doses]).toEqual([5, 8, 2]);
    const gradient = new Float64Array(4);
    influence.transposeTimes(Float64Array.of(10, 100, 1000), gradient);
    expect([...gradient]).toEqual([110, 1010, 5, 700]);
  });
});

describe('optimizeFluence', () => {
  it('finds the closed-form compromise and shuts the bixel that only harms', async () => {
    const influence = influenceWith([columns]);
    const { x, doses, reason } = await optimizeFluence(influence, objective, target, { gradientTolerance: 1e-9 });
    // Both open bixels alike: 100 (x − 2)² + 3 (2x − 1)² is least at x = (100 · 2 + 2 · 3 · 1) / (100 + 4 · 3).
    const best = 206 / 112;
    expect(reason).toBe('gradient');
    expect(x[0]).toBeCloseTo(best, 8);
    expect(x[1]).toBeCloseTo(best, 8);
    expect(x[2]).toBe(0);
    expect(doses[0]).toBeCloseTo(2 * best, 7);
  });

  it('starts from the prescription, or from where it is told', async () => {
    const influence = influenceWith([columns]);
    const even = await optimizeFluence(influence, objective, target, { maxIterations: 0 });
    expect([...even.x]).toEqual([2, 2, 2]);
    const warm = await optimizeFluence(influence, objective, target, {
      maxIterations: 0,
      start: Float64Array.of(1, 0, 2),
    });
    expect([...warm.doses]).toEqual([2, 1, 0]);
  });

  it('refuses a target out of reach, and a matrix of other voxels', async () => {
    const influence = influenceWith([[[[2, 1]]]]);
    await expect(optimizeFluence(influence, objective, target)).rejects.toMatchObject({ code: 'DOSE', object: 'PTV' });
    const other = influenceWith([columns], Uint32Array.of(0, 1));
    await expect(optimizeFluence(other, objective, target)).rejects.toMatchObject({ code: 'INTERNAL' });
  });
});
