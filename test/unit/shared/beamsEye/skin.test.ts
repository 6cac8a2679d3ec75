import { describe, expect, it } from 'vitest';
import { equivalentSquares, lightField, nearestSkin, surfaceDistance } from '#shared/beamsEye/lightField.ts';
import { type Skin, skinOf } from '#shared/beamsEye/skin.ts';
import { bldFromPatient, iecFromPatient, projectToIsocenterPlane, sourcePosition } from '#shared/geometry/iec.ts';
import { normalize, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { thorax } from '#shared/phantom/anatomy/thorax.ts';
import { contourShape } from '#shared/phantom/contouring.ts';
import { createRandom } from '#shared/phantom/random.ts';
import { boundsOf } from '#shared/structures/contours/rings.ts';
import { testBeam } from '../../renderer/document/documentBuilder.ts';
import { circle, square, stackOf } from '../dosimetry/phantoms.ts';

const iec = iecFromPatient('HFS')!;
const SAD = 1000;
const ssd = (skin: Skin, gantry: number, couch: number, isocenter: Vec3): number | undefined =>
  surfaceDistance(skin, bldFromPatient({ gantry, collimator: 0, couch }, isocenter, iec), SAD)?.distance;

describe('source–surface distance', () => {
  it('of a cylinder on its axis and beside it is in closed form', () => {
    const skin = skinOf(stackOf((z) => circle(150, z, 0, 0, 720), -60, 60, 3));
    for (const gantry of [0, 37, 90, 210]) expect(ssd(skin, gantry, 0, [0, 0, 0])).toBeCloseTo(850, 1);
    // 30 mm beside the axis: the chord begins √(150² − 30²) before the isocenter's depth.
    expect(ssd(skin, 0, 0, [30, 0, 0])).toBeCloseTo(1000 - Math.sqrt(150 ** 2 - 30 ** 2), 1);
    expect(ssd(skin, 0, 0, [200, 0, 0])).toBeUndefined();
    const frame = bldFromPatient({ gantry: 0, collimator: 0, couch: 0 }, [0, 0, 0], iec);
    const at = surfaceDistance(skin, frame, SAD, 50, 0)!.distance;
    // Along a slanting ray: |source + t·direction| = 150 in the cylinder's plane.
    const [x, y] = [50 / Math.hypot(50, SAD), SAD / Math.hypot(50, SAD)];
    const half = SAD * y;
    expect(at).toBeCloseTo(half - Math.sqrt(half ** 2 - (SAD ** 2 - 150 ** 2) * (x ** 2 + y ** 2)), 1);
  });

  it('of a cone does not step from slice to slice: couch and gantry kicks over 5 mm planes', () => {
    const radius = (z: number): number => 100 + 0.4 * z;
    const skin = skinOf(stackOf((z) => circle(radius(z), z, 0, 0, 720), -100, 100, 5));
    for (const [gantry, couch] of [
      [40, 30],
      [60, 30],
      [90, 30],
    ] as const) {
      // biome-ignore format: kicks
      for (const z of [-7.3, 0, 3.1, 12]) {
        const source = sourcePosition({ gantry, collimator: 0, couch }, [0, 0, z], SAD, iec);
        const direction = normalize(subtract([0, 0, z], source));
        const outside = (t: number): boolean => {
          const [px, py, pz] = [0, 1, 2].map((axis) => source[axis] + t * direction[axis]);
          return Math.hypot(px, py) > radius(pz);
        };
        let [low, high] = [700, SAD];
        while (high - low > 1e-4) [low, high] = outside((low + high) / 2) ? [(low + high) / 2, high] : [low, (low + high) / 2];
        expect(Math.abs(ssd(skin, gantry, couch, [0, 0, z])! - low)).toBeLessThan(0.2);
      }
    }
  });

  it('of the thorax phantom is within 0.5 mm of its analytic surface from all sides', () => {
    const { rois, ct } = thorax(createRandom('isocenter phantom thorax 1'));
    const { shape } = rois.find(({ name }) => name === 'BODY')!;
    const slices = Array.from({ length: ct.dims[2] }, () => ({ sopClassUid: '', sopInstanceUid: '' }));
    const skin = skinOf(contourShape(shape, ct, slices));
    let worst = 0;
    for (let gantry = 0; gantry < 360; gantry += 20)
      for (const couch of gantry === 0 || gantry === 40 || gantry === 320 ? [0, 25, 330] : [0]) {
        const isocenter: Vec3 = [-71, -14, 20];
        const source = sourcePosition({ gantry, collimator: 0, couch }, isocenter, SAD, iec);
        const direction = normalize(subtract(isocenter, source));
        let truth = 500;
        const at = (t: number): number =>
          shape.distance(source[0] + t * direction[0], source[1] + t * direction[1], source[2] + t * direction[2]);
        while (at(truth) > 1e-3) truth += Math.max(1e-3, 0.3 * at(truth));
        worst = Math.max(worst, Math.abs(ssd(skin, gantry, couch, isocenter)! - truth));
      }
    expect(worst).toBeLessThan(0.5);
  });

  it('through an end of the scan is said to be cut, and a bolus comes first', () => {
    const body = skinOf(stackOf((z) => square(300, z), -60, 60, 3));
    const through = surfaceDistance(
      body,
      bldFromPatient({ gantry: 90, collimator: 0, couch: 90 }, [0, 0, 0], iec),
      SAD,
    );
    expect(through?.cut).toBe(true);
    const bolus = skinOf(stackOf((z) => square(60, z, 0, -180), -30, 30, 3));
    expect(ssd(body, 0, 0, [0, 0, 0])).toBeCloseTo(850, 1);
    expect(ssd(nearestSkin([body, bolus]), 0, 0, [0, 0, 0])).toBeCloseTo(790, 1);
    expect(ssd(nearestSkin([body, bolus]), 0, 0, [60, 0, 0])).toBeCloseTo(850, 1);
    expect(skinOf([])([0, 0, 0], [0, 1, 0])).toBeUndefined();
  });
});

describe('light field', () => {
  const beam = testBeam(1, 0);
  const [control] = beam.controlPoints;
  const frame = bldFromPatient(control, control.isocenter, iec);

  it('of a square field on a flat skin is the field at the skin’s distance, closed', () => {
    const skin = skinOf(stackOf((z) => square(400, z), -150, 150, 3));
    const [line, ...others] = lightField(beam, control, frame, skin);
    expect(others).toEqual([]);
    expect(line[0]).toEqual(line.at(-1));
    for (const point of line) {
      expect(point[1]).toBeCloseTo(-200, 1);
      // 50 mm at the isocenter are 40 mm at 800 mm from the source; every point lies on an edge.
      expect(Math.max(Math.abs(point[0]), Math.abs(point[2]))).toBeCloseTo(40, 1);
      expect(Math.max(...projectToIsocenterPlane(frame, SAD, point)!.map(Math.abs))).toBeCloseTo(50, 1);
    }
  });

  it('breaks where rays pass the patient', () => {
    const half = skinOf(stackOf((z) => square(400, z, 200), -150, 150, 3));
    const lines = lightField(beam, control, frame, half);
    const xs = lines.flat().map(([x]) => x);
    expect(Math.min(...xs)).toBeGreaterThanOrEqual(-0.01);
    expect(Math.max(...xs)).toBeCloseTo(40, 1);
    expect(boundsOf(lines.map((line) => Float64Array.from(line.flatMap(([x, , z]) => [x, z]))))![3]).toBeCloseTo(40, 0);
  });

  it('fields have their equivalent squares', () => {
    const long = { ...control, positions: { ASYMX: [-20, 20], ASYMY: [-60, 60] } };
    expect(equivalentSquares(beam, long).jaws).toBeCloseTo(60, 9);
    expect(equivalentSquares(beam, long).opening).toBeCloseTo(Math.sqrt(4800), 6);
    expect(equivalentSquares(beam, control)).toEqual({ jaws: 100, opening: 100 });
  });
});
