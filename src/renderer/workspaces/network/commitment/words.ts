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
