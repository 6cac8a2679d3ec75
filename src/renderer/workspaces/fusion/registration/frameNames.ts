import { imageSeries } from '#renderer/document/choose.ts';
import type { PatientTree } from '#shared/contract/rpc/patients.ts';

/** Names frames of reference by the images that lie in them; a frame without an image by the end of its UID. */
export function frameNames(tree: PatientTree): (frame: string) => string {
  const names = new Map<string, string[]>();
  for (const { series } of imageSeries(tree)) {
    const known = names.get(series.frameOfReferenceUid) ?? [];
    names.set(series.frameOfReferenceUid, [...known, `${series.modality} ${series.seriesDescription}`.trim()]);
  }
  return (frame) => {
    const [first, ...others] = names.get(frame) ?? [`frame …${frame.slice(-6)}`];
    return others.length === 0 ? first : `${first} (+${others.length})`;
  };
}
