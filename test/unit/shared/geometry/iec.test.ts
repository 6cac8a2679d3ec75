import { describe, expect, it } from 'vitest';
import { transformPoint, transformVector } from '#shared/geometry/affine.ts';
import { bldFromPatient, iecFromPatient, projectToIsocenterPlane, sourcePosition } from '#shared/geometry/iec.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

const rounded = (v: readonly number[]): number[] => v.map((value) => Math.round(value * 1e9) / 1e9 + 0);

/**
 * Derived by hand. IEC 61217 fixed system: z up, y from the isocenter to the gantry, x to the right of somebody who faces the
 * gantry. For each position: which part of the patient points to the gantry (y) and up (z), in LPS (x = left, y = posterior,
 * z = superior); then x = y × z.
 *   HFS: y = S,  z = A = −P;  x = S × A = L        FFS: y = −S, z = −P; x = −L
 *   HFP: y = S,  z = P;       x = S × P = −L       FFP: y = −S, z = P;  x = L
 *   HFDR (right side down): y = S,  z = L;  x = S × L = P      FFDR: y = −S, z = L;  x = −P
 *   HFDL (left side down):  y = S,  z = −L; x = −P             FFDL: y = −S, z = −L; x = P
 * The rows below are the IEC x, y, z axes in LPS.
 */
const AXES: Record<string, readonly [Vec3, Vec3, Vec3]> = {
  HFS: [
    [1, 0, 0],
    [0, 0, 1],
    [0, -1, 0],
  ],
  HFP: [
    [-1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ],
  HFDR: [
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
  ],
  HFDL: [
    [0, -1, 0],
    [0, 0, 1],
    [-1, 0, 0],
  ],
  FFS: [
    [-1, 0, 0],
    [0, 0, -1],
    [0, -1, 0],
  ],
  FFP: [
    [1, 0, 0],
    [0, 0, -1],
    [0, 1, 0],
  ],
  FFDR: [
    [0, -1, 0],
    [0, 0, -1],
    [1, 0, 0],
  ],
  FFDL: [
    [0, 1, 0],
    [0, 0, -1],
    [-1, 0, 0],
  ],
};

/** Where the source stands for gantry 0, 90, 180 and 270: above, on the right of the observer, below, on the left. */
const SOURCES: Record<string, readonly string[]> = {
  HFS: ['A', 'L', 'P', 'R'],
  HFP: ['P', 'R', 'A', 'L'],
  HFDR: ['L', 'P', 'R', 'A'],
  HFDL: ['R', 'A', 'L', 'P'],
  FFS: ['A', 'R', 'P', 'L'],
  FFP: ['P', 'L', 'A', 'R'],
  FFDR: ['L', 'A', 'R', 'P'],
  FFDL: ['R', 'P', 'L', 'A'],
};
const SIDE: Record<string, Vec3> = {
  L: [1, 0, 0],
  R: [-1, 0, 0],
  P: [0, 1, 0],
  A: [0, -1, 0],
};

const positionOf = (name: string) => {
  const matrix = iecFromPatient(name);
  if (!matrix) throw new Error(name);
  return matrix;
};

describe.each(Object.keys(AXES))('patient position %s', (name) => {
  it('turns LPS to the IEC fixed axes', () => {
    const matrix = positionOf(name);
    const probe: Vec3 = [2, 3, 5];
    const expected = AXES[name].map((axis) => axis[0] * probe[0] + axis[1] * probe[1] + axis[2] * probe[2]);
    expect(rounded(transformVector(matrix, probe))).toEqual(expected);
  });

  it('puts the source on the side of the patient that faces it', () => {
    const isocenter: Vec3 = [10, -20, 30];
    const found = [0, 90, 180, 270].map((gantry) =>
      rounded(sourcePosition({ gantry, collimator: 33, couch: 0 }, isocenter, 1000, positionOf(name))),
    );
    const expected = SOURCES[name].map((side) => SIDE[side].map((value, axis) => isocenter[axis] + 1000 * value));
    expect(found).toEqual(expected);
  });
});

describe('IEC 61217 rotations, head first supine', () => {
  const hfs = positionOf('HFS');
  const at = (gantry: number, collimator: number, couch: number, point: Vec3): number[] =>
    rounded(transformPoint(bldFromPatient({ gantry, collimator, couch }, [0, 0, 0], hfs), point));

  it('gantry 90 sees the patient from the left: anterior is left in the beam’s eye view', () => {
    // Standing at +x facing −x with superior up the y axis, x_b points down (−z of the fixed system): posterior.
    expect(at(90, 0, 0, [0, 7, 0])).toEqual([7, 0, 0]);
    expect(at(90, 0, 0, [4, 0, 0])).toEqual([0, 0, 4]);
    expect(at(90, 0, 0, [0, 0, 5])).toEqual([0, 5, 0]);
  });

  it('the collimator turns counter-clockwise as the source sees it', () => {
    // Collimator axes turned by +90°: x_b points where y_g was (superior), y_b where −x_g was (right).
    expect(at(0, 90, 0, [0, 0, 5])).toEqual([5, 0, 0]);
    expect(at(0, 90, 0, [4, 0, 0])).toEqual([0, -4, 0]);
  });

  it('the couch turns counter-clockwise from above: at couch 90 the head points to −x', () => {
    expect(at(0, 0, 90, [0, 0, 5])).toEqual([-5, 0, 0]);
    expect(at(0, 0, 90, [4, 0, 0])).toEqual([0, 4, 0]);
    // Couch 90, gantry 90: the source (+x) is on the side of the feet.
    expect(rounded(sourcePosition({ gantry: 90, collimator: 0, couch: 90 }, [0, 0, 0], 1000, hfs))).toEqual([
      0, 0, -1000,
    ]);
    // Couch 270 and gantry 30 (vertex field): 30° from vertical towards the head.
    expect(rounded(sourcePosition({ gantry: 30, collimator: 0, couch: 270 }, [0, 0, 0], 1000, hfs))).toEqual(
      rounded([0, -1000 * Math.cos(Math.PI / 6), 500]),
    );
  });

  it('projects through the source: 10 mm at 100 mm above the isocenter is 11.11 mm at SAD 1000', () => {
    const bld = bldFromPatient({ gantry: 0, collimator: 0, couch: 0 }, [0, 0, 0], hfs);
    const projected = projectToIsocenterPlane(bld, 1000, [10, -100, -20]);
    expect(projected?.[0]).toBeCloseTo(10 / 0.9, 12);
    expect(projected?.[1]).toBeCloseTo(-20 / 0.9, 12);
    expect(projectToIsocenterPlane(bld, 1000, [10, -1000, 0])).toBeUndefined();
  });
});

it('an unknown patient position is not guessed', () => {
  expect(iecFromPatient('SITTING')).toBeUndefined();
  expect(iecFromPatient('')).toBeUndefined();
});
