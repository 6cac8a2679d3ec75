import { personName } from '#shared/dicom/personName.ts';
import type { Commitment } from '#shared/contract/rpc/commitment.ts';

/** Where a transaction stands, in words. That a node keeps the objects is said only when it has committed itself to all. */
export function commitmentText({ state, objects, problem, reportedBy }: Commitment): string {
  if (state === 'asking') return 'asking';
  if (state === 'failed') return problem ?? 'not accepted';
  if (state === 'waiting') return 'accepted, waiting for the report';
  const committed = objects.filter(({ outcome }) => outcome === 'committed').length;
  if (committed === objects.length) return `${reportedBy} is answerable for all of them`;
  return `${reportedBy} is answerable for ${committed} of ${objects.length}: keep the others here`;
}

/** The reasons why objects are not committed, each with how many. */
export function failureTexts({ objects }: Commitment): string[] {
  const counts = new Map<string, number>();
  for (const { outcome, reason = 'no reason given' } of objects)
    if (outcome === 'failed') counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} × ${reason}`);
}

/** Whose objects a transaction is about: "Doe, Jane (P1)", one text for each patient. */
export function patientTexts({ content }: Commitment): string[] {
  if (content === undefined) return ['not known'];
  const names = content.map(
    ({ patientName, patientId }) => `${personName(patientName) || '(no name)'} (${patientId || 'no ID'})`,
  );
  return [...new Set(names)];
}

/** What a transaction is about, with how many: "RTPLAN “Prostate”, 120 × CT". */
export function contentText({ content = [], objects }: Commitment): string {
  const parts = content.map(({ modality, label, count }) => {
    const name = label === '' ? modality : `${modality} “${label}”`;
    return count === 1 ? name : `${count} × ${name}`;
  });
  const unknown = objects.length - content.reduce((sum, { count }) => sum + count, 0);
  if (unknown > 0)
    parts.push(`${unknown} ${content.length === 0 ? '' : 'other '}${unknown === 1 ? 'object' : 'objects'}`);
  return parts.join(', ');
}
