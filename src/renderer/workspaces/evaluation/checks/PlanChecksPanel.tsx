import { useDeferredValue, useMemo, useState } from 'react';
import { checkInput } from '#renderer/commands/evaluation/checkInput.ts';
import { checkDearly, useDearOutcomes } from '#renderer/commands/evaluation/checkStore.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { checkPlan } from '#shared/evaluation/checks/checkPlan.ts';
import { type CheckGroup, type CheckOutcome, type CheckStatus, overrideOf } from '#shared/evaluation/checks/outcome.ts';
import { Finding } from './Finding.tsx';
import './checks.css';

const COUNTED: readonly (readonly [CheckStatus, string])[] = [
  ['fail', 'failed'],
  ['warning', 'warnings'],
  ['notJudged', 'not judged'],
  ['pass', 'passed'],
];

/** The plan against the rules: those that cost nothing with every edit, the others on demand. */
export function PlanChecksPanel() {
  const document = useDeferredValue(useDocument((state) => state.document));
  const busy = useRunning((state) => state.work !== null);
  const [all, setAll] = useState(false);
  const plan = document?.plan;
  const dear = useDearOutcomes(document);
  const cheap = useMemo(
    () =>
      document === null || plan === undefined
        ? []
        : checkPlan(checkInput(document, plan), { which: ({ expensive }) => expensive !== true }),
    [document, plan],
  );
  if (document === null || plan === undefined)
    return (
      <FoldPanel title="Plan checks">
        <p className="hint">No plan is open.</p>
      </FoldPanel>
    );
  const outcomes = [...cheap, ...(dear ?? [])];
  const overrides = plan.checkOverrides;
  const isOpen = (one: CheckOutcome): boolean =>
    one.status === 'fail' ||
    one.status === 'notJudged' ||
    (one.status === 'warning' && overrideOf(one, overrides) === undefined);
  const shown = all ? outcomes : outcomes.filter(isOpen);
  const groups = [...new Set(shown.map(({ group }) => group))];
  return (
    <FoldPanel title="Plan checks" open data-testid="plan-checks">
      <p className="check-counts" data-testid="check-counts">
        {COUNTED.map(([status, words]) => (
          <span key={status} className={`check-${status}`}>
            {outcomes.filter((one) => one.status === status).length} {words}
          </span>
        ))}
      </p>
      <div className="button-row">
        <Button
          data-testid="check-dearly"
          disabled={busy}
          title="Rules that go through voxels and histograms: normalisation, metal in the CT"
          onClick={() => void run(checkDearly)}
        >
          {dear === undefined ? 'Check dose and CT too' : 'Check again'}
        </Button>
        <Checkbox checked={all} onChange={setAll} data-testid="check-all">
          Show what is settled
        </Checkbox>
      </div>
      {dear === undefined && <p className="hint">Normalisation and metal in the CT are not checked yet.</p>}
      {groups.map((group) => (
        <Group key={group} group={group} outcomes={shown.filter((one) => one.group === group)} />
      ))}
      {shown.length === 0 && <p className="hint">Nothing is open.</p>}
    </FoldPanel>
  );
}

function Group({ group, outcomes }: { readonly group: CheckGroup; readonly outcomes: readonly CheckOutcome[] }) {
  return (
    <section className="check-group">
      <h3>{group}</h3>
      <ul>
        {outcomes.map((outcome) => (
          <Finding key={`${outcome.rule} ${outcome.text}`} outcome={outcome} />
        ))}
      </ul>
    </section>
  );
}
