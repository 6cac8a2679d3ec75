import { describe, expect, it } from 'vitest';
import { beamLines, cutField, jawsOf } from '#renderer/viewports/painters/beams/beamGeometry.ts';
import type { Mat4 } from '#shared/geometry/affine.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { testBeam } from '../document/documentBuilder.ts';

const hfs: Mat4 = iecFromPatient('HFS') ?? [];
const ISOCENTER: Vec3 = [10, 20, 30];

const beam = (gantry: number, positions = { ASYMX: [-40, 60], ASYMY: [-50, 70] }): Beam => {
  const base = testBeam(1, gantry);
  return { ...base, controlPoints: base.controlPoints.map((point) => ({ ...point, isocenter: ISOCENTER, positions })) };
};
const linesOf = (of: Beam): ReturnType<typeof beamLines> => beamLines(of, of.controlPoints[0], hfs);
const range = (points: readonly Vec3[], axis: 0 | 1 | 2): [number, number] => {
  const values = points.map((point) => point[axis]);
  return [Math.min(...values), Math.max(...values)];
};

describe('beam lines of a head-first supine patient', () => {
  it.each([
    [0, [10, -980, 30]],
    [90, [1010, 20, 30]],
    [180, [10, 1020, 30]],
    [270, [-990, 20, 30]],
  ] as const)('gantry %i° has its source at %j', (gantry, expected) => {
    const { source, axis } = linesOf(beam(gantry));
    source.forEach((value, index) => expect(value).toBeCloseTo(expected[index], 6));
    axis[0].forEach((value, index) =>
      expect(value).toBeCloseTo(ISOCENTER[index] + 0.3 * (expected[index] - ISOCENTER[index]), 6),
    );
  });

  it('gantry 0: the field in the isocenter’s coronal plane is the jaw opening, X to the patient’s left, Y to the head', () => {
    const outline = cutField(linesOf(beam(0)).corners, ISOCENTER, [0, 1, 0]);
    expect(outline).toHaveLength(4);
    expect(range(outline, 0)[0]).toBeCloseTo(10 - 40, 6);
    expect(range(outline, 0)[1]).toBeCloseTo(10 + 60, 6);
    expect(range(outline, 2)[0]).toBeCloseTo(30 - 50, 6);
    expect(range(outline, 2)[1]).toBeCloseTo(30 + 70, 6);
  });

  it('the field diverges: 30 % wider 300 mm behind the isocenter', () => {
    const outline = cutField(linesOf(beam(0)).corners, [0, 319.999, 0], [0, 1, 0]);
    expect(range(outline, 0)[1] - range(outline, 0)[0]).toBeCloseTo(130, 2);
  });

  it('an axial plane cuts the field lengthways: a trapezium over both reaches', () => {
    const outline = cutField(linesOf(beam(0)).corners, ISOCENTER, [0, 0, 1]);
    expect(range(outline, 1)[0]).toBeCloseTo(20 - 300, 6);
    expect(range(outline, 1)[1]).toBeCloseTo(20 + 300, 6);
    expect(range(outline, 0)[1]).toBeCloseTo(10 + 60 * 1.3, 6);
  });

  it('a plane beside the field cuts nothing', () => {
    expect(cutField(linesOf(beam(0)).corners, [0, 0, 300], [0, 0, 1])).toEqual([]);
  });

  it('without jaws there is an axis but no field', () => {
    const bare = { ...beam(0).controlPoints[0], positions: {} };
    expect(jawsOf(bare)).toBeUndefined();
    expect(beamLines(beam(0), bare, hfs).corners).toEqual([]);
  });
});
