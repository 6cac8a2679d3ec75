import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../contract/errors.ts';
import { IDENTITY, invertRigid, type Mat4 } from '../geometry/affine.ts';
import { type Grid, moveGrid } from '../geometry/volume.ts';
import type { Vec3 } from '../geometry/vec.ts';
import type { ImageVolume } from '../model/image.ts';
import type { DisplacementField, RegistrationQuality } from '../model/registration.ts';
import { bsplineField, bsplineMap } from './elastix/bspline.ts';
import type { LoadElastix } from './elastix/module.ts';
import { runElastix } from './elastix/run.ts';
import { jacobian, jacobianWarnings } from './field/jacobian.ts';
import { warpImage } from './field/warpImage.ts';
import { prepareImage, valueRange } from './prepare.ts';
import { assessRigid, DOUBTFUL } from './quality.ts';
import { registerRigidly } from './rigid.ts';
import type { Deformation } from './transform.ts';

export interface DeformableOptions {
  /** The rigid transform to start from, moving LPS mm to fixed LPS mm; without it one is found first. */
  readonly initial?: Mat4;
  /** Distance of the B-spline's control points, mm; a smaller one follows more, noise included. */
  readonly gridSpacing?: number;
  /** Of the random samples; the same seed gives the same result. */
  readonly seed?: number;
  readonly signal?: AbortSignalLike;
  /** 0..1 */
  readonly onProgress?: (fraction: number) => void;
}

export interface DeformableResult {
  /** The rigid start, moving LPS mm to fixed LPS mm. */
  readonly matrix: Mat4;
  /** Displacements within the fixed frame; `post` (the rigid start backwards) then leads to the moving one. */
  readonly field: DisplacementField;
  readonly post: Mat4;
  readonly quality: Required<Pick<RegistrationQuality, 'value' | 'metric' | 'metricValue' | 'jacobian'>>;
  readonly warnings: readonly string[];
  readonly seconds: number;
}

export const GRID_SPACING = 20;
/** Blocks the images are averaged in, mm. */
const BLOCKS = 4;
/** Nodes of the field lie at most this far apart, mm: a cubic spline of 20 mm is straight between them to 0.1 mm. */
const NODES = 5;
const ITERATIONS = 150;
const SAMPLES = 2000;
/**
 * Between modalities the phantoms' thorax came out 1.5 mm wrong on average where nothing had moved and 1.8 mm where it had (rigidly 0.1 and
 * 2.9 mm; docs/FUSION.md): such a deformation is never passed as good.
 */
const BETWEEN_MODALITIES = 0.9 * DOUBTFUL;

/**
 * Lays `moving` on `fixed` by a B-spline after a rigid transform, with elastix. The images' likeness after it is judged as a rigid
 * registration is, of the warped image with the fixed one; one that folds anywhere, or lies between modalities, is doubtful whatever they look like.
 * Works for many seconds between looks at the signal: call it in a worker.
 * @throws IsocenterError USAGE for a grid spacing out of 8–100 mm; CANCELLED; INTERNAL when elastix gives up
 */
export async function registerDeformably(
  load: LoadElastix,
  fixed: ImageVolume,
  moving: ImageVolume,
  { initial, gridSpacing = GRID_SPACING, seed = 1, signal, onProgress }: DeformableOptions = {},
): Promise<DeformableResult> {
  if (!(gridSpacing >= 8 && gridSpacing <= 100))
    throw new IsocenterError('USAGE', `control points ${gridSpacing} mm apart, not 8 to 100`, {
      attribute: 'grid spacing',
    });
  const started = Date.now();
  const step = async (fraction: number): Promise<void> => {
    onProgress?.(fraction);
    await Promise.resolve();
    throwIfCancelled(signal);
  };
  await step(0);
  const matrix =
    initial ??
    (
      await registerRigidly(load, fixed, moving, {
        seed,
        ...(signal && { signal }),
        onProgress: (fraction) => onProgress?.(0.25 * fraction),
      })
    ).matrix;
  await step(0.25);
  const sameValues = fixed.unit === moving.unit && fixed.unit !== '';
  const map = bsplineMap({
    gridSpacing,
    sameValues,
    iterations: ITERATIONS,
    samples: SAMPLES,
    seed,
  });
  // The moving image is put where the rigid start has it, so that the spline deforms the fixed frame within itself.
  const [found] = await runElastix(load, {
    fixed: prepareImage(fixed, valueRange(fixed), BLOCKS),
    moving: moveGrid(prepareImage(moving, valueRange(moving), BLOCKS), matrix),
    maps: [map],
  });
  await step(0.85);
  const field = bsplineField(found, nodesOver(fixed));
  const deformation: Deformation = { field, post: invertRigid(matrix) };
  const { min, max, folded } = jacobian({ field });
  const judged = judge(fixed, moving, deformation);
  const warnings = [
    ...jacobianWarnings({ min, max, folded }),
    ...(sameValues
      ? []
      : ['between modalities a B-spline is wrong by 1–2 mm even where nothing moved: hold it against the rigid start']),
    ...judged.warnings,
  ];
  const most = folded > 0 ? DOUBTFUL / 2 : sameValues ? 1 : BETWEEN_MODALITIES;
  onProgress?.(1);
  return {
    matrix,
    field,
    post: invertRigid(matrix),
    quality: {
      value: Math.min(judged.quality, most),
      metric: 'normalized mutual information',
      metricValue: judged.metric,
      jacobian: { min, max, folded },
    },
    warnings,
    seconds: (Date.now() - started) / 1000,
  };
}

/** A lattice over the whole image along its axes. */
function nodesOver({ dims, spacing, origin, direction }: Grid): Grid {
  const count = (axis: 0 | 1 | 2): number => Math.max(2, Math.ceil(((dims[axis] - 1) * spacing[axis]) / NODES) + 1);
  const nodes: Vec3 = [count(0), count(1), count(2)];
  const apart = (axis: 0 | 1 | 2): number =>
    Math.max(spacing[axis], (dims[axis] - 1) * spacing[axis]) / (nodes[axis] - 1);
  return { dims: nodes, spacing: [apart(0), apart(1), apart(2)], origin, direction };
}

/** How alike the images are after the deformation, and after the rigid start alone. */
function judge(fixed: ImageVolume, moving: ImageVolume, deformation: Deformation) {
  const grid = prepareImage(fixed, valueRange(fixed), BLOCKS);
  const outside = moving.unit === 'HU' ? (-1000 - moving.intercept) / moving.slope : 0;
  const laid = (toMoving: Deformation): ImageVolume => ({
    ...moving,
    ...warpImage(moving, [{ kind: 'deformation', deformation: toMoving, forward: true }], grid, outside),
    frameOfReferenceUid: fixed.frameOfReferenceUid,
  });
  const still = { ...deformation.field, vectors: new Float32Array(deformation.field.vectors.length) };
  const after = assessRigid(fixed, laid(deformation), IDENTITY);
  const before = assessRigid(fixed, laid({ ...deformation, field: still }), IDENTITY);
  const warnings =
    after.metric > before.metric
      ? after.warnings
      : [...after.warnings, 'the images are no more alike than by the rigid start alone'];
  return { ...after, warnings };
}
