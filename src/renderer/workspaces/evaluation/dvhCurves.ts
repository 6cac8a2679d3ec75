import type { Dvh } from '#shared/evaluation/dvh.ts';
import type { Roi } from '#shared/model/structures.ts';

export interface DvhAxes {
  readonly dose: 'gray' | 'percent';
  readonly volume: 'percent' | 'cm3';
}

export interface DvhCurves {
  /** Dose of each sample, in the unit of the dose axis. */
  readonly dose: number[];
  readonly series: readonly { readonly roi: Roi; readonly values: number[] }[];
}

const SAMPLES = 600;

/** Cumulative curves on one common dose axis from 0 to just beyond the highest maximum. `reference` is 100 % in Gy. */
export function dvhCurves(
  rois: readonly Roi[],
  dvhs: ReadonlyMap<number, Dvh>,
  axes: DvhAxes,
  reference: number,
): DvhCurves {
  const shown = rois.flatMap((roi) => {
    const dvh = dvhs.get(roi.number);
    return dvh === undefined || !(dvh.volume > 0) ? [] : [{ roi, dvh }];
  });
  const end = Math.max(0.01, ...shown.map(({ dvh }) => dvh.max)) * 1.02;
  const gray = Array.from({ length: SAMPLES + 1 }, (_, i) => (i * end) / SAMPLES);
  return {
    dose: axes.dose === 'gray' ? gray : gray.map((dose) => (100 * dose) / reference),
    series: shown.map(({ roi, dvh }) => {
      const full = axes.volume === 'percent' ? 1 : dvh.volume / 100;
      return { roi, values: gray.map((dose) => dvh.volumeAtDose(dose) * full) };
    }),
  };
}
