import { describe, expect, it } from 'vitest';
import { makeFeasible } from '#shared/optimization/aperture/feasibleLeaves.ts';
import { type LeafReach, type LeafRules, rulePenalty } from '#shared/optimization/aperture/leafRules.ts';

const PAIRS = 6;
const rules: LeafRules = {
  gap: 1,
  span: 30,
  interdigitation: false,
  reach: Array.from({ length: 8 }, () => ({
    pairs: [1, 2, 3, 4],
    banks: [
      [-25, 25],
      [-25, 25],
    ],
  })),
  successions: [{ shapes: [0, 1, 2, 3, 4, 5, 6, 7], travel: 7 }],
};

const wild = (scale: number): Float64Array[] =>
  rules.reach.map((_, shape) =>
    Float64Array.from({ length: 2 * PAIRS }, (__, leaf) => scale * Math.sin(12.9 * shape + 78.2 * leaf)),
  );

/** Excess² over all rules, mm². */
const excess = (shapes: readonly Float64Array[], some: LeafRules): number =>
  rulePenalty(
    shapes,
    some,
    1,
    shapes.map((shape) => new Float64Array(shape.length)),
  );

describe('makeFeasible', () => {
  it('keeps every rule, whatever it starts from', () => {
    const shapes = wild(60);
    expect(excess(shapes, rules)).toBeGreaterThan(1000);
    makeFeasible(shapes, rules);
    expect(excess(shapes, rules)).toBeLessThan(1e-20);
    // Pairs that are not moved are shut, and neighbours of them pass nobody either.
    const all = { ...rules, reach: rules.reach.map((one) => ({ ...one, pairs: [0, 1, 2, 3, 4, 5] })) };
    expect(excess(shapes, all)).toBeLessThan(1e-20);
    for (const shape of shapes) for (const at of shape) expect(Math.abs(at)).toBeLessThanOrEqual(25);
  });

  it('lets leaves of either side go further out on their own than past the axis', () => {
    const shapes = wild(60);
    const reach = rules.reach.map(
      (one): LeafReach => ({
        ...one,
        banks: [
          [-25, 15],
          [-15, 25],
        ],
      }),
    );
    const before = shapes.map((shape) => shape.slice());
    makeFeasible(shapes, { ...rules, reach, span: 60 });
    for (const shape of shapes)
      for (const [leaf, at] of shape.entries())
        expect(Math.abs(at - (leaf < PAIRS ? -5 : 5))).toBeLessThanOrEqual(20 + 1e-9);
    // What leaves may do without breaking a limit they still do.
    expect(Math.min(...shapes.map((shape) => shape[2]))).toBeLessThan(-15);
    expect(Math.min(...before.map((shape) => shape[2]))).toBeLessThan(-25);
  });

  it('leaves leaves alone that keep them', () => {
    const shapes = wild(2).map((shape) => shape.map((at, leaf) => at + (leaf < PAIRS ? -6 : 6)));
    expect(excess(shapes, rules)).toBe(0);
    const before = shapes.map((shape) => shape.slice());
    makeFeasible(shapes, rules);
    for (const [n, shape] of shapes.entries())
      for (const pair of [1, 2, 3, 4])
        for (const leaf of [pair, PAIRS + pair]) expect(shape[leaf]).toBeCloseTo(before[n][leaf], 12);
  });

  it('is pulled towards by a penalty with the gradient of its differences', () => {
    const shapes = wild(60);
    const gradients = shapes.map((shape) => new Float64Array(shape.length));
    const value = rulePenalty(shapes, rules, 3, gradients);
    expect(value).toBeCloseTo(3 * excess(shapes, rules), 6);
    for (const leaf of [1, 2, 8, 10]) {
      const moved = (by: number): Float64Array[] =>
        shapes.map((shape, n) => (n === 4 ? shape.map((at, k) => (k === leaf ? at + by : at)) : shape));
      const difference = (3 * (excess(moved(1e-4), rules) - excess(moved(-1e-4), rules))) / 2e-4;
      expect(gradients[4][leaf]).toBeCloseTo(difference, 4);
    }
  });
});
