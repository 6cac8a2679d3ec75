import { fractionationRemark } from '../../evaluation/goals/goalSheet.ts';
import { countGoals, goalSummary, judgeSheet, reachedText } from '../../evaluation/goals/judgeSheet.ts';
import type { GoalOutcome } from '../../evaluation/goals/goalOutcome.ts';
import type { Block, Cell, Tone } from '../model.ts';
import type { RoiDvh } from './dvhBlocks.ts';
import type { ReportInput } from './input.ts';

const STATUS: Readonly<Record<GoalOutcome['status'], { readonly text: string; readonly tone: Tone }>> = {
  met: { text: 'met', tone: 'good' },
  acceptable: { text: 'acceptable', tone: 'warning' },
  missed: { text: 'MISSED', tone: 'bad' },
  unknown: { text: 'not judged', tone: 'quiet' },
};

/** The plan's clinical goals, each with what was reached. */
export function goalBlocks(input: ReportInput, dvhs: readonly RoiDvh[]): Block[] {
  const { plan, structures, doseStale } = input;
  const sheet = input.goals ?? plan.goals;
  if (sheet === undefined)
    return [
      { kind: 'heading', text: 'Clinical goals' },
      { kind: 'text', text: 'The plan has no clinical goals.', tone: 'quiet' },
    ];
  const judged = judgeSheet(sheet, {
    rois: structures.rois,
    dvh: (roi) => dvhs.find((one) => one.roi.number === roi.number)?.dvh,
    ...(plan.prescription === undefined ? {} : { prescription: plan.prescription }),
    ...(doseStale === undefined ? {} : { stale: doseStale }),
  });
  const remark = fractionationRemark(sheet, plan.prescription);
  return [
    { kind: 'heading', text: 'Clinical goals' },
    { kind: 'text', text: `${sheet.name}: ${goalSummary(countGoals(judged))}.`, tone: 'strong' },
    ...(remark === undefined ? [] : [{ kind: 'text', text: remark, tone: 'warning' } as const]),
    {
      kind: 'table',
      columns: [
        { title: 'Priority' },
        { title: 'Structure' },
        { title: 'Goal' },
        { title: 'Reached', numeric: true },
        { title: 'Outcome' },
        { title: 'Source' },
      ],
      rows: judged.map(({ goal, parsed, roi, outcome }): Cell[] => [
        String(goal.priority),
        roi === undefined || roi.name === goal.structure ? goal.structure : `${goal.structure} (${roi.name})`,
        parsed.text,
        reachedText({ parsed, outcome }),
        outcome.remark === undefined
          ? STATUS[outcome.status]
          : { ...STATUS[outcome.status], text: `${STATUS[outcome.status].text}: ${outcome.remark}` },
        goal.source ?? '',
      ]),
    },
  ];
}
