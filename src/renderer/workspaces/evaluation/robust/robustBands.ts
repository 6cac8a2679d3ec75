import type { RobustAnswer } from '#renderer/compute/robust/base.ts';
import { dvhBand } from '#shared/evaluation/robust/dvhBand.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DvhAxes } from '../dock/dvhView.ts';

/** Between what a structure's curve lies in all scenarios, in the units of the chart's axes. */
export interface ChartBand {
  readonly roi: Roi;
  readonly dose: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Whether the envelope of curves on these axes can be drawn: of volumes per dose, or of doses that were converted, there is none. */
export const canHaveBands = ({ kind, quantity }: DvhAxes): boolean => kind === 'cumulative' && quantity === 'physical';

/** Bands of those of `rois` that have histograms; `reference` is 100 % in Gy. */
export function robustBands(
  rois: readonly Roi[],
  scenarios: RobustAnswer['scenarios'],
  axes: DvhAxes,
  reference: number,
): ChartBand[] {
  if (!canHaveBands(axes)) return [];
  const unit = axes.dose === 'gray' ? 1 : 100 / reference;
  return rois.flatMap((roi) => {
    const tables = scenarios.flatMap(({ dvhs }) => dvhs.get(roi.number) ?? []);
    if (tables.length < scenarios.length || tables.length === 0 || !(tables[0].volume > 0)) return [];
    const { dose, low, high } = dvhBand(tables);
    const full = axes.volume === 'percent' ? 1 : tables[0].volume / 100;
    const scaled = (values: Float64Array, factor: number): number[] => Array.from(values, (value) => value * factor);
    return [{ roi, dose: scaled(dose, unit), low: scaled(low, full), high: scaled(high, full) }];
  });
}
