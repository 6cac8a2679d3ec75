import { changeGoal } from '#renderer/commands/evaluation/changeGoal.ts';
import { deleteGoal } from '#renderer/commands/evaluation/deleteGoal.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Select } from '#renderer/kit/Select.tsx';
import { css } from '#renderer/viewports/painters/ink.ts';
import { type JudgedGoal, reachedText } from '#shared/evaluation/goals/judgeSheet.ts';
import type { PlanGoal } from '#shared/model/goals.ts';
import type { Roi } from '#shared/model/structures.ts';
import { GoalText } from './GoalText.tsx';
import { SIGNS } from './signs.ts';

interface GoalRowProps {
  readonly index: number;
  readonly goal: PlanGoal;
  readonly rois: readonly Roi[];
  /** On each plan, in their order. */
  readonly judged: readonly JudgedGoal[];
}

const AUTOMATIC = '';

/** One goal with its outcome on every plan. */
export function GoalRow({ index, goal, rois, judged }: GoalRowProps) {
  const change = (part: Partial<PlanGoal>): void => void run(changeGoal, index, { ...goal, ...part });
  const roi = judged[0]?.roi;
  const found = goal.roi === undefined ? roi?.name : undefined;
  const choose = (name: string): void => {
    const { roi: _before, ...rest } = goal;
    void run(changeGoal, index, name === AUTOMATIC ? rest : { ...rest, roi: name });
  };
  const chosenGone = goal.roi !== undefined && !rois.some(({ name }) => name === goal.roi);
  return (
    <tr data-testid="goal" data-status={judged[0]?.outcome.status}>
      <td>
        <Select
          aria-label={`priority of goal ${index + 1}`}
          value={String(goal.priority) as '1' | '2' | '3'}
          options={[
            { value: '1', label: '1' },
            { value: '2', label: '2' },
            { value: '3', label: '3' },
          ]}
          onChange={(priority) => change({ priority: Number(priority) as PlanGoal['priority'] })}
        />
      </td>
      <td>
        <span className="goal-structure">
          <i style={{ background: roi === undefined ? 'transparent' : css(roi.color) }} />
          <Select
            aria-label={`structure of goal ${index + 1}`}
            value={goal.roi ?? AUTOMATIC}
            options={[
              { value: AUTOMATIC, label: found === undefined ? `${goal.structure}: –` : automaticLabel(goal, found) },
              ...(chosenGone ? [{ value: goal.roi ?? '', label: `${goal.roi} (gone)` }] : []),
              ...rois.map(({ name }) => ({ value: name, label: name })),
            ]}
            onChange={choose}
          />
        </span>
      </td>
      <td>
        <GoalText text={goal.text} label={`goal ${index + 1}`} onChange={(text) => change({ text })} />
      </td>
      {judged.map((one, plan) => (
        <td key={plan} className={`numeric goal-outcome ${one.outcome.status}`} title={one.outcome.remark}>
          <span aria-label={one.outcome.status}>{SIGNS[one.outcome.status]}</span>
          {one.outcome.value !== undefined && ` ${reachedText(one)}`}
        </td>
      ))}
      <td className="goal-source" title={goal.source}>
        {judged[0]?.outcome.remark === undefined ? (goal.source ?? 'own') : judged[0].outcome.remark}
      </td>
      <td>
        <button
          type="button"
          className="icon"
          aria-label={`delete goal ${index + 1}`}
          onClick={() => void run(deleteGoal, index)}
        >
          ×
        </button>
      </td>
    </tr>
  );
}

const automaticLabel = ({ structure }: PlanGoal, found: string): string =>
  structure === found ? found : `${found} (as ${structure})`;
