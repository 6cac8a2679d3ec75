import type { JudgedGoal } from '#shared/evaluation/goals/judgeSheet.ts';
import type { GoalLimit } from '#shared/evaluation/goals/goalText.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DvhAxes } from './dvhView.ts';

/** A goal as a place that a curve must pass on one side. */
export interface GoalMark {
  readonly roi: Roi;
  /** In the units of the axes. */
  readonly dose: number;
  readonly volume: number;
  /** The curve must pass below and left of it; else above and right. */
  readonly below: boolean;
  readonly status: JudgedGoal['outcome']['status'];
  readonly text: string;
}

/**
 * Goals that are points of a cumulative DVH, on these axes: those on a dose at a volume, a volume at a dose, minimum and maximum.
 * @param reference Gy that 100 % of the dose axis stands for
 * @param prescription Gy that percent in goals is of
 */
export function goalMarks(
  judged: readonly JudgedGoal[],
  volumeOf: (roi: Roi) => number | undefined,
  axes: DvhAxes,
  reference: number,
  prescription: number | undefined,
): GoalMark[] {
  return judged.flatMap(({ parsed, roi, outcome }) => {
    const cm3 = roi === undefined ? undefined : volumeOf(roi);
    if (roi === undefined || cm3 === undefined) return [];
    const gray = ({ value, unit }: GoalLimit): number =>
      unit === 'Gy' ? value : (value / 100) * (prescription ?? Number.NaN);
    const percent = ({ value, unit }: GoalLimit): number => (unit === '%' ? value : (100 * value) / cm3);
    const point = pointOf(parsed, gray, percent);
    if (point === undefined || !Number.isFinite(point[0] + point[1]) || point[1] > 100) return [];
    const [dose, volume] = point;
    return {
      roi,
      dose: axes.dose === 'gray' ? dose : (100 * dose) / reference,
      volume: axes.volume === 'percent' ? volume : (volume / 100) * cm3,
      below: parsed.comparison.startsWith('<') !== (parsed.metric.kind === 'volumeBelowDose'),
      status: outcome.status,
      text: `${roi.name}: ${parsed.text}`,
    };
  });
}

type Convert = (quantity: GoalLimit) => number;

/** Gy and percent of the volume. */
function pointOf(
  { metric, limit }: JudgedGoal['parsed'],
  gray: Convert,
  percent: Convert,
): readonly [number, number] | undefined {
  switch (metric.kind) {
    case 'doseAtVolume':
      return [gray(limit), percent(metric.at)];
    case 'volumeAtDose':
      return [gray(metric.at), percent(limit)];
    case 'volumeBelowDose':
      return [gray(metric.at), 100 - percent(limit)];
    case 'min':
      return [gray(limit), 100];
    case 'max':
      return [gray(limit), 0];
    case 'mean':
      return undefined;
  }
}
