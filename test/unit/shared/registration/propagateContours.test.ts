import { describe, expect, it } from 'vitest';
import { invertRigid, type Mat4, rigidFromParameters, transformPoint, translation } from '#shared/geometry/affine.ts';
import { AXIAL, type Grid, patientToIndex } from '#shared/geometry/volume.ts';
import { length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Contour } from '#shared/model/structures.ts';
import { type BothWays, propagateContours } from '#shared/registration/propagateContours.ts';
import { mapPoint, transformOf } from '#shared/registration/transform.ts';
import { bump, sampled } from '#test/builders/analyticField.ts';
import { deformation } from '#test/builders/registration.ts';

const CENTRE: Vec3 = [10, -20, 6];

/** Circles of a ball on planes of constant z. */
function ball(radius: number, spacing: number, centre = CENTRE): Contour[] {
  const contours: Contour[] = [];
  for (let z = Math.ceil((centre[2] - radius) / spacing) * spacing; z < centre[2] + radius; z += spacing) {
    const r = Math.sqrt(radius ** 2 - (z - centre[2]) ** 2);
    if (r < 0.5) continue;
    const points = new Float64Array(3 * 120);
    for (let n = 0; n < 120; n++) {
      const angle = (n / 120) * 2 * Math.PI;
      points.set([centre[0] + r * Math.cos(angle), centre[1] + r * Math.sin(angle), z], 3 * n);
    }
    contours.push({ type: 'CLOSED_PLANAR', points });
  }
  return contours;
}

const target: Grid = { dims: [121, 121, 61], spacing: [1.5, 1.5, 2], origin: [-80, -100, -60], direction: AXIAL };
const rigid = (matrix: Mat4): BothWays => ({
  toTarget: [{ kind: 'matrix', matrix }],
  toSource: [{ kind: 'matrix', matrix: invertRigid(matrix) }],
});
const vertices = (contours: readonly Contour[]): Vec3[] =>
  contours.flatMap(({ points }) =>
    Array.from({ length: points.length / 3 }, (_, n): Vec3 => [points[3 * n], points[3 * n + 1], points[3 * n + 2]]),
  );
const onSlices = (contours: readonly Contour[]): boolean =>
  vertices(contours).every(
    (p) => Math.abs(patientToIndex(target, p)[2] % 1) < 1e-6 || Math.abs((patientToIndex(target, p)[2] % 1) - 1) < 1e-6,
  );

describe('through a rigid transform', () => {
  const matrix = rigidFromParameters([12, -20, 35], [5, 3, -2.3]);

  it('a shell keeps volume, place and hole, on the slices of the target', () => {
    const shell = [...ball(25, 2), ...ball(12, 2)];
    const { contours, volume, warnings } = propagateContours(shell, rigid(matrix), target);
    expect(warnings).toEqual([]);
    expect(onSlices(contours)).toBe(true);
    const truth = ((4 / 3) * Math.PI * (25 ** 3 - 12 ** 3)) / 1000;
    // The planes 2 mm apart do not tell where the ball ends between them: 0.5 % of it.
    expect(Math.abs(volume.before / truth - 1)).toBeLessThan(0.005);
    expect(Math.abs(volume.after / truth - 1)).toBeLessThan(0.01);
    const found = measureRoi(contours, target)?.centroid ?? [0, 0, 0];
    expect(length(subtract(found, transformPoint(matrix, CENTRE)))).toBeLessThan(0.05);
    const radii = vertices(contours).map((p) => length(subtract(p, transformPoint(matrix, CENTRE))));
    const off = radii.map((r) => Math.min(Math.abs(r - 25), Math.abs(r - 12))).sort((a, b) => a - b);
    expect(off[Math.floor(0.95 * off.length)]).toBeLessThan(0.25);
    expect(radii.filter((r) => r < 15).length).toBeGreaterThan(500);
  });

  it('turns through a right angle and back, which is where slices become columns', () => {
    const turn = rigidFromParameters([90, 0, 0], [0, 0, 0], CENTRE);
    const there = propagateContours(ball(20, 2), rigid(turn), target).contours;
    const back = propagateContours(there, rigid(invertRigid(turn)), target).contours;
    const off = vertices(back)
      .map((p) => Math.abs(length(subtract(p, CENTRE)) - 20))
      .sort((a, b) => a - b);
    expect(off[Math.floor(0.95 * off.length)]).toBeLessThan(0.5);
  });

  it('that lays every plane on a slice moves the vertices themselves', () => {
    const shift = translation([3.25, -1.5, 8]);
    const source = ball(20, 2);
    const { contours } = propagateContours(source, rigid(shift), target);
    expect(contours).toEqual(
      source.map(({ type, points }) => ({ type, points: points.map((mm, n) => mm + [3.25, -1.5, 8][n % 3]) })),
    );
    // With every second slice drawn only (z −12 to 24 mm), the others must be filled.
    const sparse = propagateContours(ball(20, 4), rigid(shift), target);
    expect(new Set(vertices(sparse.contours).map(([, , z]) => z.toFixed(3))).size).toBe(19);
  });

  it('moves points and lines vertex by vertex', () => {
    const point: Contour = { type: 'POINT', points: Float64Array.of(1, 2, 3) };
    const line: Contour = { type: 'OPEN_PLANAR', points: Float64Array.of(0, 0, 0, 10, 0, 0) };
    const { contours } = propagateContours([point, line], rigid(matrix), target);
    expect(contours.map(({ type }) => type)).toEqual(['POINT', 'OPEN_NONPLANAR']);
    transformPoint(matrix, [1, 2, 3]).forEach((mm, axis) => expect(contours[0].points[axis]).toBeCloseTo(mm, 10));
  });

  it('says what ends beyond the image, and refuses what misses it', () => {
    const { warnings, volume } = propagateContours(ball(25, 2), rigid(translation([80, 0, 1])), target);
    expect(warnings).toEqual([expect.stringMatching(/\d+ % of its outline ends beyond the image/)]);
    expect(volume.after).toBeLessThan(0.8 * volume.before);
    expect(() => propagateContours(ball(25, 2), rigid(translation([500, 0, 0])), target)).toThrow(/lies on no slice/);
  });
});

describe('through a deformation', () => {
  const lattice: Grid = { dims: [41, 41, 41], spacing: [4, 4, 4], origin: [-70, -100, -74], direction: AXIAL };
  const through = (registration: ReturnType<typeof deformation>): BothWays => ({
    toTarget: transformOf(registration),
    toSource: transformOf(registration, 'moving'),
  });

  it('that stretches, a ball becomes the ellipsoid', () => {
    const half = deformation(1, {
      field: sampled(lattice, ([x, , z]) => [0.25 * (x - CENTRE[0]), 0, -0.2 * (z - CENTRE[2])]),
      pre: undefined,
      post: undefined,
    });
    const { volume } = propagateContours(ball(20, 2), through(half), target);
    // Fixed to moving stretches by 1.25 and 0.8: the ball in the moving image has as much volume in the fixed one.
    expect(Math.abs(volume.after / volume.before - 1)).toBeLessThan(0.015);
    const narrow = deformation(1, {
      field: sampled(lattice, ([x]) => [0.25 * (x - CENTRE[0]), 0, 0]),
      pre: undefined,
      post: undefined,
    });
    const squeezed = propagateContours(ball(20, 2), through(narrow), target);
    expect(squeezed.volume.after / squeezed.volume.before).toBeCloseTo(1 / 1.25, 2);
  });

  it('every outline lies where the deformation takes the surface to', () => {
    const registration = deformation(1, {
      field: sampled(lattice, bump([10, -6, 8], 25, CENTRE)),
      pre: undefined,
      post: rigidFromParameters([0, 0, 8], [4, 0, 0]),
    });
    const centre = mapPoint(transformOf(registration, 'moving'), CENTRE) ?? CENTRE;
    const { contours, warnings } = propagateContours(ball(20, 2, centre), through(registration), target);
    expect(warnings).toEqual([]);
    const off = vertices(contours)
      .map((p) => mapPoint(transformOf(registration, 'moving'), p) ?? ([Infinity, 0, 0] as Vec3))
      .map((p) => Math.abs(length(subtract(p, centre)) - 20))
      .sort((a, b) => a - b);
    expect(off[Math.floor(0.95 * off.length)]).toBeLessThan(0.3);
    expect(contours.length).toBeGreaterThan(15);
  });

  it('says what lies where it is not defined', () => {
    const small = sampled({ ...lattice, dims: [21, 41, 41] }, () => [0, 0, 0]);
    const registration = deformation(1, { field: small, pre: undefined, post: undefined });
    const { warnings } = propagateContours(ball(25, 2), through(registration), target);
    expect(warnings).toEqual([
      expect.stringMatching(/\d+ % of its outline lies where the registration is not defined/),
    ]);
  });
});
