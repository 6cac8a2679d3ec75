import { eqd2Dvh } from '#shared/evaluation/radiobiology.ts';
import type { Dvh } from '#shared/evaluation/dvh.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DoseSubject } from './doseSubjects.ts';
import type { SubjectDvhs } from './useDvhs.ts';
import type { DvhAxes } from './dvhView.ts';

interface DvhSeries {
  readonly roi: Roi;
  readonly subject: DoseSubject;
  readonly values: number[];
}

export interface DvhCurves {
  /** Dose of each sample, in the unit of the dose axis. */
  readonly dose: number[];
  readonly series: readonly DvhSeries[];
}

const SAMPLES = 600;
const BINS = 120;

/**
 * Curves on one common dose axis from 0 to just beyond the highest maximum. Differential ones give volume per unit of the dose axis, over
 * 1/120 of it. `reference` is 100 % in Gy.
 */
export function dvhCurves(
  rois: readonly Roi[],
  plans: readonly SubjectDvhs[],
  axes: DvhAxes,
  reference: number,
  alphaBeta: (roi: Roi) => number,
): DvhCurves {
  const shown = plans.flatMap(({ subject, dvhs }) =>
    rois.flatMap((roi) => {
      const physical = dvhs.get(roi.number);
      if (physical === undefined || !(physical.volume > 0)) return [];
      const dvh = axes.quantity === 'physical' ? physical : inTwoGray(physical, subject, alphaBeta(roi));
      return dvh === undefined ? [] : [{ roi, subject, dvh }];
    }),
  );
  const end = Math.max(0.01, ...shown.map(({ dvh }) => dvh.max)) * 1.02;
  const count = axes.kind === 'cumulative' ? SAMPLES : BINS;
  const gray = Array.from({ length: count + 1 }, (_, i) => (i * end) / count);
  const unit = axes.dose === 'gray' ? 1 : 100 / reference;
  return {
    dose: gray.map((dose) => dose * unit),
    series: shown.map(({ roi, subject, dvh }) => {
      const full = axes.volume === 'percent' ? 1 : dvh.volume / 100;
      const cumulative = gray.map((dose) => dvh.volumeAtDose(dose) * full);
      if (axes.kind === 'cumulative') return { roi, subject, values: cumulative };
      const width = (end / count) * unit;
      const values = cumulative.map((volume, n) => (volume - (cumulative[n + 1] ?? 0)) / width);
      return { roi, subject, values };
    }),
  };
}

/** A DVH in fractions of 2 Gy; undefined where the plan does not say its fractions. */
const inTwoGray = (dvh: Dvh, { plan }: DoseSubject, alphaBeta: number): Dvh | undefined =>
  plan === undefined || !(plan.fractions > 0) ? undefined : eqd2Dvh(dvh, plan.fractions, alphaBeta);
