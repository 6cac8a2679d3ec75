import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { Mat4 } from '#shared/geometry/affine.ts';
import type { Registration } from '#shared/model/registration.ts';
import { framePath } from '#shared/registration/frames.ts';
import { matrixOfTransform, type Transform } from '#shared/registration/transform.ts';
import type { ClinicalDocument } from './records.ts';
import { usedRegistrations } from './registrations.ts';

/** How the second image comes to lie over the first. */
export type Fusion =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'fused';
      /** LPS of the secondary to LPS of the primary; absent when both share a frame of reference or the way deforms. */
      readonly toPrimary?: Mat4;
      /** The same where it deforms. */
      readonly deformation?: Transform;
      /** The registrations used, from the second image on; none within one frame. */
      readonly path: readonly Registration[];
      readonly how: string;
      /** Other ways that end up elsewhere. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'refused'; readonly reason: string };

export type FusedImages = Pick<
  ClinicalDocument,
  'primary' | 'secondary' | 'registrations' | 'registrationDrafts' | 'registrationsOff'
>;

/**
 * Whether two images may be shown over one another. Equal frames of reference fuse as they lie; different ones only through
 * registrations, one or a chain of them, that name exactly these frames. Anything else is refused with the reason: a guess would be a
 * lie in mm.
 */
export function fusionOf(images: FusedImages): Fusion {
  const { primary, secondary } = images;
  if (secondary === undefined) return { kind: 'none' };
  const [fixed, moving] = [primary.frameOfReferenceUid, secondary.frameOfReferenceUid];
  if (fixed === '' || moving === '')
    return {
      kind: 'refused',
      reason: `The ${fixed === '' ? primary.modality : secondary.modality} names no frame of reference.`,
    };
  if (fixed === moving) return { kind: 'fused', path: [], how: 'same frame of reference', warnings: [] };
  try {
    const { transform, registrations, warnings } = framePath(usedRegistrations(images), moving, fixed, {
      where: secondary,
    });
    const toPrimary = matrixOfTransform(transform);
    return {
      kind: 'fused',
      ...(toPrimary === undefined ? { deformation: transform } : { toPrimary }),
      path: registrations,
      how: `registration ${registrations.map(({ label }) => label || '(no label)').join(', then ')}`,
      warnings,
    };
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    return {
      kind: 'refused',
      reason:
        error.code === 'FRAME_OF_REFERENCE'
          ? `${primary.modality} and ${secondary.modality} have different frames of reference and no registration in use leads from one to the other.`
          : errorWords(error),
    };
  }
}
