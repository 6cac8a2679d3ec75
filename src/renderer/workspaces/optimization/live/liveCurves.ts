import type uPlot from 'uplot';
import type { Dvh } from '#shared/evaluation/dvh.ts';

const SAMPLES = 300;

/** Cumulative histograms in percent on one dose axis from 0 to `end` Gy, as a chart takes them. */
export function liveCurves(dvhs: readonly (Dvh | undefined)[], end: number): uPlot.AlignedData {
  const doses = Array.from({ length: SAMPLES + 1 }, (_, i) => (i * end) / SAMPLES);
  return [doses, ...dvhs.map((dvh) => doses.map((dose) => (dvh === undefined ? null : dvh.volumeAtDose(dose))))];
}

/** An end of the dose axis, Gy, that holds all of them and stays while they move a little: in steps of half a power of ten, of a fifth below twice it. */
export function doseEnd(doses: readonly number[]): number {
  const highest = Math.max(1, ...doses) * 1.02;
  const decade = 10 ** Math.floor(Math.log10(highest));
  const step = decade / (highest < 2 * decade ? 5 : 2);
  return Math.ceil(highest / step) * step;
}
