import { IsocenterError } from '../contract/errors.ts';
import { IDENTITY, invertAffine, invertRigid, type Mat4, multiply } from '../geometry/affine.ts';
import type { Vec3 } from '../geometry/vec.ts';
import type { DeformableRegistration, Registration } from '../model/registration.ts';
import { fieldSampler } from './field/fieldSampler.ts';

/** The mapping of a deformable registration without its names. */
export type Deformation = Pick<DeformableRegistration, 'field' | 'pre' | 'post'>;

type TransformStep =
  | { readonly kind: 'matrix'; readonly matrix: Mat4 }
  /** `forward` leads from the fixed frame to the moving one, as the object stores it; else back. */
  | { readonly kind: 'deformation'; readonly deformation: Deformation; readonly forward: boolean };

/** From one frame of reference to another: plain data (a worker can be sent it), applied first to last. No steps: the identity. */
export type Transform = readonly TransformStep[];

/** Moves a point (LPS mm) in place; false where the transform is not defined, and then what is in it means nothing. */
export type PointMap = (point: Float64Array) => boolean;

/** An inverse is found when it leads back within this distance, mm. */
const INVERSE_TOLERANCE = 0.01;
const INVERSE_ITERATIONS = 60;

/** What leads from the moving frame of a registration to its fixed one, or back. */
export function transformOf(registration: Registration, towards: 'fixed' | 'moving' = 'fixed'): Transform {
  if (registration.kind === 'rigid')
    return [{ kind: 'matrix', matrix: towards === 'fixed' ? registration.matrix : invertRigid(registration.matrix) }];
  const { field, pre, post } = registration;
  return [{ kind: 'deformation', deformation: { field, pre, post }, forward: towards === 'moving' }];
}

/** First one, then the other; matrices that follow one another become one. */
export function chain(...transforms: readonly Transform[]): Transform {
  const steps: TransformStep[] = [];
  for (const step of transforms.flat()) {
    const last = steps.at(-1);
    if (last?.kind === 'matrix' && step.kind === 'matrix')
      steps[steps.length - 1] = { kind: 'matrix', matrix: multiply(step.matrix, last.matrix) };
    else steps.push(step);
  }
  return steps;
}

/** The transform as one matrix; undefined when it deforms. */
export function matrixOfTransform(transform: Transform): Mat4 | undefined {
  const [step, ...others] = chain(transform);
  if (step === undefined) return IDENTITY;
  return others.length === 0 && step.kind === 'matrix' ? step.matrix : undefined;
}

/** @throws IsocenterError GEOMETRY for a matrix without an inverse round a deformation that is gone through backwards. */
export function pointMap(transform: Transform): PointMap {
  const maps = transform.map((step) =>
    step.kind === 'matrix'
      ? matrixMap(step.matrix)
      : step.forward
        ? deformationMap(step.deformation)
        : inverseMap(step.deformation),
  );
  if (maps.length === 1) return maps[0];
  return (point) => maps.every((map) => map(point));
}

/** Where a point goes; undefined where the transform is not defined. Throws as pointMap. */
export function mapPoint(transform: Transform, point: Vec3): Vec3 | undefined {
  const moved = Float64Array.from(point);
  return pointMap(transform)(moved) ? [moved[0], moved[1], moved[2]] : undefined;
}

function matrixMap(m: Mat4): PointMap {
  return (p) => {
    const [x, y, z] = p;
    p[0] = m[0] * x + m[1] * y + m[2] * z + m[3];
    p[1] = m[4] * x + m[5] * y + m[6] * z + m[7];
    p[2] = m[8] * x + m[9] * y + m[10] * z + m[11];
    return true;
  };
}

/** PS3.3 C.20.3.1.1: post · (pre · p + field(p)). With `extend` the field goes on beyond its grid. */
function deformationMap({ field, pre, post }: Deformation, extend = false): PointMap {
  const sample = fieldSampler(field, extend);
  const [before, after] = [pre && matrixMap(pre), post && matrixMap(post)];
  const at = new Float64Array(3);
  return (p) => {
    at.set(p);
    before?.(p);
    if (!sample(at, p)) return false;
    after?.(p);
    return true;
  };
}

/**
 * The fixed-point iteration of Chen et al., Med. Phys. 35 (2008) 81, with the matrices taken out first: q ← q − L⁻¹·(T(q) − p). Its
 * steps are halved when they lead away, which also carries it through deformations that double or halve lengths. Where it does not come
 * within 0.01 mm (folds) or ends outside the grid there is no inverse.
 */
function inverseMap(deformation: Deformation): PointMap {
  const linear = multiply(deformation.post ?? IDENTITY, deformation.pre ?? IDENTITY);
  const inverse = invertAffine(linear);
  if (inverse === undefined)
    throw new IsocenterError('GEOMETRY', 'a matrix of the deformation has no inverse', { object: 'registration' });
  const [start, forward, inside] = [matrixMap(inverse), deformationMap(deformation, true), deformationMap(deformation)];
  const [i, q, mapped, best] = [inverse, new Float64Array(3), new Float64Array(3), new Float64Array(3)];
  return (p) => {
    q.set(p);
    start(q);
    let least = Infinity;
    let damping = 1;
    const step = new Float64Array(3);
    for (let n = 0; n < INVERSE_ITERATIONS; n++) {
      mapped.set(q);
      if (!forward(mapped)) return false;
      const [x, y, z] = [mapped[0] - p[0], mapped[1] - p[1], mapped[2] - p[2]];
      const error = Math.hypot(x, y, z);
      if (error < least) {
        least = error;
        best.set(q);
        if (error < INVERSE_TOLERANCE) break;
        step[0] = i[0] * x + i[1] * y + i[2] * z;
        step[1] = i[4] * x + i[5] * y + i[6] * z;
        step[2] = i[8] * x + i[9] * y + i[10] * z;
        damping = Math.min(1, damping * 1.5);
      } else damping /= 2;
      for (let axis = 0; axis < 3; axis++) q[axis] = best[axis] - damping * step[axis];
    }
    if (least >= INVERSE_TOLERANCE) return false;
    mapped.set(best);
    if (!inside(mapped)) return false;
    p.set(best);
    return true;
  };
}
