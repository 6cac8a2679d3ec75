import { fusionOf } from '#renderer/document/fusion.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { showPrimary, showSecondary } from './layers.ts';

/** Keeps the image layers equal to the open document (primary, secondary and their registration); returns the stop. */
export function followDocument(): () => void {
  apply(useDocument.getState().document);
  return useDocument.subscribe(({ document }, before) => {
    const old = before.document;
    if (
      document?.primary !== old?.primary ||
      document?.secondary !== old?.secondary ||
      document?.registration !== old?.registration
    )
      apply(document);
  });
}

function apply(document: ClinicalDocument | null): void {
  showPrimary(document?.primary ?? null);
  if (document === null) return;
  const fusion = fusionOf(document.primary, document.secondary, document.registration);
  if (fusion.kind === 'fused' && document.secondary !== undefined) showSecondary(document.secondary, fusion.toPrimary);
  else showSecondary(null);
}
