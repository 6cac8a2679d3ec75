import { useDocument } from '#renderer/document/store.ts';
import { fractionationRemark } from '#shared/evaluation/goals/goalSheet.ts';
import { countGoals, goalSummary } from '#shared/evaluation/goals/judgeSheet.ts';
import { DashSample } from '../dock/PlanLegend.tsx';
import type { DvhState } from '../dock/useDvhs.ts';
import { GoalRow } from './GoalRow.tsx';
import { SheetBar } from './SheetBar.tsx';
import { type JudgedSubject, useJudged } from './useJudged.ts';

/** The active plan's clinical goals, judged on every open plan. */
export function GoalsTab({ state }: { readonly state: DvhState }) {
  const plan = useDocument((current) => current.document?.plan);
  const rois = useDocument((current) => current.document?.structures.rois) ?? [];
  const judged = useJudged(state.plans);
  if (plan === undefined) return <p className="dock-empty hint">No plan: goals belong to a plan.</p>;
  const { goals } = plan;
  // The active plan comes first: its structure and remark are those shown.
  const ordered = [...judged].sort((a, b) => Number(b.subject.active) - Number(a.subject.active));
  // Each plan has a fractionation of its own, which the limits may not be meant for.
  const remarks = ordered.flatMap(({ subject }) => {
    const remark = goals && fractionationRemark(goals, subject.plan?.prescription);
    return remark === undefined ? [] : [ordered.length > 1 ? `${subject.name}: ${remark}` : remark];
  });
  return (
    <div className="goals-tab">
      <SheetBar plan={plan} />
      {remarks.map((remark) => (
        <p key={remark} className="dose-remark" role="alert" data-testid="goal-fractionation">
          {remark}
        </p>
      ))}
      {goals === undefined ? (
        <p className="dock-empty hint">
          No goals yet: choose the sheet of a site. Its limits are published values with their source.
        </p>
      ) : (
        <>
          <Summary judged={ordered} />
          <div className="goals-scroll">
            <table className="table goals" data-testid="goals">
              <thead>
                <tr>
                  <th>Priority</th>
                  <th>Structure</th>
                  <th>Goal</th>
                  {ordered.map(({ subject }) => (
                    <th key={subject.index} className="numeric">
                      {ordered.length > 1 && <DashSample subject={subject} />} {subject.name}
                    </th>
                  ))}
                  <th>Source</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {goals.goals.map((goal, index) => (
                  <GoalRow
                    key={index}
                    index={index}
                    goal={goal}
                    rois={rois}
                    judged={ordered.map((one) => one.judged[index])}
                  />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </div>
  );
}

function Summary({ judged }: { readonly judged: readonly JudgedSubject[] }) {
  return (
    <ul className="goal-summary" data-testid="goal-summary">
      {judged.map(({ subject, judged: goals }) => (
        <li key={subject.index}>
          {judged.length > 1 && <strong>{subject.name}: </strong>}
          {goalSummary(countGoals(goals))}
          {subject.stale !== undefined && <span className="warning-text"> (stale dose: {subject.stale})</span>}
        </li>
      ))}
    </ul>
  );
}
