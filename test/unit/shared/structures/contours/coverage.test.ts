import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaCoverage } from '#shared/structures/contours/coverage.ts';
import { areaOf, combineRings, normaliseRings, signedArea } from '#shared/structures/contours/rings.ts';

const lattice = { width: 12, height: 10, u0: 0, v0: 0, du: 1, dv: 1 };
const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);

describe('exact area coverage', () => {
  it('a rectangle covers pixels by the overlap of areas', () => {
    const coverage = areaCoverage([Float64Array.of(1.25, 2, 4, 2, 4, 3.75, 1.25, 3.75)], lattice);
    const at = (x: number, y: number): number => coverage[y * 12 + x];
    // Pixel 1 spans 0.5–1.5, so 0.25 wide; row 2 spans 1.5–2.5, so 0.5 high; row 4 spans 3.5–4.5, so 0.25 high.
    expect([at(1, 2), at(2, 2), at(4, 2), at(5, 2)]).toEqual([0.125, 0.5, 0.25, 0]);
    expect([at(1, 3), at(2, 3), at(3, 4), at(4, 4)]).toEqual([0.25, 1, 0.25, 0.125]);
    expect(sum(coverage)).toBeCloseTo(2.75 * 1.75, 6);
  });

  it('a slanted edge gives triangles and trapezoids', () => {
    // Under the diagonal from (0.5, 0.5) to (4.5, 2.5): slope 1/2.
    const coverage = areaCoverage([Float64Array.of(0.5, 0.5, 4.5, 0.5, 4.5, 2.5)], lattice);
    expect(Array.from(coverage.subarray(12, 18))).toEqual([0, 0.25, 0.75, 1, 1, 0]);
    expect(Array.from(coverage.subarray(24, 30))).toEqual([0, 0, 0, 0.25, 0.75, 0]);
  });

  it('the sum is the polygon’s area for any star inside, and each pixel’s is that of its clipped polygon', () => {
    const stars = fc.array(fc.double({ min: 0.3, max: 4, noNaN: true }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(stars, (radii) => {
        const ring = Float64Array.from(
          radii.flatMap((r, i) => {
            const angle = (2 * Math.PI * i) / radii.length;
            return [5.2 + r * Math.cos(angle), 4.6 + r * Math.sin(angle)];
          }),
        );
        const coverage = areaCoverage([ring], lattice);
        expect(sum(coverage)).toBeCloseTo(signedArea(ring), 4);
        for (const [x, y] of [
          [5, 4],
          [4, 6],
          [7, 5],
        ]) {
          const pixel = Float64Array.of(x - 0.5, y - 0.5, x + 0.5, y - 0.5, x + 0.5, y + 0.5, x - 0.5, y + 0.5);
          expect(coverage[y * 12 + x]).toBeCloseTo(areaOf(combineRings('intersect', [ring], [pixel])), 3);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('a polygon that leaves the lattice on every side fills exactly the lattice’s part', () => {
    const huge = Float64Array.of(-50, -70, 80, -40, 60, 90, -30, 40);
    expect(new Set(areaCoverage([huge], lattice))).toEqual(new Set([1]));
    const left = Float64Array.of(-20, -20, 2, -20, 2, 30, -20, 30);
    expect(sum(areaCoverage([left], lattice))).toBeCloseTo(2.5 * 10, 6);
    const right = Float64Array.of(9, -20, 40, -20, 40, 30, 9, 30);
    expect(sum(areaCoverage([right], lattice))).toBeCloseTo(2.5 * 10, 6);
    // A diamond cut by the left border: half of it remains.
    const diamond = Float64Array.of(-0.5, 1, 2.5, 4, -0.5, 7, -3.5, 4);
    expect(sum(areaCoverage([diamond], lattice))).toBeCloseTo(9, 6);
  });
});

describe('normalised rings', () => {
  it('nested contours become an outer and a hole, whatever way they were drawn', () => {
    const outer = Float64Array.of(0, 0, 0, 10, 10, 10, 10, 0);
    const inner = Float64Array.of(3, 3, 3, 6, 6, 6, 6, 3);
    const rings = normaliseRings([outer, inner]);
    expect(rings.map(signedArea).sort((a, b) => a - b)).toEqual([-9, 100]);
  });

  it('a keyhole contour is its outer minus its hole', () => {
    const keyhole = Float64Array.of(0, 0, 10, 0, 10, 10, 0, 10, 0, 5, 3, 5, 3, 6, 6, 6, 6, 3, 3, 3, 3, 5, 0, 5);
    expect(areaOf(normaliseRings([keyhole]))).toBeCloseTo(91, 6);
    expect(sum(areaCoverage(normaliseRings([keyhole]), lattice))).toBeCloseTo(91 - 0.5 * 10, 5); // the lattice ends at v = 9.5
  });

  it('a figure of eight counts both lobes', () => {
    const eight = Float64Array.of(0, 0, 4, 4, 4, 0, 0, 4);
    expect(areaOf(normaliseRings([eight]))).toBeCloseTo(8, 6);
  });
});
