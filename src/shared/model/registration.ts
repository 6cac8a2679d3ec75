import type { Mat4 } from '../geometry/affine.ts';
import type { Grid } from '../geometry/volume.ts';
import type { Vec3 } from '../geometry/vec.ts';

/** What a registration was made from, as CID 7100 divides it; `unknown` where the object does not say. */
export type RegistrationMethod = 'landmarks' | 'manual' | 'automatic' | 'equipment' | 'identity' | 'unknown';

/** The same anatomical place seen in both frames: LPS mm of each. */
export interface Landmark {
  readonly name: string;
  readonly fixed: Vec3;
  readonly moving: Vec3;
}

/** How far a registration can be trusted. */
export interface RegistrationQuality {
  /** From 0 (worthless) to 1. */
  readonly value: number;
  /** What it was judged by, in words: "normalised mutual information", "landmark residual". */
  readonly metric: string;
  /** The metric's own number, in its own unit. */
  readonly metricValue?: number;
  /** Root mean square distance of the landmarks after registration, mm. */
  readonly landmarkRms?: number;
  /** Jacobian determinants of a deformation: least, greatest, and the fraction of nodes where space folds (≤ 0). */
  readonly jacobian?: { readonly min: number; readonly max: number; readonly folded: number };
}

interface RegistrationBase {
  /** Empty while it exists only on screen. One object may hold several registrations: what names one is this with `movingFrame`. */
  readonly sopInstanceUid: string;
  readonly fixedFrame: string;
  readonly movingFrame: string;
  readonly label: string;
  /** Series Instance UIDs of the images it was made on, where it says so. */
  readonly fixedSeries?: string;
  readonly movingSeries?: string;
  /** Absent means unknown. */
  readonly method?: RegistrationMethod;
  readonly landmarks?: readonly Landmark[];
  readonly quality?: RegistrationQuality;
  /** Who found it good enough to work with, and when (ISO 8601). */
  readonly signedOff?: { readonly by: string; readonly at: string };
  /** What a reader or the engine had to say of it. */
  readonly warnings?: readonly string[];
}

/** `matrix` maps LPS mm of `movingFrame` to LPS mm of `fixedFrame`, and is rigid. */
export interface RigidRegistration extends RegistrationBase {
  readonly kind: 'rigid';
  readonly matrix: Mat4;
}

/**
 * Displacements in mm at the nodes of a grid in the fixed frame. `vectors` holds x, y, z of each node (patient axes, not the grid's),
 * nodes x fastest; NaN where the deformation is not defined.
 */
export interface DisplacementField extends Grid {
  readonly vectors: Float32Array;
}

/**
 * Where a point p of the fixed frame lies in the moving one (the direction images are resampled in, PS3.3 C.20.3.1.1):
 * post · (pre · p + field(p)), the matrices identity when absent, `field` read at p itself. They may be any invertible affine ones.
 */
export interface DeformableRegistration extends RegistrationBase {
  readonly kind: 'deformable';
  readonly field: DisplacementField;
  readonly pre?: Mat4;
  readonly post?: Mat4;
}

export type Registration = RigidRegistration | DeformableRegistration;
