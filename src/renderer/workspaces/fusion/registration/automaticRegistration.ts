import { longWork } from '#renderer/commands/longWork.ts';
import { assessRegistration, registerRigid } from '#renderer/compute/registration/frontend.ts';
import { loadVolume } from '#renderer/compute/volumes/frontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { invertRigid, multiply } from '#shared/geometry/affine.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { RegistrationQuality, RigidRegistration } from '#shared/model/registration.ts';
import { placeSecond } from './manualRegistration.ts';
import { movedBox } from './region.ts';
import { shownMatrix, type Target, targetOf, targetToPrimary, useRegistering } from './registering.ts';

/** Part of the progress that loading the target takes. */
const LOADING = 0.2;
const METRIC = 'Normalised mutual information';

/**
 * Registers the second image to the chosen target by the images, from where it lies (`fromHere`) or from anywhere, and shows it there as
 * one undoable edit; with what the engine says of its quality. Throws as registerRigid, CONFLICT during other long work.
 */
export async function registerAutomatically(fromHere: boolean): Promise<void> {
  await longWork('Registering', async (document, { signal, onProgress }) => {
    const { secondary } = document;
    const target = targetOf(document);
    if (secondary === undefined || target === undefined)
      throw new IsocenterError('NOT_FOUND', 'there are no two images to register');
    // Without a place of its own on the primary the target cannot be looked at, but it can be registered to.
    const { region } = useRegistering.getState();
    const present = fromHere ? shownMatrix(document) : undefined;
    const toTarget = invertRigid(targetToPrimary(document, target));
    const fixed = await targetImage(document, target, signal, (fraction) => onProgress(LOADING * fraction));
    const found = await registerRigid(fixed, secondary, {
      signal,
      onProgress: (fraction) => onProgress(LOADING + (1 - LOADING) * fraction),
      ...(present === undefined ? {} : { initial: multiply(toTarget, present) }),
      ...(region === null ? {} : { region: movedBox(region, toTarget) }),
    });
    if (signal.aborted) return;
    if (useDocument.getState().document?.secondary !== secondary)
      throw new IsocenterError('CONFLICT', 'another second image was chosen meanwhile: what was found is not kept');
    placeSecond('Register automatically', (now) => multiply(targetToPrimary(now, target), found.matrix), {
      label: 'automatic, not saved',
      method: 'automatic',
      quality: { value: found.quality, metric: METRIC, metricValue: found.metric },
      warnings: found.warnings,
    });
  });
}

async function targetImage(
  { patientKey, primary }: ClinicalDocument,
  { study, series, instances }: Target,
  signal: AbortSignal,
  onProgress: (fraction: number) => void,
): Promise<ImageVolume> {
  if (series === primary.seriesInstanceUid) return primary;
  return loadVolume({ patientKey, study, series, instances }, { signal, onProgress });
}

/**
 * Judges a registration between the two images on screen as the engine judges its own, and keeps the result with it: with a draft for
 * saving, with a stored one until it is signed off. Throws FRAME_OF_REFERENCE when it is between others.
 */
export async function judge(registration: RigidRegistration): Promise<void> {
  const quality = await longWork('Judging the registration', async ({ primary, secondary }, { signal }) => {
    const between =
      secondary !== undefined &&
      [primary.frameOfReferenceUid, secondary.frameOfReferenceUid].every((frame) =>
        [registration.fixedFrame, registration.movingFrame].includes(frame),
      );
    if (!between)
      throw new IsocenterError('FRAME_OF_REFERENCE', 'open the two images that it is between to judge it', {
        object: registration.label,
      });
    const [fixed, moving] =
      registration.fixedFrame === primary.frameOfReferenceUid ? [primary, secondary] : [secondary, primary];
    const found = await assessRegistration(fixed, moving, registration.matrix, { signal });
    return { found: { value: found.quality, metric: METRIC, metricValue: found.metric }, warnings: found.warnings };
  });
  if (quality !== undefined) keep(registration, quality.found, quality.warnings);
}

function keep(registration: RigidRegistration, quality: RegistrationQuality, warnings: readonly string[]): void {
  const { document } = useDocument.getState();
  if (document === null) return;
  const judged = <R extends { readonly quality?: RegistrationQuality }>(one: R): R =>
    (one as unknown) === registration
      ? { ...one, quality: { ...quality, landmarkRms: one.quality?.landmarkRms }, warnings }
      : one;
  patchDocument({
    registrations: document.registrations.map(judged),
    registrationDrafts: document.registrationDrafts.map(judged),
  });
}
