import { describe, expect, it } from 'vitest';
import { gantryFromPatient, viewDirections } from '#shared/beamsEye/axes.ts';
import { shadowCaster } from '#shared/beamsEye/silhouette.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Contour } from '#shared/model/structures.ts';
import { areaOf, boundsOf, type Ring } from '#shared/structures/contours/rings.ts';
import { circle, square, stackOf } from '../dosimetry/phantoms.ts';

const SAD = 1000;
const iec = iecFromPatient('HFS')!;
const seen = (contours: readonly Contour[], gantry: number, couch = 0, isocenter: Vec3 = [0, 0, 0]): readonly Ring[] =>
  shadowCaster(contours, 0.01)(gantryFromPatient({ gantry, collimator: 0, couch }, isocenter, iec), SAD)!;

/** A ball of 30 mm in planes of 1 mm: where it is steep across them, slabs leave the sphere by up to half a plane. */
const ball = (x = 0, y = 0): Contour[] => stackOf((z) => circle(Math.sqrt(900 - z * z), z, x, y, 120), -29.5, 29.5, 1);
const centred = shadowCaster(ball(), 0.01);

describe('silhouettes', () => {
  it.each([
    [0, 0],
    [73, 0],
    [90, 0],
    [40, 65],
  ])('a ball at gantry %s°, couch %s° is a disc of r·SAD/√(SAD² − r²)', (gantry, couch) => {
    const radius = (30 * SAD) / Math.sqrt(SAD ** 2 - 900);
    const [ring, ...others] = centred(gantryFromPatient({ gantry, collimator: 0, couch }, [0, 0, 0], iec), SAD)!;
    expect(others).toEqual([]);
    for (let i = 0; i < ring.length; i += 2)
      expect(Math.abs(Math.hypot(ring[i], ring[i + 1]) - radius)).toBeLessThan(0.6);
    expect(Math.abs(areaOf([ring]) / (Math.PI * radius ** 2) - 1)).toBeLessThan(0.6 / 30);
  });

  it('a ball 200 mm nearer to the source is magnified by its own tangent cone, one beside the axis shifted', () => {
    // LPS −y is towards the source at gantry 0; the cone touches the ball at r/√(d² − r²), d = 800 mm from the source.
    const near = boundsOf(seen(ball(0, -200), 0))!;
    expect(near[2]).toBeCloseTo((SAD * 30) / Math.sqrt(800 ** 2 - 900), 1);
    // At 150 mm to the patient's left the tangents lie at atan(0.15) ± asin(r/d).
    const beside = boundsOf(seen(ball(150, 0), 0))!;
    const [middle, half] = [Math.atan(0.15), Math.asin(30 / Math.hypot(1000, 150))];
    expect(beside[0]).toBeCloseTo(SAD * Math.tan(middle - half), 1);
    expect(beside[2]).toBeCloseTo(SAD * Math.tan(middle + half), 1);
  });

  it('a slab seen from the side is an area, from its nearest to its furthest edge', () => {
    const [x0, y0, x1, y1] = boundsOf(
      seen(
        [-5, 0, 5].map((z) => square(40, z)),
        0,
      ),
    )!;
    for (const [value, mm] of [[x0, -20], [x1, 20], [y0, -7.5], [y1, 7.5]]) // biome-ignore format: corners
      expect(value).toBeCloseTo((mm * SAD) / 980, 1);
  });

  it('a ring seen along its axis lets the beam through its hole', () => {
    const tube = [-5, 0, 5].flatMap((z) => [circle(30, z), circle(10, z)]);
    // Couch 90° and gantry 90° look along the patient's axis.
    const rings = seen(tube, 90, 90);
    expect(rings).toHaveLength(2);
    // The hole's far rim, 7.5 mm behind the isocenter, is its narrowest.
    const hole = Math.min(...rings.map((ring) => Math.abs(areaOf([ring]))));
    expect(Math.sqrt(hole / Math.PI)).toBeCloseTo((10 * SAD) / 1007.5, 1);
  });

  it('nothing is said of a structure that reaches behind the source', () => {
    const caster = shadowCaster([square(3000, 0)], 0.1);
    expect(caster(gantryFromPatient({ gantry: 0, collimator: 0, couch: 0 }, [0, 0, 0], iec), SAD)).toBeUndefined();
  });

  it('a head-first-supine patient seen from the front lies with the head up and the left side at the right', () => {
    const { right, up } = viewDirections(gantryFromPatient({ gantry: 0, collimator: 30, couch: 0 }, [5, 6, 7], iec));
    expect(right.map((value) => Math.round(value))).toEqual([1, 0, 0]);
    expect(up.map((value) => Math.round(value))).toEqual([0, 0, 1]);
    const left = boundsOf(seen(ball(60), 0))!;
    expect(left[0]).toBeGreaterThan(25);
  });
});
