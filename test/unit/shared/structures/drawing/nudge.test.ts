import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nudgeRings } from '#shared/structures/drawing/nudge.ts';
import { areaOf, isInside, normaliseRings, type Ring } from '#shared/structures/contours/rings.ts';
import { replacePiece } from '#shared/structures/drawing/replacePiece.ts';

const square = (half: number): Ring => Float64Array.of(-half, -half, half, -half, half, half, -half, half);

describe('nudge', () => {
  it('pushes the edge under its middle by the step, less beside it and not at all at its rim', () => {
    const [pushed] = nudgeRings([square(20)], [20, 0], [3, 0], 10);
    // The edge at x = 20: furthest at its middle, where a step of 3 mm leaves the disc's middle behind by nothing.
    const reach = Math.max(...Array.from(pushed).filter((_, i) => i % 2 === 0));
    expect(reach).toBeGreaterThan(22.9);
    expect(reach).toBeLessThanOrEqual(23.0001);
    expect(isInside([pushed], 20.5, 0)).toBe(true);
    expect(isInside([pushed], 20.1, 9.95)).toBe(false);
    // ∫(1 − (y/R)²)² dy over −R…R = 16/15·R, times the step.
    expect(areaOf([pushed]) - 1600).toBeCloseTo((16 / 15) * 10 * 3, 0);
  });

  it('pushes inwards as it pushes outwards, and leaves what it does not touch as it is', () => {
    const rings = [square(20), square(5)];
    const [outer, ...holes] = nudgeRings(rings, [20, 0], [-3, 0], 10);
    expect(1600 - areaOf([outer])).toBeCloseTo(32, 0);
    expect(areaOf(holes)).toBeCloseTo(-100, 9);
    expect(nudgeRings(rings, [60, 60], [5, 5], 10)).toEqual(rings);
  });

  it('property: never folds: what comes out is one outline with no piece of it turned inside out', () => {
    const number = fc.double({ min: -25, max: 25, noNaN: true });
    fc.assert(
      fc.property(number, number, number, number, fc.double({ min: 3, max: 30, noNaN: true }), (u, v, du, dv, r) => {
        const circle = Float64Array.from({ length: 120 }, (_, i) =>
          i % 2 === 0 ? 20 * Math.cos((Math.PI * i) / 60) : 20 * Math.sin((Math.PI * (i - 1)) / 60),
        );
        const pushed = nudgeRings([circle], [u, v], [du, dv], r);
        expect(pushed).toHaveLength(1);
        expect(normaliseRings(pushed)).toHaveLength(1);
        expect(areaOf(pushed)).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a piece of an outline drawn again', () => {
  const path = (...points: (readonly [number, number])[]): Ring => Float64Array.from(points.flat());

  it('is replaced by the line between its first and its last crossing', () => {
    const out = replacePiece([square(20)], path([10, -10], [30, -10], [30, 10], [10, 10]));
    expect(areaOf(out ?? [])).toBeCloseTo(1600 + 200, 6);
    const cut = replacePiece([square(20)], path([30, -10], [10, -10], [10, 10], [30, 10]));
    expect(areaOf(cut ?? [])).toBeCloseTo(1600 - 200, 6);
  });

  it('keeps holes and other parts', () => {
    const island = Float64Array.from(square(5), (value, i) => (i % 2 === 0 ? value + 60 : value));
    const out = replacePiece([square(20), square(5), island], path([10, -10], [30, -10], [30, 10], [10, 10]));
    expect(areaOf(out ?? [])).toBeCloseTo(1600 - 100 + 100 + 200, 6);
    expect(out).toHaveLength(3);
  });

  it('can be a hole’s', () => {
    const out = replacePiece([square(20), square(8)], path([12, -4], [4, -4], [4, 4], [12, 4]));
    expect(areaOf(out ?? [])).toBeCloseTo(1600 - 256 + 32, 6);
  });

  it('is none where the line crosses once or not at all', () => {
    expect(replacePiece([square(20)], path([0, 0], [10, 3], [30, 0]))).toBeUndefined();
    expect(replacePiece([square(20)], path([30, 0], [40, 3], [45, 0]))).toBeUndefined();
  });
});
