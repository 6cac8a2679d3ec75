import { warpOnto } from '#renderer/compute/warp/frontend.ts';
import { fusionOf } from '#renderer/document/fusion.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Registration } from '#shared/model/registration.ts';
import { framePath } from '#shared/registration/frames.ts';
import { showPrimary, showSecondary } from './layers.ts';

const FOLLOWED = ['primary', 'secondary', 'registrations', 'registrationDrafts', 'registrationsOff'] as const;

/** Keeps the image layers equal to the open document (primary, secondary and the way between them); returns the stop. */
export function followDocument(): () => void {
  apply(useDocument.getState().document);
  return useDocument.subscribe(({ document }, before) => {
    if (FOLLOWED.some((field) => document?.[field] !== before.document?.[field])) apply(document);
  });
}

function apply(document: ClinicalDocument | null): void {
  showPrimary(document?.primary ?? null);
  if (document === null) return;
  const fusion = fusionOf(document);
  if (fusion.kind !== 'fused' || document.secondary === undefined) {
    stopWarp();
    showSecondary(null);
  } else if (fusion.deformation === undefined) {
    stopWarp();
    showSecondary(document.secondary, fusion.toPrimary);
  } else void showWarped(document, document.secondary, fusion.path);
}

/** The image that is being deformed or was, through what, and on what. */
let warp: { readonly of: readonly unknown[]; readonly abort: AbortController } | null = null;

function stopWarp(): void {
  warp?.abort.abort();
  warp = null;
}

/** A deformed image is another image: until it is resampled there is none. */
async function showWarped(
  document: ClinicalDocument,
  secondary: ImageVolume,
  path: readonly Registration[],
): Promise<void> {
  const of = [document.primary, secondary, ...path];
  if (warp !== null && warp.of.length === of.length && warp.of.every((part, i) => part === of[i])) return;
  stopWarp();
  const abort = new AbortController();
  warp = { of, abort };
  showSecondary(null);
  const { primary } = document;
  try {
    // The same registrations backwards: an image is resampled from where it is wanted.
    const { transform } = framePath(path, primary.frameOfReferenceUid, secondary.frameOfReferenceUid);
    const image = await warpOnto(secondary, transform, primary, {
      signal: abort.signal,
      onProgress: (fraction) => setMessage(`Deforming ${secondary.modality} ${Math.round(fraction * 100)} %`),
    });
    if (abort.signal.aborted) return;
    showSecondary(image);
    setMessage('');
  } catch (error) {
    if (!abort.signal.aborted) setMessage(errorWords(error), 'error');
  }
}
