import { planOfIndex } from '#renderer/document/plans.ts';
import { useDocument } from '#renderer/document/store.ts';
import { isUnaccepted, useOptimization } from '#renderer/stores/optimizationStore.ts';

/** On the tab: an optimisation is under way or waits for an answer, seen from every workspace. */
export function RunMark() {
  const run = useOptimization((state) => state.run);
  const document = useDocument((state) => state.document);
  if (run === null || document === null || !isUnaccepted(run)) return null;
  const label = planOfIndex(document, run.planIndex)?.plan.label ?? 'A plan';
  const [mark, words] =
    run.state === 'paused'
      ? ['⏸', 'its optimisation is paused']
      : run.state === 'done'
        ? ['✓', 'its optimisation is done, and not accepted as the plan']
        : ['●', 'is being optimised'];
  return (
    <span className={`run-mark ${run.state}`} data-testid="run-mark" title={`${label}: ${words}`} aria-label={words}>
      {mark}
    </span>
  );
}
