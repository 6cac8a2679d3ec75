import { describe, expect, it } from 'vitest';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import type { DoseOperator } from '#shared/optimization/influence/doseOperator.ts';
import { addRoughness, neighboursOf } from '#shared/optimization/influence/roughness.ts';
import type { Beam } from '#shared/model/plan.ts';

const beam = {} as Beam;
/** A lattice 3 wide and 2 high without its last corner, and a lattice of its own beside it. */
const corner = [[0, 0], [2.5, 0], [5, 0], [0, 2.5], [2.5, 2.5]] as const; // biome-ignore format: places
const directions = [
  { beam, lattice: { width: 2.5, middles: corner }, from: 0, to: 5 },
  { beam, lattice: { width: 2.5, middles: [[0, 0], [0, 2.5]] as const }, from: 5, to: 7 },
]; // biome-ignore format: two lines

describe('neighboursOf', () => {
  it('pairs bixels along and across the leaves, within a direction and not round its edges', () => {
    const neighbours = neighboursOf({ directions });
    const pairs = Array.from({ length: neighbours.length / 2 }, (_, n) => neighbours.slice(2 * n, 2 * n + 2).join());
    expect(pairs.sort()).toEqual(['0,1', '0,3', '1,2', '1,4', '3,4', '5,6']);
  });
});

describe('addRoughness', () => {
  it('is the squares of differences, with their gradient', () => {
    const neighbours = neighboursOf({ directions });
    const x = Float64Array.of(1, 3, 2, 5, 1, 4, 4.5);
    const gradient = new Float64Array(7).fill(1);
    // 4 + 16 + 1 + 4 + 16 + 0.25
    expect(addRoughness(neighbours, x, 0.5, gradient)).toBeCloseTo(0.5 * 41.25, 12);
    for (let n = 0; n < 7; n++) {
      const at = (by: number): number =>
        addRoughness(
          neighbours,
          x.map((value, k) => (k === n ? value + by : value)),
          0.5,
          new Float64Array(7),
        );
      expect(gradient[n] - 1).toBeCloseTo((at(1e-4) - at(-1e-4)) / 2e-4, 8);
    }
  });
});

describe('smoothing', () => {
  /** Two rows that each see the sum of two neighbouring bixels out of four: what differs within a sum costs no dose. */
  const operator: DoseOperator = {
    directions: [
      { beam, lattice: { width: 2.5, middles: [[0, 0], [2.5, 0], [5, 0], [7.5, 0]] as const }, from: 0, to: 4 },
    ], // biome-ignore format: one line
    columns: 4,
    rows: 2,
    times: (x, doses) => doses.set([x[0] + x[1], x[2] + x[3]]),
    transposeTimes: (y, gradient) => gradient.set([y[0], y[0], y[1], y[1]]),
  };
  const goals = {
    prescription: { roi: 'PTV', dose: 60, fractions: 30 },
    objectives: [{ roi: 'PTV', type: 'squared-deviation' as const, dose: 60, weight: 100 }],
  };
  const objective = doseObjective(goals, { rowsOf: new Map([['PTV', Uint32Array.of(0, 1)]]), rows: 2 });
  const target = { roi: 'PTV', dosePerFraction: 2 };
  const start = Float64Array.of(2, 0, 0, 2);

  it('evens out what the dose does not ask for, and tells the objective without its cost', async () => {
    const rough = await optimizeFluence(operator, objective, target, { start });
    expect([...rough.x]).toEqual([2, 0, 0, 2]);
    const smooth = await optimizeFluence(operator, objective, target, { start, smoothing: 0.1, valueTolerance: 1e-12 });
    for (const weight of smooth.x) expect(weight).toBeCloseTo(1, 4);
    expect(smooth.value).toBeLessThan(1e-6);
    expect(smooth.value).toBe(objective.evaluate(smooth.doses, new Float64Array(2)));
  });

  it('costs the dose little where the objective wants an edge', async () => {
    const edge = { ...operator, times: (x: Float64Array, doses: Float64Array) => doses.set([x[0], x[3]]), transposeTimes: (y: Float64Array, gradient: Float64Array) => gradient.set([y[0], 0, 0, y[1]]) }; // biome-ignore format: one operator
    const { x, value } = await optimizeFluence(edge, objective, target, {
      start,
      smoothing: 0.1,
      valueTolerance: 1e-12,
    });
    // The bixels that nobody sees go between; the rest keeps its dose.
    expect(value).toBeLessThan(0.01);
    expect(x[1]).toBeCloseTo(x[2], 3);
  });
});
