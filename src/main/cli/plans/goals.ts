import { IsocenterError } from '#shared/contract/errors.ts';
import type { GoalOutcome } from '#shared/evaluation/goals/goalOutcome.ts';
import { fractionationRemark, goalSheetFiles, parseGoalSheet } from '#shared/evaluation/goals/goalSheet.ts';
import {
  countGoals,
  type GoalCounts,
  goalSummary,
  judgeSheet,
  reachedText,
} from '#shared/evaluation/goals/judgeSheet.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { GoalSheet, PlanGoal } from '#shared/model/goals.ts';
import type { Prescription } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { readInput } from '../files.ts';
import { table } from '../io.ts';
import { roiDvh } from './roiDvh.ts';

interface GoalRow extends Omit<PlanGoal, 'roi' | 'text'> {
  /** The structure it is judged on; null where none matches. */
  readonly roi: string | null;
  readonly goal: string;
  readonly status: GoalOutcome['status'];
  /** In `unit`; null where nothing is judged. */
  readonly value: number | null;
  readonly unit: 'Gy' | 'cm3' | '%';
  readonly remark?: string;
}

interface JudgedRows {
  readonly goals: readonly GoalRow[];
  readonly goalCounts: GoalCounts & { readonly summary: string };
  readonly warnings: readonly string[];
}

/** `--goals F.json`, or a sheet that comes with the program, by its name or its file's without `.json`. @throws INVALID_ATTRIBUTE, NOT_FOUND */
export async function sheetFrom(words: string): Promise<GoalSheet> {
  if (!/\.json$/i.test(words)) {
    const wanted = words.toLowerCase();
    const found = goalSheetFiles().find(({ file, sheet }) => file === wanted || sheet.name.toLowerCase() === wanted);
    if (found !== undefined) return found.sheet;
    const names = goalSheetFiles().map(({ file, sheet }) => `${file} ("${sheet.name}")`);
    throw new IsocenterError('NOT_FOUND', `is no goal sheet; there are ${names.join(', ')}`, { object: words });
  }
  const text = new TextDecoder().decode(await readInput(words));
  try {
    return parseGoalSheet(JSON.parse(text), words);
  } catch (cause) {
    if (cause instanceof IsocenterError) throw cause;
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is no JSON', { object: words, cause });
  }
}

/** Every goal of a sheet judged on a dose for the whole course. @throws FRAME_OF_REFERENCE */
export function goalRows(
  sheet: GoalSheet,
  rois: readonly Roi[],
  dose: DoseVolume,
  prescription: Prescription | undefined,
  stale: string | undefined,
): JudgedRows {
  const known = new Map<Roi, ReturnType<typeof roiDvh>>();
  const dvh = (roi: Roi): ReturnType<typeof roiDvh> => {
    const found = known.get(roi) ?? roiDvh(roi, dose);
    known.set(roi, found);
    return found;
  };
  const judged = judgeSheet(sheet, { rois, dvh, ...(prescription && { prescription }), ...(stale && { stale }) });
  const counts = countGoals(judged);
  const remark = fractionationRemark(sheet, prescription);
  return {
    goals: judged.map(({ goal, parsed, roi, outcome }) => ({
      structure: goal.structure,
      roi: roi?.name ?? null,
      goal: parsed.text,
      priority: goal.priority,
      status: outcome.status,
      value: outcome.value ?? null,
      unit: parsed.limit.unit,
      ...(outcome.remark !== undefined && { remark: outcome.remark }),
      ...(goal.source !== undefined && { source: goal.source }),
    })),
    goalCounts: { ...counts, summary: goalSummary(counts) },
    warnings: [
      ...(remark === undefined ? [] : [remark]),
      ...[...known.values()].flatMap(({ covered, warnings }) => (covered < 1 ? warnings : [])),
    ],
  };
}

export function goalsTable({ goals, goalCounts }: JudgedRows): string {
  const rows = goals.map(({ structure, roi, goal, priority, status, value, unit, remark = '' }) => {
    const reached =
      value === null ? '–' : reachedText({ parsed: { limit: { value, unit } }, outcome: { status, value } });
    return [String(priority), structure, roi ?? '–', goal, reached, status, remark];
  });
  return [
    table(['priority', 'structure', 'ROI', 'goal', 'reached', 'outcome', 'remark'], rows),
    goalCounts.summary,
  ].join('\n');
}
