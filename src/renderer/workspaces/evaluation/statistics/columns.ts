import { create } from 'zustand';
import type { Dvh } from '#shared/evaluation/dvh.ts';
import { measureMetric } from '#shared/evaluation/goals/goalOutcome.ts';
import { parseMetric } from '#shared/evaluation/goals/goalText.ts';

export interface StatisticsColumn {
  readonly key: string;
  readonly title: string;
  readonly value: (dvh: Dvh, prescription: number | undefined) => string;
}

/** Columns added by hand, as `parseMetric` reads them. */
export const useStatisticsColumns = create<{ readonly own: readonly string[] }>(() => ({
  own: ['V20Gy', 'V95%', 'V100%'],
}));

/** Adds a column. @throws IsocenterError USAGE for text that is no metric */
export function addColumn(text: string): void {
  parseMetric(text);
  useStatisticsColumns.setState(({ own }) => ({ own: own.includes(text.trim()) ? own : [...own, text.trim()] }));
}

export const removeColumn = (text: string): void =>
  useStatisticsColumns.setState(({ own }) => ({ own: own.filter((one) => one !== text) }));

const FIXED = ['min', 'mean', 'max', 'D98%', 'D95%', 'D50%', 'D5%', 'D2%', 'D0.03cc', 'D1cc', 'D2cc'];

/** Volume, share inside the dose grid, what ICRU 83 and protocols ask for, and the columns added by hand. */
export function statisticsColumns(own: readonly string[]): readonly StatisticsColumn[] {
  return [
    { key: 'volume', title: 'Volume cm³', value: (dvh) => dvh.volume.toFixed(dvh.volume < 10 ? 2 : 1) },
    { key: 'covered', title: 'In grid %', value: (dvh) => (Math.floor(dvh.covered * 1000) / 10).toFixed(1) },
    ...FIXED.map(metricColumn),
    ...own.map(metricColumn),
  ];
}

function metricColumn(text: string): StatisticsColumn {
  const { metric, unit, title } = parseMetric(text);
  const digits = unit === '%' ? 1 : 2;
  return {
    key: text,
    title: `${/^(min|mean|max)$/.test(title) ? `D${title}` : title} ${unit === 'cm3' ? 'cm³' : unit}`,
    value: (dvh, prescription) => {
      const value = measureMetric(metric, unit, dvh, prescription ?? Number.NaN);
      return typeof value === 'string' || !Number.isFinite(value) ? '–' : value.toFixed(digits);
    },
  };
}
