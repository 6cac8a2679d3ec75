import { type DvhTable, dvhOf } from '../dvh.ts';

/** What a structure's curve may be anywhere between, over all scenarios. */
export interface DvhBand {
  /** Gy, rising from 0. */
  readonly dose: Float64Array;
  /** Per cent of the volume that receive at least as much: least and most of any scenario. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/**
 * The envelope of cumulative DVHs at `points` doses from 0 to the highest of them all. Its edges are of no one scenario: each point is
 * that of the worst there.
 */
export function dvhBand(tables: readonly DvhTable[], points = 400): DvhBand {
  const curves = tables.map(dvhOf);
  const most = curves.reduce((highest, { max }) => Math.max(highest, max), 0);
  const dose = Float64Array.from({ length: points }, (_, n) => (n / (points - 1)) * most);
  const [low, high] = [new Float64Array(points).fill(100), new Float64Array(points)];
  for (const { volumeAtDose } of curves)
    for (let n = 0; n < points; n++) {
      const volume = volumeAtDose(dose[n]);
      low[n] = Math.min(low[n], volume);
      high[n] = Math.max(high[n], volume);
    }
  return { dose, low, high };
}

/** A DVH's number over all scenarios: in the plan's own, the least and the most, and where. */
export interface MetricRange {
  readonly nominal: number;
  readonly low: number;
  readonly lowIn: string;
  readonly high: number;
  readonly highIn: string;
}

/** `values` by scenario, the nominal one first. */
export function metricRange(values: readonly { readonly scenario: string; readonly value: number }[]): MetricRange {
  const [first] = values;
  let [low, high] = [first, first];
  for (const one of values) {
    if (one.value < low.value) low = one;
    if (one.value > high.value) high = one;
  }
  return { nominal: first.value, low: low.value, lowIn: low.scenario, high: high.value, highIn: high.scenario };
}
