import type { Dvh } from '../dvh.ts';
import type { Goal, GoalDose, GoalLimit, GoalMetric } from './goalText.ts';

/** How a goal stands. Without a value there is a reason, and nothing is ever met. */
export interface GoalOutcome {
  readonly status: 'met' | 'acceptable' | 'missed' | 'unknown';
  /** In the limit's unit, to 0.01: what is shown is what is compared. */
  readonly value?: number;
  /** Why there is no value, or what to mind about it. */
  readonly remark?: string;
}

/** As much of a structure may lie outside the dose grid without mattering: rims of contours beside its outermost voxels. */
const UNCOVERED = 0.001;

/**
 * Judges a goal on the DVH of its structure.
 * @param dvh of the whole course, Gy; undefined where no structure matches or there is no valid dose
 * @param prescription total dose of the plan, Gy; undefined when it has none
 */
export function judgeGoal(goal: Goal, dvh: Dvh | undefined, prescription: number | undefined): GoalOutcome {
  const unknown = (remark: string): GoalOutcome => ({ status: 'unknown', remark });
  if (dvh === undefined) return unknown('no structure or no dose to judge');
  if (!(dvh.volume > 0)) return unknown('the structure has no volume');
  if (usesPrescription(goal) && !(prescription !== undefined && prescription > 0))
    return unknown('the plan has no prescription');
  const outside = 1 - dvh.covered;
  const raw = measureMetric(goal.metric, goal.limit.unit, dvh, prescription ?? Number.NaN);
  if (typeof raw === 'string') return unknown(raw);
  const value = Math.round(raw * 100) / 100;
  const status = statusOf(goal, value);
  if (outside <= UNCOVERED) return { status, value };
  const remark = `${(outside * 100).toFixed(1)} % of it lies outside the dose grid`;
  // What lies outside counts as 0 Gy, but its dose was not computed and may be any: judged only where that cannot matter.
  const hot = measureMetric(goal.metric, goal.limit.unit, withHotOutside(dvh), prescription ?? Number.NaN);
  return { status: typeof hot === 'number' && statusOf(goal, hot) === status ? status : 'unknown', value, remark };
}

function statusOf({ comparison, limit, acceptable }: Goal, value: number): 'met' | 'acceptable' | 'missed' {
  if (compare(value, comparison, limit.value)) return 'met';
  return acceptable !== undefined && compare(value, comparison, acceptable.value) ? 'acceptable' : 'missed';
}

/** The same structure, had what lies outside the dose grid any dose however high. */
function withHotOutside(dvh: Dvh): Dvh {
  const outside = (1 - dvh.covered) * 100;
  const doseAtVolume = (percent: number): number =>
    percent <= outside ? Number.POSITIVE_INFINITY : dvh.doseAtVolume(percent - outside);
  return {
    ...dvh,
    min: doseAtVolume(100),
    mean: Number.POSITIVE_INFINITY,
    max: Number.POSITIVE_INFINITY,
    doseAtVolume,
    doseAtAbsoluteVolume: (cm3) => doseAtVolume((100 * cm3) / dvh.volume),
    volumeAtDose: (gray) => (gray <= 0 ? 100 : Math.min(100, dvh.volumeAtDose(gray) + outside)),
  };
}

const isDose = ({ kind }: GoalMetric): boolean => kind !== 'volumeAtDose' && kind !== 'volumeBelowDose';

/** Percent of a dose means percent of the prescription, on either side. */
const usesPrescription = ({ metric, limit }: Goal): boolean =>
  isDose(metric) ? limit.unit === '%' : 'at' in metric && metric.at.unit === '%';

/**
 * A metric of a DVH in `unit`; text where the DVH cannot tell it.
 * @param prescription total dose in Gy that percent of a dose is of; NaN without one, as the value then is
 */
export function measureMetric(
  metric: GoalMetric,
  unit: GoalLimit['unit'],
  dvh: Dvh,
  prescription: number,
): number | string {
  const gray = (dose: GoalDose): number => (dose.unit === 'Gy' ? dose.value : (dose.value / 100) * prescription);
  const asDose = (dose: number): number => (unit === '%' ? (100 * dose) / prescription : dose);
  const asVolume = (percent: number): number => (unit === '%' ? percent : (percent / 100) * dvh.volume);
  switch (metric.kind) {
    case 'mean':
      return asDose(dvh.mean);
    case 'min':
      return asDose(dvh.min);
    case 'max':
      return asDose(dvh.max);
    case 'doseAtVolume': {
      const { value } = metric.at;
      if (metric.at.unit === '%') return asDose(dvh.doseAtVolume(value));
      return value > dvh.volume
        ? `the structure has only ${dvh.volume.toFixed(2)} cm³`
        : asDose(dvh.doseAtAbsoluteVolume(value));
    }
    case 'volumeAtDose':
      return asVolume(dvh.volumeAtDose(gray(metric.at)));
    case 'volumeBelowDose':
      return asVolume(100 - dvh.volumeAtDose(gray(metric.at)));
  }
}

function compare(value: number, comparison: Goal['comparison'], limit: number): boolean {
  switch (comparison) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
