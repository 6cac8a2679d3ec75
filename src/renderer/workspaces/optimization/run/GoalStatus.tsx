import { Panel } from '#renderer/kit/Panel.tsx';
import { css } from '#renderer/viewports/painters/ink.ts';
import { countGoals, goalSummary, judgeSheet, reachedText } from '#shared/evaluation/goals/judgeSheet.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { LiveState } from '../live/useLive.ts';
import { GoalSheetChoice } from './GoalSheetChoice.tsx';

interface GoalStatusProps {
  readonly plan: Plan;
  readonly rois: readonly Roi[];
  readonly live: LiveState;
}

const SIGNS = { met: '✓', acceptable: '~', missed: '✗', unknown: '–' } as const;

/** The plan's clinical goals, judged on the histograms as they are now. */
export function GoalStatus({ plan, rois, live }: GoalStatusProps) {
  const { goals, prescription } = plan;
  if (goals === undefined)
    return (
      <Panel title="Clinical goals">
        <p className="hint">The plan has no clinical goals to be judged by while it is optimised.</p>
        <GoalSheetChoice plan={plan} />
      </Panel>
    );
  const judged = judgeSheet(goals, {
    rois,
    dvh: ({ name }) => live.dvhOf(name),
    ...(prescription !== undefined && { prescription }),
  });
  return (
    <Panel title="Clinical goals">
      <p className="goal-now" data-testid="live-goal-summary">
        {goalSummary(countGoals(judged))} <span className="hint">({basisWords(live)})</span>
      </p>
      <ul className="live-goals" data-testid="live-goals">
        {judged.map(({ goal, parsed, roi, outcome }, n) => (
          <li
            key={n}
            data-status={outcome.status}
            title={[`${roi?.name ?? goal.structure}: ${goal.text}`, outcome.remark, goal.source]
              .filter(Boolean)
              .join('\n')}
          >
            <span className={`goal-outcome ${outcome.status}`} aria-label={outcome.status}>
              {SIGNS[outcome.status]}
            </span>
            <i style={{ background: roi === undefined ? 'transparent' : css(roi.color) }} />
            <span className="goal-what">
              <span className="goal-name">{roi?.name ?? goal.structure}</span>
              <span className="goal-asked">{goal.text}</span>
            </span>
            <span className={`numeric goal-outcome ${outcome.status}`}>{reachedText({ parsed, outcome })}</span>
          </li>
        ))}
      </ul>
      <GoalSheetChoice plan={plan} />
    </Panel>
  );
}

/** Which dose the goals are judged on. */
function basisWords({ finalIs, final, optimizer, caution }: LiveState): string {
  if (final.size === 0) return optimizer.size > 0 ? 'optimiser’s dose, approximate' : 'no dose yet';
  const dose = finalIs === 'of the run' ? 'final dose of the run' : 'the plan’s dose';
  return caution === undefined ? dose : `${dose}: ${caution.title.toLowerCase()}`;
}
