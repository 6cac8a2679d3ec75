import { describe, expect, it } from 'vitest';
import { type Mat4, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Landmark } from '#shared/model/registration.ts';
import { createRandom } from '#shared/phantom/random.ts';
import { fitLandmarks } from '#shared/registration/landmarks.ts';
import { symmetricEigen } from '#shared/registration/symmetricEigen.ts';

const MOVING: readonly Vec3[] = [
  [10, 20, 30],
  [-80, 15, 4],
  [35, -60, 90],
  [0, 44, -120],
  [70, 70, 10],
];
const landmarks = (truth: Mat4, moving: readonly Vec3[] = MOVING): Landmark[] =>
  moving.map((point, n) => ({ name: `L${n + 1}`, moving: point, fixed: transformPoint(truth, point) }));

describe('landmarks', () => {
  it('give back any rigid transform, half turns among them', () => {
    for (const degrees of [
      [5, -12, 20],
      [180, 0, 0],
      [0, 90, 180],
      [0, 0, 0],
    ] as const) {
      const truth = rigidFromParameters(degrees, [300, -20, 55], [4, 5, 6]);
      const { matrix, residuals, rms } = fitLandmarks(landmarks(truth));
      for (const [n, value] of truth.entries()) expect(matrix[n]).toBeCloseTo(value, 9);
      expect(Math.max(rms, ...residuals)).toBeLessThan(1e-9);
    }
  });

  it('three are enough; a mirrored patient is not mirrored back', () => {
    const truth = rigidFromParameters([30, 40, 50], [1, 2, 3]);
    const { matrix } = fitLandmarks(landmarks(truth, MOVING.slice(0, 3)));
    for (const [n, value] of truth.entries()) expect(matrix[n]).toBeCloseTo(value, 9);
    const mirrored = MOVING.map((moving, n) => ({
      name: `${n}`,
      moving,
      fixed: [-moving[0], moving[1], moving[2]] as const,
    }));
    const fit = fitLandmarks(mirrored);
    const [a, b, c, , d, e, f, , g, h, i] = fit.matrix;
    expect(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)).toBeCloseTo(1, 9);
    expect(fit.rms).toBeGreaterThan(10);
  });

  it('are fitted with the least squares: no small motion makes the residuals smaller', () => {
    const random = createRandom('landmarks');
    const noisy = landmarks(rigidFromParameters([5, 6, 7], [10, 11, 12])).map((one) => ({
      ...one,
      fixed: [one.fixed[0] + random.normal(), one.fixed[1] + random.normal(), one.fixed[2] + random.normal()] as const,
    }));
    const { matrix, rms, residuals } = fitLandmarks(noisy);
    expect(rms).toBeCloseTo(Math.hypot(...residuals) / Math.sqrt(5), 12);
    const rmsUnder = (motion: Mat4): number =>
      Math.hypot(
        ...noisy.map(({ fixed, moving }) => {
          const there = transformPoint(motion, transformPoint(matrix, moving));
          return Math.hypot(there[0] - fixed[0], there[1] - fixed[1], there[2] - fixed[2]);
        }),
      ) / Math.sqrt(5);
    for (let n = 0; n < 40; n++) {
      const small = (size: number): Vec3 => [random.normal() * size, random.normal() * size, random.normal() * size];
      expect(rmsUnder(rigidFromParameters(small(0.05), small(0.05)))).toBeGreaterThan(rms);
    }
  });

  it('on a line, or too few, are refused', () => {
    const line = landmarks(rigidFromParameters([1, 2, 3], [4, 5, 6]), [
      [0, 0, 0],
      [10, 10, 20],
      [30, 30, 60.5],
    ]);
    expect(() => fitLandmarks(line)).toThrow('lie on one line');
    expect(() => fitLandmarks(landmarks(rigidFromParameters([0, 0, 0], [0, 0, 0])).slice(0, 2))).toThrow('needs three');
  });
});

describe('eigenvalues of a symmetric matrix', () => {
  it('solve the equation, the largest first', () => {
    const matrix = [
      [4, 1, -2, 2],
      [1, 2, 0, 1],
      [-2, 0, 3, -2],
      [2, 1, -2, -1],
    ];
    const { values, vectors } = symmetricEigen(matrix);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    for (const [n, vector] of vectors.entries()) {
      expect(Math.hypot(...vector)).toBeCloseTo(1, 12);
      for (const [row, numbers] of matrix.entries())
        expect(numbers.reduce((sum, x, k) => sum + x * vector[k], 0)).toBeCloseTo(values[n] * vector[row], 10);
    }
  });
});
