import { describe, expect, it } from 'vitest';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { arcDirections, arcScheme, type ArcScheme } from '#shared/optimization/arcs/arcScheme.ts';
import type { ArcSettings } from '#shared/optimization/arcs/arcSettings.ts';
import { coarseFactor, coarseScheme } from '#shared/optimization/arcs/coarseScheme.ts';
import type { DoseOperator } from '#shared/optimization/influence/doseOperator.ts';
import { seeded } from '#test/builders/random.ts';

const machine = machineByName('GENERIC_6MV');
const lattice = { width: 5, middles: [[-2.5, 2.5], [2.5, 2.5]] } as const; // biome-ignore format: a table

function schemeOf(arcs: readonly ArcSettings[]): ArcScheme {
  const beams = arcDirections(arcs, machine, [0, 0, 0], iecFromPatient('HFS')!);
  const directions = beams.map((beam, n) => ({ beam, lattice, from: 2 * n, to: 2 * n + 2 }));
  const operator: DoseOperator = {
    directions,
    columns: 2 * beams.length,
    rows: 0,
    times: () => undefined,
    transposeTimes: () => undefined,
  };
  return arcScheme(arcs, machine, operator);
}

const arc = (spacing: number, more: Partial<ArcSettings> = {}): ArcSettings => ({
  name: 'A',
  start: 340,
  stop: 50,
  direction: 'CW',
  collimator: 30,
  couch: 0,
  spacing,
  ...more,
});

describe('coarseFactor', () => {
  it.each([
    [1, 5],
    [1.5, 3],
    [2, 3],
    [2.5, 1],
    [4, 1],
  ])('of intervals of %d° makes one of %d, 6° at most', (spacing, factor) => {
    expect(coarseFactor(schemeOf([arc(spacing, { stop: 40 })]))).toBe(factor);
  });

  it('looks at the widest of several arcs', () => {
    expect(coarseFactor(schemeOf([arc(1), arc(2, { start: 50, stop: 340, direction: 'CC' })]))).toBe(3);
  });
});

describe('coarseScheme', () => {
  // Runs of 10 and 20 intervals before and behind what is avoided, and 7: groups of 2 to 4.
  const scheme = schemeOf([
    arc(2, { stop: 50, avoid: [[0, 10]] }),
    arc(2, { start: 14, stop: 0, direction: 'CC', collimator: 330 }),
  ]);
  const coarse = coarseScheme(scheme, 3);

  it('sees every group of intervals from the middle one', () => {
    expect(scheme.exposures).toHaveLength(37);
    expect(coarse.scheme.exposures.map(({ direction }) => direction)).toEqual([
      1, 5, 8, 11, 14, 17, 20, 22, 25, 28, 32, 35,
    ]);
    expect(coarse.scheme.successions.map(({ shapes }) => shapes.length)).toEqual([4, 8, 3]);
  });

  it('puts leaves on their way and keeps monitor units, travel and limits', () => {
    const random = seeded(7);
    const leaves = (): Float64Array => Float64Array.from({ length: 120 }, () => 30 * random() - 15);
    const shapes = Array.from({ length: coarse.scheme.exposures.length + 3 }, leaves);
    const weights = coarse.leastWeights.map((least, n) => least + random() * (coarse.mostWeights![n] - least));
    const refined = coarse.refined({ shapes, weights });
    expect(refined.shapes).toHaveLength(scheme.arcs.reduce((sum, { course }) => sum + course.angles.length, 0));
    const sum = (all: Float64Array): number => all.reduce((a, b) => a + b, 0);
    expect(sum(refined.weights)).toBeCloseTo(sum(weights), 9);
    for (const [n, weight] of refined.weights.entries()) {
      expect(weight).toBeGreaterThan(scheme.leastWeights[n] * (1 - 1e-12));
      expect(weight).toBeLessThan(scheme.mostWeights[n] * (1 + 1e-12));
    }
    for (const [n, { shapes: order, travel }] of scheme.successions.entries()) {
      const few = coarse.scheme.successions[n];
      expect(refined.shapes[order[0]]).toEqual(shapes[few.shapes[0]]);
      expect(refined.shapes[order.at(-1)!]).toEqual(shapes[few.shapes.at(-1)!]);
      const furthest = (at: readonly Float64Array[], places: readonly number[]): number =>
        Math.max(
          ...places
            .slice(1)
            .map((place, k) => Math.max(...at[place].map((to, leaf) => Math.abs(to - at[places[k]][leaf])))),
        );
      // What keeps the travel of a group keeps that of an interval.
      expect(furthest(refined.shapes, order) / travel).toBeLessThanOrEqual(
        furthest(shapes, few.shapes) / few.travel + 1e-9,
      );
    }
  });

  it('gives back what leaves on straight ways were coarsened from', () => {
    const random = seeded(8);
    const straight = coarse.refined({
      shapes: Array.from({ length: coarse.scheme.exposures.length + 3 }, () =>
        Float64Array.from({ length: 120 }, () => 30 * random() - 15),
      ),
      weights: coarse.leastWeights,
    });
    const again = coarse.refined(coarse.coarsened(straight));
    expect(again.shapes).toEqual(straight.shapes);
    for (const [n, weight] of again.weights.entries()) expect(weight).toBeCloseTo(straight.weights[n], 12);
  });
});
