import { rigidFromParameters } from '#shared/geometry/affine.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import type { DeformableRegistration, RigidRegistration } from '#shared/model/registration.ts';
import { objectContext } from './context.ts';
import { seeded } from './random.ts';

/** A rigid registration between two frames that no image has. */
export const rigidRegistration = (overrides: Partial<RigidRegistration> = {}): RigidRegistration => ({
  kind: 'rigid',
  sopInstanceUid: '',
  fixedFrame: '1.2.3',
  movingFrame: '1.2.4',
  matrix: rigidFromParameters([1, 2, 3], [4, 5, 6]),
  label: 'manual',
  ...overrides,
});

/** A deformation with random vectors (≤ 15 mm) on a small oblique grid, a rigid pre and an affine post matrix. */
export function deformation(seed = 1, overrides: Partial<DeformableRegistration> = {}): DeformableRegistration {
  const random = seeded(seed);
  const grid = moveGrid(
    { dims: [4, 3, 5], spacing: [4, 4.5, 5], origin: [-10, 20, -300], direction: [1, 0, 0, 0, 1, 0, 0, 0, 1] },
    rigidFromParameters([5, -12, 30], [3, 2, 1]),
  );
  return {
    kind: 'deformable',
    sopInstanceUid: objectContext('REG', seed).sopInstanceUid,
    fixedFrame: '1.2.10',
    movingFrame: '1.2.20',
    label: 'B-spline',
    method: 'automatic',
    quality: { value: 0.8, metric: 'mutual information', jacobian: { min: 0.7, max: 1.4, folded: 0 } },
    field: { ...grid, vectors: Float32Array.from({ length: 180 }, () => 30 * random() - 15) },
    pre: rigidFromParameters([0, 0, 2], [10, 0, 0]),
    post: [1.02, 0.01, 0, 5, 0, 0.98, 0, -4, 0, 0, 1, 3, 0, 0, 0, 1],
    ...overrides,
  };
}
