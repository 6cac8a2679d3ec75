import { create } from 'zustand';
import { fusionOf } from '#renderer/document/fusion.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import type { Volume } from '#shared/geometry/volume.ts';
import type { DeformableRegistration } from '#shared/model/registration.ts';
import type { JacobianReport } from '#shared/registration/field/jacobian.ts';

interface FieldViewState {
  readonly vectors: boolean;
  /** Distance of the arrows, mm. */
  readonly spacing: number;
  readonly jacobian: boolean;
  /** Determinants of the deformation they were computed for. */
  readonly determinants: {
    readonly of: DeformableRegistration;
    readonly map: Volume<Float32Array>;
    readonly range: Pick<JacobianReport, 'min' | 'max' | 'folded'>;
  } | null;
}

/** How a deformation is shown; view state, never undone. */
export const useFieldView = create<FieldViewState>(() => ({
  vectors: false,
  spacing: 10,
  jacobian: false,
  determinants: null,
}));

let known: { readonly document: ClinicalDocument; readonly found: DeformableRegistration | undefined } | undefined;

/**
 * The deformation between the second image and the primary whose nodes lie in the primary's frame: the one that can be drawn there.
 * One that leads the other way has its nodes in the second image.
 */
export function shownDeformation(document: ClinicalDocument | null): DeformableRegistration | undefined {
  if (document === null) return undefined;
  if (known?.document !== document) {
    const fusion = fusionOf(document);
    const found =
      fusion.kind === 'fused'
        ? fusion.path.find(
            (one): one is DeformableRegistration =>
              one.kind === 'deformable' && one.fixedFrame === document.primary.frameOfReferenceUid,
          )
        : undefined;
    known = { document, found };
  }
  return known.found;
}
