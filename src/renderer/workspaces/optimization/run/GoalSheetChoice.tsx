import { useState } from 'react';
import { setGoalSheet } from '#renderer/commands/evaluation/setGoalSheet.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { ownGoalSheets, ownObjectiveTemplates } from '#renderer/stores/ownFiles.ts';
import { fractionationRemark, goalSheets } from '#shared/evaluation/goals/goalSheet.ts';
import type { Plan } from '#shared/model/plan.ts';
import { objectiveTemplates } from '#shared/optimization/templates/objectiveTemplate.ts';
import { useSite } from '../useSite.ts';

/** The sheet in use, and another to use: that of the objectives' site is offered, none where no site was chosen. */
export function GoalSheetChoice({ plan: { goals, prescription } }: { readonly plan: Plan }) {
  const sheets = [...goalSheets(), ...ownGoalSheets.useAll()];
  const templates = [...objectiveTemplates(), ...ownObjectiveTemplates.useAll()];
  const [site] = useSite();
  const [picked, setPicked] = useState('');
  const ofSite = templates.find(({ name }) => name === site)?.goals;
  const inUse = sheets.find(({ name }) => name === goals?.name);
  const sheet = sheets.find(({ name }) => name === (picked || (goals === undefined ? ofSite : goals.name)));
  const remark = sheet && fractionationRemark(sheet, prescription);
  return (
    <div className="goal-sheet-choice">
      <div className="button-row">
        <Select
          aria-label="sheet of clinical goals"
          data-testid="live-goals-sheet"
          value={sheet?.name ?? ''}
          options={[
            ...(sheet === undefined ? [{ value: '', label: goals?.name ?? 'Choose a site…', disabled: true }] : []),
            ...sheets.map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={setPicked}
        />
        <Button
          data-testid="live-goals-use"
          disabled={sheet === undefined || sheet === inUse}
          title={sheet?.description}
          onClick={() => {
            if (sheet !== undefined) void run(setGoalSheet, sheet);
            setPicked('');
          }}
        >
          {goals === undefined ? 'Use' : sheet === inUse ? 'In use' : 'Replace'}
        </Button>
      </div>
      {ofSite !== undefined && inUse !== undefined && inUse.name !== ofSite && (
        <p className="warning-text" role="alert" data-testid="live-goals-other-site">
          The goals in use are “{inUse.name}”; to the objectives chosen, “{site}”, belongs “{ofSite}”.
        </p>
      )}
      {remark !== undefined && <p className="warning-text">{remark}</p>}
      <p className="hint">Single goals are edited in Evaluation, under Goals.</p>
    </div>
  );
}
