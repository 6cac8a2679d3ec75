import { beforeAll, describe, expect, it } from 'vitest';
import { loadElastix } from '#main/jobs/elastix.ts';
import { invertRigid, multiply, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { gridCorners } from '#shared/registration/prepare.ts';
import { registerRigidly } from '#shared/registration/rigid.ts';
import { rigidParameters } from '#shared/registration/rigidParameters.ts';

let phantom: Phantom;
beforeAll(() => {
  phantom = phantomOf('head', 1);
}, 300_000);

describe('rigid registration of a CT and an MR', () => {
  it('finds the patient again after a turn and a shift', async () => {
    const { ct, mr, registration } = phantom;
    if (registration.kind !== 'rigid') throw new Error('not rigid');
    const away = rigidFromParameters([12, -9, 14], [35, -30, 20]);
    const fractions: number[] = [];
    const found = await registerRigidly(loadElastix, ct, moveGrid(mr, away), {
      onProgress: (fraction) => fractions.push(fraction),
    });
    const truth = multiply(registration.matrix, invertRigid(away));
    for (const corner of gridCorners(moveGrid(mr, away))) {
      const [p, q] = [transformPoint(found.matrix, corner), transformPoint(truth, corner)];
      expect(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2])).toBeLessThan(2);
    }
    expect(found.quality).toBeGreaterThan(0.5);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  });

  it('refuses a region beside the image and stops when told to', async () => {
    const { ct, mr } = phantom;
    const region = { min: [1000, 1000, 1000], max: [1100, 1100, 1100] } as const;
    await expect(registerRigidly(loadElastix, ct, mr, { region })).rejects.toMatchObject({ code: 'GEOMETRY' });
    await expect(registerRigidly(loadElastix, ct, mr, { signal: { aborted: true } })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

describe('six numbers of a rigid matrix', () => {
  it('come back from the matrix they made', () => {
    const centre = [10, -20, 30] as const;
    const { degrees, shift } = rigidParameters(rigidFromParameters([10, -35, 120], [4, 5, -6], centre), centre);
    for (const [n, value] of [10, -35, 120].entries()) expect(degrees[n]).toBeCloseTo(value, 9);
    for (const [n, value] of [4, 5, -6].entries()) expect(shift[n]).toBeCloseTo(value, 9);
    // Straight up, where two of the angles are one.
    for (const y of [90, -90]) {
      const steep = rigidFromParameters([25, y, 0], [0, 0, 0]);
      const back = rigidParameters(steep);
      const again = rigidFromParameters(back.degrees, back.shift);
      for (const [n, value] of steep.entries()) expect(again[n]).toBeCloseTo(value, 9);
    }
  });
});
