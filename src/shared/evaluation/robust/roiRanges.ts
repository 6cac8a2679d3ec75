import type { Dvh } from '../dvh.ts';
import { type MetricRange, metricRange } from './dvhBand.ts';

/** What is told of a structure over all scenarios, Gy: near-minimum, D95 %, median, near-maximum (ICRU 83), mean. */
export const ROBUST_METRICS = ['D98', 'D95', 'D50', 'D2', 'mean'] as const;

export type RobustMetric = (typeof ROBUST_METRICS)[number];

/** A structure's metrics over its histograms by scenario, the nominal one first. */
export function roiRanges(
  scenarios: readonly { readonly scenario: string; readonly dvh: Dvh }[],
): Readonly<Record<RobustMetric, MetricRange>> {
  const range = (value: (dvh: Dvh) => number): MetricRange =>
    metricRange(scenarios.map(({ scenario, dvh }) => ({ scenario, value: value(dvh) })));
  return {
    D98: range((dvh) => dvh.doseAtVolume(98)),
    D95: range((dvh) => dvh.doseAtVolume(95)),
    D50: range((dvh) => dvh.doseAtVolume(50)),
    D2: range((dvh) => dvh.doseAtVolume(2)),
    mean: range(({ mean }) => mean),
  };
}
