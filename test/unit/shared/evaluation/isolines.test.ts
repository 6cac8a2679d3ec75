import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Isoline, isolines } from '#shared/evaluation/isolines.ts';

const field = (width: number, height: number, f: (x: number, y: number) => number): Float64Array =>
  Float64Array.from({ length: width * height }, (_, p) => f(p % width, Math.floor(p / width)));
const signedArea = ({ points }: Isoline): number => {
  let twice = 0;
  for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2)
    twice += points[j] * points[i + 1] - points[i] * points[j + 1];
  return twice / 2;
};

describe('isolines', () => {
  it('a plane’s line is straight and exact, open at the border', () => {
    const lines = isolines(
      field(7, 5, (x, y) => 2 * x + y),
      7,
      5,
      6.5,
    );
    expect(lines).toHaveLength(1);
    expect(lines[0].closed).toBe(false);
    for (let i = 0; i < lines[0].points.length; i += 2)
      expect(2 * lines[0].points[i] + lines[0].points[i + 1]).toBeCloseTo(6.5, 12);
    const ys = [lines[0].points[1], lines[0].points.at(-1)];
    expect(new Set(ys)).toEqual(new Set([0, 4]));
  });

  it('a ring has an outer line of positive and an inner line of negative area', () => {
    const lines = isolines(
      field(60, 60, (x, y) => -Math.abs(Math.hypot(x - 30, y - 29) - 15)),
      60,
      60,
      -4,
    );
    expect(lines.every((line) => line.closed)).toBe(true);
    const areas = lines.map(signedArea).sort((a, b) => a - b);
    expect(areas).toHaveLength(2);
    expect(areas[0] / (-Math.PI * 121)).toBeCloseTo(1, 2);
    expect(areas[1] / (Math.PI * 361)).toBeCloseTo(1, 2);
  });

  it('saddles follow the mean of the cell: two islands or a bridge', () => {
    // 1 0 / 0 1 inside a frame of zeros.
    const at = (low: number): Isoline[] => isolines([0, 0, 0, 0, 0, 1, low, 0, 0, low, 1, 0, 0, 0, 0, 0], 4, 4, 0.5);
    expect(at(0)).toHaveLength(1); // mean 0.5 ≥ level: joined
    expect(at(-0.2)).toHaveLength(2); // mean 0.4 < level: apart
    for (const line of [...at(0), ...at(-0.2)]) expect(signedArea(line)).toBeGreaterThan(0);
  });

  it('the other saddle alike', () => {
    const at = (low: number): Isoline[] => isolines([0, 0, 0, 0, 0, low, 1, 0, 0, 1, low, 0, 0, 0, 0, 0], 4, 4, 0.5);
    expect([at(0).length, at(-0.2).length]).toEqual([1, 2]);
  });

  it('any field: lines close or end on the border, lie between their samples and never cross the level twice', () => {
    const values = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 42, maxLength: 42 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 1.5, 2, 3), (samples, level) => {
        const lines = isolines(samples, 7, 6, level);
        const crossings = new Set<string>();
        let vertices = 0;
        for (const { points, closed } of lines)
          for (let i = 0; i < points.length; i += 2) {
            const [x, y] = [points[i], points[i + 1]];
            vertices++;
            crossings.add(`${x},${y}`);
            const ends = i === 0 || i === points.length - 2;
            if (!closed && ends) expect(x === 0 || y === 0 || x === 6 || y === 5).toBe(true);
            const [x0, y0] = [Math.floor(x), Math.floor(y)];
            const a = samples[y0 * 7 + x0];
            const b = samples[Math.ceil(y) * 7 + Math.ceil(x)];
            expect(Math.min(a, b)).toBeLessThanOrEqual(level);
            expect(Math.max(a, b)).toBeGreaterThanOrEqual(level);
          }
        if (!Number.isInteger(level)) expect(crossings.size).toBe(vertices);
        // Each sample's side of the level is the parity of outlines round it (frame of zeros added).
        const framed = Array.from({ length: 72 }, (_, p) => {
          const [x, y] = [(p % 9) - 1, Math.floor(p / 9) - 1];
          return x >= 0 && y >= 0 && x < 7 && y < 6 ? samples[y * 7 + x] : -1;
        });
        if (Number.isInteger(level)) return;
        const outlines = isolines(framed, 9, 8, level);
        expect(outlines.every((line) => line.closed)).toBe(true);
        framed.forEach((value, p) => expect(inside(outlines, p % 9, Math.floor(p / 9))).toBe(value >= level));
      }),
      { numRuns: 200 },
    );
  });

  it('stops at NaN, draws nothing in a flat or one-row field', () => {
    const holed = field(9, 9, (x, y) => (x === 4 && y === 4 ? Number.NaN : x));
    const lines = isolines(holed, 9, 9, 4.5);
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => !line.closed)).toBe(true);
    expect(isolines(new Float32Array(81).fill(2), 9, 9, 2)).toEqual([]);
    expect(isolines([1, 2, 3], 3, 1, 1.5)).toEqual([]);
  });
});

function inside(lines: readonly Isoline[], x: number, y: number): boolean {
  let odd = false;
  for (const { points } of lines)
    for (let i = 0, j = points.length - 2; i < points.length; j = i, i += 2)
      if (points[i + 1] > y !== points[j + 1] > y)
        if (x < points[i] + ((y - points[i + 1]) * (points[j] - points[i])) / (points[j + 1] - points[i + 1]))
          odd = !odd;
  return odd;
}
