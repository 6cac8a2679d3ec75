import { invertRigid, type Mat4 } from '#shared/geometry/affine.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Registration } from '#shared/model/registration.ts';

export type Fusion =
  | { readonly kind: 'none' }
  /** `toPrimary` maps LPS of the secondary to LPS of the primary; absent when both share a frame of reference. */
  | { readonly kind: 'fused'; readonly toPrimary?: Mat4; readonly how: string }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Whether two images may be shown over one another. Equal frames of reference fuse as they lie; different ones only through a
 * registration that names exactly these two frames. Anything else is refused with the reason: a guess would be a lie in mm.
 */
export function fusionOf(primary: ImageVolume, secondary?: ImageVolume, registration?: Registration): Fusion {
  if (secondary === undefined) return { kind: 'none' };
  const [fixed, moving] = [primary.frameOfReferenceUid, secondary.frameOfReferenceUid];
  if (fixed === '' || moving === '')
    return {
      kind: 'refused',
      reason: `The ${fixed === '' ? primary.modality : secondary.modality} names no frame of reference.`,
    };
  if (fixed === moving) return { kind: 'fused', how: 'same frame of reference' };
  if (registration === undefined)
    return {
      kind: 'refused',
      reason: `${primary.modality} and ${secondary.modality} have different frames of reference and no registration between them is loaded.`,
    };
  if (registration.kind === 'deformable')
    return {
      kind: 'refused',
      reason: `The registration "${registration.label}" deforms: its image must be resampled.`,
    };
  const toPrimary = registrationMatrix(registration, moving, fixed);
  if (toPrimary === undefined)
    return {
      kind: 'refused',
      reason: `The registration "${registration.label}" is between other frames of reference.`,
    };
  return { kind: 'fused', toPrimary, how: `registration ${registration.label}` };
}

/** The matrix from frame `moving` to frame `fixed`, inverted where the registration runs the other way; undefined if it does not apply or deforms. */
export function registrationMatrix(registration: Registration, moving: string, fixed: string): Mat4 | undefined {
  if (registration.kind === 'deformable') return undefined;
  if (registration.movingFrame === moving && registration.fixedFrame === fixed) return registration.matrix;
  if (registration.movingFrame === fixed && registration.fixedFrame === moving) return invertRigid(registration.matrix);
  return undefined;
}
