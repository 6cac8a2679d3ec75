import { useState } from 'react';
import { addGoal } from '#renderer/commands/evaluation/addGoal.ts';
import { setGoalSheet } from '#renderer/commands/evaluation/setGoalSheet.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { ownGoalSheets } from '#renderer/stores/ownFiles.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { goalSheets } from '#shared/evaluation/goals/goalSheet.ts';
import type { GoalSheet } from '#shared/model/goals.ts';
import type { Plan } from '#shared/model/plan.ts';

/** Chooses a sheet of a site for the active plan, and keeps its goals as a sheet of this installation. */
export function SheetBar({ plan }: { readonly plan: Plan }) {
  const { goals } = plan;
  const own = ownGoalSheets.useAll();
  const sheets = [...goalSheets(), ...own];
  const [site, setSite] = useState('');
  // Nothing is chosen by guess: organs tell little about the site that is treated.
  const sheet = sheets.find(({ name }) => name === (site === '' ? goals?.name : site));
  return (
    <div className="goal-bar">
      <Select
        aria-label="goal sheet"
        data-testid="goal-site"
        value={sheet?.name ?? ''}
        options={[
          ...(sheet === undefined ? [{ value: '', label: 'Choose a site…', disabled: true }] : []),
          ...sheets.map(({ name }) => ({ value: name, label: name })),
        ]}
        onChange={setSite}
      />
      <Button
        kind={sheet !== undefined && goals === undefined ? 'primary' : 'plain'}
        data-testid="goal-apply"
        disabled={sheet === undefined}
        title={sheet?.description}
        onClick={() => sheet && void run(setGoalSheet, sheet)}
      >
        {goals === undefined ? 'Use' : 'Replace by'} {sheet === undefined ? 'its' : `these ${sheet.goals.length}`} goals
      </Button>
      <Button
        data-testid="goal-add"
        onClick={() => void run(addGoal, { structure: 'PTV', text: 'D95% >= 95%', priority: 2 })}
      >
        Add goal
      </Button>
      {goals !== undefined && <KeepSheet goals={goals} onKept={setSite} />}
    </div>
  );
}

function KeepSheet({ goals, onKept }: { readonly goals: GoalSheet; readonly onKept: (name: string) => void }) {
  const [name, setName] = useState('');
  const keep = async (): Promise<void> => {
    try {
      await ownGoalSheets.keep({ ...goals, name: name.trim(), description: 'Own goal sheet' });
      onKept(name.trim());
      setName('');
      toast('Goal sheet kept in this installation', 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    }
  };
  return (
    <form
      className="goal-keep"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <input
        type="text"
        placeholder="keep as sheet…"
        aria-label="name of the goal sheet"
        data-testid="goal-sheet-name"
        maxLength={48}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" disabled={name.trim() === ''}>
        Keep
      </Button>
    </form>
  );
}
