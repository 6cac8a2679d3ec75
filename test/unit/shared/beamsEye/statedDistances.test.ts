import { expect, test } from 'vitest';
import { withSurfaceDistances } from '#shared/beamsEye/statedDistances.ts';
import { planHash } from '#shared/dosimetry/standing/doseBasis.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { beam, plan as testPlan } from '#test/builders/plan.ts';

/** A box of 200 × 120 mm, planes every 5 mm, about the origin. */
const points = (z: number): Float64Array =>
  Float64Array.from([[-100, -60], [100, -60], [100, 60], [-100, 60]].flatMap(([x, y]) => [x, y, z])); // biome-ignore format: a box
const body = {
  number: 1,
  name: 'BODY',
  type: 'EXTERNAL',
  contours: Array.from({ length: 41 }, (_, n) => ({ type: 'CLOSED_PLANAR' as const, points: points(-100 + 5 * n) })),
};
const structures = { rois: [body] } as unknown as StructureSet;

const made = (gantry: number, isocenter: readonly [number, number, number]): Plan => {
  const one = beam(1);
  const controlPoints = one.controlPoints.map(({ sourceToSurface: _stated, ...point }) => ({
    ...point,
    gantry,
    collimator: 0,
    couch: 0,
    isocenter,
  }));
  return testPlan(1, { patientPosition: 'HFS', beams: [{ ...one, controlPoints }] });
};
const nobody = { has: () => false, onThisSet: false };
const all = (onThisSet: boolean) => ({ has: () => true, onThisSet });

// From above 60 mm of box over the isocenter, from the patient's left 100 mm; 10 mm off the isocenter counts.
test.each([
  [0, [0, 0, 0], 940],
  [90, [0, 0, 0], 900],
  [180, [0, 10, 0], 950],
] as const)('gantry %d°: SSD %d', (gantry, isocenter, distance) => {
  const [{ controlPoints }] = withSurfaceDistances(made(gantry, isocenter), structures, nobody).beams;
  expect(controlPoints.map(({ sourceToSurface }) => sourceToSurface)).toEqual([distance, distance]);
});

test('beams as they were stored stay so, unless what they stated no longer holds on another structure set', () => {
  const plan = made(0, [0, 0, 0]);
  const measured = withSurfaceDistances(plan, structures, nobody);
  expect(planHash(measured)).toBe(planHash(plan));
  expect(withSurfaceDistances(plan, structures, all(false))).toBe(plan);
  expect(withSurfaceDistances(measured, structures, all(false)).beams[0]).toBe(measured.beams[0]);
  const thinner = {
    ...structures,
    rois: [
      {
        ...body,
        contours: body.contours.map((contour) => ({
          ...contour,
          points: contour.points.map((mm, n) => (n % 3 === 1 ? mm / 2 : mm)),
        })),
      },
    ],
  } as unknown as StructureSet;
  expect(withSurfaceDistances(measured, thinner, all(true))).toBe(measured);
  expect(withSurfaceDistances(measured, thinner, all(false)).beams[0].controlPoints[0].sourceToSurface).toBe(970);
});

test('without a BODY or a surface in its way nothing is stated, not even what was before', () => {
  const plan = made(0, [0, 0, 0]);
  expect(withSurfaceDistances(plan, { ...structures, rois: [] }, nobody)).toBe(plan);
  const missing = made(0, [300, 0, 0]);
  expect(withSurfaceDistances(missing, structures, nobody).beams[0].controlPoints[0].sourceToSurface).toBeUndefined();
  const stated = testPlan(1, {
    patientPosition: 'HFS',
    beams: [
      {
        ...beam(1),
        controlPoints: missing.beams[0].controlPoints.map((point) => ({ ...point, sourceToSurface: 900 })),
      },
    ],
  });
  expect(withSurfaceDistances(stated, structures, nobody).beams[0].controlPoints[0].sourceToSurface).toBeUndefined();
});
