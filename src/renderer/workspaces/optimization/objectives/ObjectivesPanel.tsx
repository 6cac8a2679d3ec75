import { changeObjectives } from '#renderer/commands/optimization/changeObjectives.ts';
import { HistoryButtons } from '#renderer/commands/HistoryButtons.tsx';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import type { LiveState } from '../live/useLive.ts';
import { newObjective, withNewObjective } from './newObjective.ts';
import { objectiveNow } from './objectiveNow.ts';
import { termUnit } from './objectiveTypes.ts';
import { ObjectiveRow, type RowActions } from './ObjectiveRow.tsx';
import { TemplateBar } from './TemplateBar.tsx';

interface ObjectivesPanelProps {
  readonly plan: Plan;
  /** Those with an interior. */
  readonly rois: readonly Roi[];
  readonly live: LiveState;
}

const NONE: readonly DoseGoal[] = [];

/** What the plan is optimised for, in the order in which voxels are dealt to structures; it can be changed while a run goes on. */
export function ObjectivesPanel({ plan, rois, live }: ObjectivesPanelProps) {
  const { objectives = NONE, prescription, approval, fractions } = plan;
  const disabled = approval === 'APPROVED';
  const prescribed = prescription?.dose ?? 0;
  const set = (next: readonly DoseGoal[], edit: string): void => void run(changeObjectives, next, edit);
  const actionsOf = (index: number): RowActions => {
    const { roi } = objectives[index];
    const swapped = (other: number): (() => void) | undefined =>
      other < 0 || other >= objectives.length
        ? undefined
        : () =>
            set(objectives.with(index, objectives[other]).with(other, objectives[index]), `Reorder objectives: ${roi}`);
    return {
      change: (goal) => set(objectives.with(index, goal), `Change objective: ${goal.roi}`),
      duplicate: () => set(objectives.toSpliced(index, 0, objectives[index]), `Duplicate objective: ${roi}`),
      remove: () => set(objectives.toSpliced(index, 1), `Delete objective: ${roi}`),
      up: swapped(index - 1),
      down: swapped(index + 1),
    };
  };
  return (
    <Panel
      title="Objectives"
      actions={
        <>
          <HistoryButtons />
          <Button
            data-testid="add-objective"
            disabled={disabled || rois.length === 0}
            onClick={() => {
              const goal = newObjective(rois, objectives, prescription);
              if (goal !== undefined) set(withNewObjective(objectives, goal, rois), `Add objective: ${goal.roi}`);
            }}
          >
            Add
          </Button>
        </>
      }
    >
      <div className="objectives-panel">
        <p className="objective-prescription" data-testid="optimization-prescription">
          {prescription === undefined || !(prescribed > 0) ? (
            <span className="warning-text">Nothing is prescribed: set target, dose and fractions in Planning.</span>
          ) : (
            <>
              <strong>{prescription.targetName}</strong> {prescribed.toFixed(2)} Gy in {fractions} fraction
              {fractions === 1 ? '' : 's'} of {(prescribed / fractions).toFixed(3)} Gy
            </>
          )}
        </p>
        <TemplateBar plan={plan} rois={rois} disabled={disabled} />
        {objectives.length === 0 ? (
          <p className="hint">No objectives yet: choose a site above and use its objectives, or add one.</p>
        ) : (
          <p className="hint objective-order">
            Order matters: a voxel in several structures counts for the one listed first.
          </p>
        )}
        <ol className="objectives">
          {objectives.map((goal, index) => {
            const dvh = live.dvhOf(goal.roi);
            return (
              <ObjectiveRow
                key={index}
                index={index}
                goal={goal}
                rois={rois}
                prescribed={prescribed}
                term={live.terms?.[index]}
                now={dvh && objectiveNow(goal, dvh, fractions)}
                disabled={disabled}
                actions={actionsOf(index)}
              />
            );
          })}
        </ol>
        {live.value !== undefined && (
          <p className="objective-sum" data-testid="objective-value">
            Sum of the weighted terms <strong>{live.value.toPrecision(4)}</strong>
            {objectives.every(({ type }) => termUnit(type) === 'Gy²') && ' Gy² per fraction'}
          </p>
        )}
      </div>
    </Panel>
  );
}
