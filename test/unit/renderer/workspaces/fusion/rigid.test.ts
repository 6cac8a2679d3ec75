import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rotationAbout } from '#renderer/workspaces/fusion/registration/manualRegistration.ts';
import { matrixOf, parametersOf } from '#renderer/workspaces/fusion/registration/rigidParameters.ts';
import { isRigid, transformPoint } from '#shared/geometry/affine.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
const vec = (limit: number) => fc.tuple(number(limit), number(limit), number(limit));

describe('rigid parameters', () => {
  it('come back from their matrix', () => {
    fc.assert(
      fc.property(fc.tuple(number(179), number(89), number(179)), vec(300), vec(500), (degrees, shift, centre) => {
        const found = parametersOf(matrixOf({ degrees, shift }, centre), centre);
        for (const i of [0, 1, 2]) {
          expect(found.degrees[i]).toBeCloseTo(degrees[i], 5);
          expect(found.shift[i]).toBeCloseTo(shift[i], 6);
        }
      }),
    );
  });

  it.each([90, -90])('give the same matrix at the gimbal lock of %d°', (y) => {
    const centre: Vec3 = [10, 20, 30];
    const matrix = matrixOf({ degrees: [25, y, 40], shift: [1, 2, 3] }, centre);
    const again = matrixOf(parametersOf(matrix, centre), centre);
    matrix.forEach((value, i) => expect(again[i]).toBeCloseTo(value, 6));
  });
});

describe('rotationAbout', () => {
  it('is rigid, leaves its axis where it is and turns by the right-hand rule', () => {
    const through: Vec3 = [5, 6, 7];
    const turn = rotationAbout([0, 0, 1], 90, through);
    expect(isRigid(turn)).toBe(true);
    expect(transformPoint(turn, [5, 6, 99]).map((v) => Math.round(v * 1e9) / 1e9)).toEqual([5, 6, 99]);
    // +x turns to +y: in the axial view (x right, y down, seen along +z) that is clockwise, as the pointer goes.
    const moved = transformPoint(turn, [15, 6, 7]);
    [5, 16, 7].forEach((value, i) => expect(moved[i]).toBeCloseTo(value, 9));
  });
});
