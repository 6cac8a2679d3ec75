import { describe, expect, it } from 'vitest';
import { makeFeasible } from '#shared/optimization/aperture/feasibleLeaves.ts';
import { openArea } from '#shared/optimization/aperture/openArea.ts';
import { type LeafReach, type LeafRules, rulePenalty } from '#shared/optimization/aperture/leafRules.ts';
import { seeded } from '#test/builders/random.ts';

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

  it('keeps the spread of a bank beside an opening of more than two of them, where no other pair can be shut', () => {
    const shapes = wild(2).map((shape) => shape.map((at, leaf) => at + (leaf % PAIRS === 2 ? 40 : 20) * (leaf < PAIRS ? -1 : 1))); // biome-ignore format: one shape
    const banks = [
      [-60, 60],
      [-60, 60],
    ] as const;
    const wide = { ...rules, span: 15, reach: rules.reach.map((one): LeafReach => ({ ...one, banks })) };
    makeFeasible(shapes, wide);
    const all = { ...wide, reach: wide.reach.map((one) => ({ ...one, pairs: [0, 1, 2, 3, 4, 5] })) };
    expect(excess(shapes, all)).toBeLessThan(1e-20);
    // What was wide stays so.
    for (const shape of shapes) expect(shape[PAIRS + 2] - shape[2]).toBeGreaterThan(70);
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

  it('leaves every segment its least area, whatever it starts from, and every other rule kept', () => {
    const random = seeded(5);
    for (let round = 0; round < 200; round++) {
      const interdigitation = random() < 0.5;
      // Jaws that hide leaf pairs of the sides in part, and leaves along their way.
      const along = [-20 * random() - 2, 20 * random() + 2] as const;
      const widths = Float64Array.from([0, 5 * random(), 5, 10, 5 * random(), 0]);
      const whole = widths.reduce((sum, width) => sum + width, 0) * (along[1] - along[0] - 1);
      const area = { along, widths, gap: 0.9, least: 0.7 * random() * whole };
      const some: LeafRules = { ...rules, interdigitation, span: 45, successions: [], areas: [area] };
      const scale = 40 * random();
      const shape = Float64Array.from({ length: 2 * PAIRS }, (_, leaf) => {
        const shut = random() < 0.5 ? 0 : leaf < PAIRS ? -1 : 1;
        return shut * scale * random() + 60 * (random() - 0.5) * Number(random() < 0.3);
      });
      const shapes = [shape];
      makeFeasible(shapes, some);
      expect(excess(shapes, { ...some, reach: [some.reach[0]] })).toBeLessThan(1e-15);
      expect(openArea(shape, area)).toBeGreaterThan(area.least - 1e-6);
      // Which leaves it alone the second time.
      const before = shape.slice();
      makeFeasible(shapes, some);
      for (const [leaf, at] of shape.entries()) expect(at).toBeCloseTo(before[leaf], 9);
    }
  });

  it('opens pairs that are open before those that are shut', () => {
    const shape = Float64Array.from([0, -2, 3, 4, 0, 0, 0, 2, 4, 5, 1, 0]);
    const area = { along: [-15, 15] as const, widths: new Float64Array(PAIRS).fill(5), gap: 1, least: 60 };
    makeFeasible([shape], { ...rules, interdigitation: true, successions: [], areas: [area] });
    // One pair has 3 mm beyond its gap, and is to have 12.
    expect([...shape.subarray(1, 5)]).toEqual([expect.closeTo(-6.5, 6), 3, 4, 0]);
    expect([...shape.subarray(7, 11)]).toEqual([expect.closeTo(6.5, 6), 4, 5, 1]);
    expect(openArea(shape, area)).toBeCloseTo(60, 6);
  });

  it('is pulled towards by a penalty with the gradient of its differences', () => {
    const shapes = wild(60);
    const gradients = shapes.map((shape) => new Float64Array(shape.length));
    const area = { along: [-50, 30] as const, widths: new Float64Array(PAIRS).fill(5), gap: 0.9, least: 2500 };
    const some = { ...rules, areas: shapes.map((_, n) => (n === 4 ? area : undefined)) };
    const value = rulePenalty(shapes, some, 3, gradients);
    expect(value).toBeCloseTo(3 * excess(shapes, some), 6);
    expect(value).toBeGreaterThan(3 * excess(shapes, rules) + 1);
    for (const leaf of [1, 2, 8, 10]) {
      const moved = (by: number): Float64Array[] =>
        shapes.map((shape, n) => (n === 4 ? shape.map((at, k) => (k === leaf ? at + by : at)) : shape));
      const difference = (3 * (excess(moved(1e-4), some) - excess(moved(-1e-4), some))) / 2e-4;
      expect(gradients[4][leaf]).toBeCloseTo(difference, 4);
    }
  });
});
