import { useMemo } from 'react';
import { Table } from '#renderer/kit/Table.tsx';
import type { RobustResult } from '#renderer/stores/robustStore.ts';
import { dvhOf } from '#shared/evaluation/dvh.ts';
import { reachedText } from '#shared/evaluation/goals/judgeSheet.ts';
import { worstGoals } from '#shared/evaluation/robust/worstGoals.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { SIGNS } from '../goals/signs.ts';

interface RobustGoalsProps {
  readonly result: RobustResult;
  readonly plan: Plan;
  /** The structures as they are called now. */
  readonly rois: readonly Roi[];
}

/** The plan's goals where they stand worst. */
export function RobustGoals({ result, plan: { goals, prescription }, rois }: RobustGoalsProps) {
  const judged = useMemo(() => {
    if (goals === undefined) return [];
    const scenarios = result.scenarios.map(({ name, dvhs }) => {
      const known = new Map([...dvhs].map(([number, table]) => [number, dvhOf(table)]));
      return { name, dvh: ({ number }: Roi) => known.get(number) };
    });
    return worstGoals(goals, { rois, ...(prescription && { prescription }) }, scenarios);
  }, [result, goals, prescription, rois]);
  if (judged.length === 0)
    return <p className="hint">No goals: choose a sheet under Goals to see where it stands worst.</p>;
  return (
    <Table
      data-testid="robust-goals"
      rows={judged.map((goal, n) => ({ ...goal, key: String(n) }))}
      rowKey={({ key }) => key}
      empty="No goals."
      columns={[
        {
          key: 'goal',
          title: 'Goal',
          render: ({ nominal: { goal, parsed, roi } }) => (
            <>
              {roi?.name ?? goal.structure}
              <small>{parsed.text}</small>
            </>
          ),
        },
        {
          key: 'nominal',
          title: 'Nominal',
          numeric: true,
          render: ({ nominal }) => <span className="nowrap">{reachedText(nominal)}</span>,
        },
        {
          key: 'worst',
          title: 'Worst',
          numeric: true,
          render: ({ worst, scenario, passed, of }) => (
            <span className={`goal-outcome ${worst.outcome.status}`} title={worst.outcome.remark}>
              <span className="nowrap">
                <span aria-label={worst.outcome.status}>{SIGNS[worst.outcome.status]}</span>
                {worst.outcome.value !== undefined && ` ${reachedText(worst)}`}
              </span>
              {worst.outcome.value !== undefined && (
                <small>
                  {scenario};{' '}
                  <span className="nowrap">
                    passes {passed}/{of}
                  </span>
                </small>
              )}
            </span>
          ),
        },
      ]}
    />
  );
}
