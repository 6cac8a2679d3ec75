import { describe, expect, it } from 'vitest';
import { fitAperture } from '#shared/dosimetry/plan/aperture/aperture.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam, openAperture, targetCenter } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { circle, roiOf, square, stackOf } from '../../phantoms.ts';

const machine = machineByName('GENERIC_6MV');
const iec = iecFromPatient('HFS')!;
const edges = machine.mlc!.leafBoundaries;
const at = (gantry: number, collimator = 0, couch = 0): { gantry: number; collimator: number; couch: number } => ({
  gantry,
  collimator,
  couch,
});

/** A cylinder of radius 30 along z from −40 to 40 mm (end slabs included). */
const cylinder = stackOf((z) => circle(30, z), -38, 38, 4);

describe('aperture fitting', () => {
  it('encloses a cylinder seen from the side: its diameter by its length, magnified, with the margin', () => {
    const { positions, warnings } = fitAperture(cylinder, at(0), [0, 0, 0], machine, { margin: 5 }, iec);
    expect(warnings).toEqual([]);
    // The widest shadow of a circle of radius r at SAD: r/√(1 − (r/SAD)²). The ends nearest the source are magnified by 1000/970.
    const side = 30 / Math.sqrt(1 - 0.03 ** 2) + 5;
    const end = (40 * 1000) / 970 + 5;
    const [x, y] = [positions.ASYMX!, positions.ASYMY!];
    for (const value of [-x[0], x[1]]) {
      expect(value).toBeGreaterThanOrEqual(side - 0.03);
      expect(value).toBeLessThan(side + 0.13);
    }
    for (const value of [-y[0], y[1]]) {
      expect(value).toBeGreaterThanOrEqual(end - 0.03);
      expect(value).toBeLessThan(end + 0.13);
    }
  });

  it('never covers the outline: leaf ends lie outside it over the whole width of every leaf', () => {
    // Seen along its axis (couch 90° is not needed: a sphere of stacked circles is round from everywhere).
    const sphere = stackOf((z) => circle(Math.sqrt(Math.max(1, 900 - z * z)), z), -28, 28, 2);
    const { positions } = fitAperture(sphere, at(73, 20, 340), [0, 0, 0], machine, { margin: 8 }, iec);
    const leaves = positions.MLCX!;
    edges.slice(1).forEach((high, pair) => {
      const nearest = Math.min(Math.abs(edges[pair]), Math.abs(high));
      const [from, to] = [leaves[pair], leaves[pair + 60]];
      if (nearest < 36) {
        // Radius 30 + 8 mm; slices of 2 mm make steps of up to 2 mm in the outline near the poles.
        const half = Math.sqrt(38 ** 2 - nearest ** 2);
        expect(-from, `pair ${pair}`).toBeGreaterThan(half - 0.6);
        expect(to, `pair ${pair}`).toBeGreaterThan(half - 0.6);
        expect(to, `pair ${pair}`).toBeLessThan(half + 6);
      } else if (nearest > 42) expect(to - from, `pair ${pair}`).toBeCloseTo(machine.mlc!.minimumGap, 9);
      expect(to).toBeGreaterThanOrEqual(from);
    });
  });

  it('is not fooled by contour planes seen edge on, nor by the sense of the contours', () => {
    const turned = cylinder.map((contour) => ({
      ...contour,
      points: Float64Array.from(
        { length: contour.points.length },
        (_, n) => contour.points[contour.points.length - 3 - n + 2 * (n % 3)],
      ),
    }));
    const forward = fitAperture(cylinder, at(90), [0, 0, 0], machine, { margin: 5 }, iec);
    // Contours are simplified by up to 0.02 mm from where they begin, which is elsewhere: one step of 0.1 mm at most.
    const again = fitAperture(turned, at(90), [0, 0, 0], machine, { margin: 5 }, iec).positions;
    for (const type of ['ASYMX', 'ASYMY', 'MLCX'] as const)
      again[type]!.forEach((value, n) => expect(Math.abs(value - forward.positions[type]![n])).toBeLessThan(0.11));
    expect(forward.positions.MLCX![30]).toBeLessThan(-34);
  });

  it('follows the collimator: turned by 90° the jaws change places', () => {
    const plain = fitAperture(cylinder, at(0), [0, 0, 0], machine, { margin: 5 }, iec).positions;
    const turned = fitAperture(cylinder, at(0, 90), [0, 0, 0], machine, { margin: 5 }, iec).positions;
    plain.ASYMX!.forEach((value, n) => expect(Math.abs(turned.ASYMY![n] - value)).toBeLessThan(0.11));
    plain.ASYMY!.forEach((value, n) => expect(Math.abs(turned.ASYMX![n] - value)).toBeLessThan(0.11));
  });

  it('opens around an off-axis target only: patient left is +x at gantry 0', () => {
    const left = stackOf((z) => circle(10, z, 60), -10, 10, 2);
    const { positions } = fitAperture(left, at(0), [0, 0, 0], machine, { margin: 0 }, iec);
    expect(positions.ASYMX![0]).toBeGreaterThan(49);
    expect(positions.ASYMX![1]).toBeLessThan(72);
  });

  it('says what the machine cannot open and stays within its limits', () => {
    const huge = stackOf((z) => square(500, z), -250, 250, 50);
    const { positions, warnings } = fitAperture(huge, at(0), [0, 0, 0], machine, { margin: 5 }, iec);
    expect(positions.ASYMX).toEqual([-200, 200]);
    expect(positions.ASYMY).toEqual([-200, 200]);
    expect(Math.max(...positions.MLCX!.map(Math.abs))).toBeLessThanOrEqual(200);
    expect(warnings.join('\n')).toMatch(/X jaws stop.*\n.*Y jaws stop.*\n.*leaf pair.*\n.*wider than the leaves/s);
  });

  it('refuses a target without contours', () => {
    expect(() => fitAperture([], at(0), [0, 0, 0], machine, { margin: 5 }, iec)).toThrow(
      /nothing is left of the target/,
    );
  });
});

describe('plan factory', () => {
  it('centres on the target and refuses one without contours', () => {
    const center = targetCenter(
      roiOf(
        2,
        'PTV',
        'PTV',
        stackOf((z) => circle(12, z, 30, -20), -9, 9, 3),
      ),
    );
    [30, -20, 0].forEach((value, axis) => expect(center[axis]).toBeCloseTo(value, 6));
    expect(() => targetCenter(roiOf(2, 'PTV', 'PTV', []))).toThrow(/no closed contour/);
  });

  it('makes static beams with all devices and two control points, and refuses angles beyond the machine', () => {
    const defaults = { number: 1, name: 'AP', machine, isocenter: [0, 0, 0], iecFromLps: iec } as const;
    const { beam } = createBeam({ ...defaults, angles: at(0), target: cylinder });
    expect(beam.devices.map(({ type, pairs }) => `${type} ${pairs}`)).toEqual(['ASYMX 1', 'ASYMY 1', 'MLCX 60']);
    expect(beam.controlPoints.map(({ metersetWeight }) => metersetWeight)).toEqual([0, 1]);
    expect(beam.controlPoints[0].positions.MLCX).toHaveLength(120);
    expect(() => createBeam({ ...defaults, angles: at(361) })).toThrow(/361° is outside 0°…360° of GENERIC_6MV/);
  });

  it('an open field has its leaves behind the jaws', () => {
    const { positions } = openAperture(machine, 100, 60);
    expect([positions.ASYMX, positions.ASYMY]).toEqual([[-50, 50], [-30, 30]]); // biome-ignore format: jaws
    edges.slice(1).forEach((high, pair) => {
      if (edges[pair] < 30 && high > -30) expect(positions.MLCX![pair + 60]).toBeGreaterThan(50);
    });
  });
});
