import { create } from 'zustand';
import { imageSeries } from '#renderer/document/choose.ts';
import { fusionOf } from '#renderer/document/fusion.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { usedRegistrations } from '#renderer/document/registrations.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { IDENTITY, type Mat4 } from '#shared/geometry/affine.ts';
import { framePath } from '#shared/registration/frames.ts';
import type { Box } from '#shared/registration/prepare.ts';
import { matrixOfTransform } from '#shared/registration/transform.ts';

interface RegisteringState {
  /** Series Instance UID of the image that the second one is registered to; null for the primary. */
  readonly target: string | null;
  /** What a nudge key moves (mm) or turns (degrees). */
  readonly step: number;
  /** What automatic registration looks at: LPS mm of the primary; null for all of the image. */
  readonly region: Box | null;
}

/** How one registers; view state, never undone. */
export const useRegistering = create<RegisteringState>(() => ({ target: null, step: 1, region: null }));

/** An image that the second one can be registered to. */
export interface Target {
  readonly series: string;
  readonly study: string;
  readonly frame: string;
  readonly name: string;
  readonly instances: number;
}

/** One image a frame of reference, other than the second image's: the primary first. */
export function targetsOf({ tree, primary, secondary }: ClinicalDocument): Target[] {
  const all = imageSeries(tree).map(({ series }) => ({
    series: series.seriesInstanceUid,
    study: series.studyInstanceUid,
    frame: series.frameOfReferenceUid,
    name: `${series.modality} ${series.seriesDescription}`.trim(),
    instances: series.instanceCount,
  }));
  const isPrimary = ({ series }: Target): boolean => series === primary.seriesInstanceUid;
  const seen = new Set(['', secondary?.frameOfReferenceUid]);
  return [...all.filter(isPrimary), ...all.filter((one) => !isPrimary(one))].filter(({ frame }) => {
    const isNew = !seen.has(frame);
    seen.add(frame);
    return isNew;
  });
}

/** The image chosen to register to; the primary unless another one is chosen and still there. */
export function targetOf(document: ClinicalDocument): Target | undefined {
  const targets = targetsOf(document);
  const { target } = useRegistering.getState();
  return targets.find(({ series }) => series === target) ?? targets[0];
}

/**
 * The matrix from a target's frame to the primary's, through which what is done on the planes is done in the target's frame.
 * @throws IsocenterError FRAME_OF_REFERENCE when none leads there, UNSUPPORTED_OBJECT when it deforms.
 */
export function targetToPrimary(document: ClinicalDocument, target: Target): Mat4 {
  const { primary, secondary } = document;
  if (target.frame === primary.frameOfReferenceUid) return IDENTITY;
  // Not through the second image itself, which is what is to be moved.
  const others = usedRegistrations(document).filter(
    ({ fixedFrame, movingFrame }) =>
      fixedFrame !== secondary?.frameOfReferenceUid && movingFrame !== secondary?.frameOfReferenceUid,
  );
  const matrix = matrixOfTransform(framePath(others, target.frame, primary.frameOfReferenceUid).transform);
  if (matrix === undefined)
    throw new IsocenterError('UNSUPPORTED_OBJECT', `the way from ${target.name} to the primary image deforms`, {
      object: target.name,
    });
  return matrix;
}

/** Where the second image now lies: the matrix from its frame to the primary's; undefined when there is none or it deforms. */
export function shownMatrix(document: ClinicalDocument): Mat4 | undefined {
  const fusion = fusionOf(document);
  return fusion.kind === 'fused' && fusion.deformation === undefined ? (fusion.toPrimary ?? IDENTITY) : undefined;
}
