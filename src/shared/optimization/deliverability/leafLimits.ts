import type { Machine } from '../../dosimetry/machine/machine.ts';
import { ROUNDING, type Report } from './violation.ts';

type Mlc = NonNullable<Machine['mlc']>;

/**
 * Limits of leaf positions (mm at the isocenter plane; all negative-side leaves, then all positive) at one control point. Leaves move
 * evenly between control points and these limits are linear in the positions: what holds at both ends holds between.
 */
export function checkLeaves(positions: readonly number[], mlc: Mlc, report: Report): void {
  const pairs = mlc.leafBoundaries.length - 1;
  if (positions.length !== 2 * pairs) {
    report('device', `${positions.length} leaf positions where the machine has ${2 * pairs} leaves`);
    return;
  }
  const negative = positions.slice(0, pairs);
  const positive = positions.slice(pairs);
  for (let n = 0; n < pairs; n++) {
    const leaf = `leaf pair ${n + 1}`;
    for (const at of [negative[n], positive[n]]) {
      if (!Number.isFinite(at)) report('position', `${leaf} at ${at}`);
      if (Math.abs(at) > mlc.maximumExtent + ROUNDING)
        report('leaf-range', `${leaf} at ${at} mm, at most ${mlc.maximumExtent} mm from the axis`);
    }
    const gap = positive[n] - negative[n];
    if (gap < mlc.minimumGap - ROUNDING)
      report('leaf-gap', `${leaf} ${gap.toFixed(2)} mm open, at least ${mlc.minimumGap} mm`);
    if (mlc.interdigitation !== false || n === 0) continue;
    if (negative[n] > positive[n - 1] + ROUNDING || negative[n - 1] > positive[n] + ROUNDING)
      report('interdigitation', `leaf pairs ${n} and ${n + 1} pass each other`);
  }
  if (mlc.maximumSpan === undefined) return;
  for (const [side, bank] of [
    ['negative', negative],
    ['positive', positive],
  ] as const) {
    const span = Math.max(...bank) - Math.min(...bank);
    if (span > mlc.maximumSpan + ROUNDING)
      report('leaf-span', `${side} bank spread over ${span.toFixed(2)} mm, at most ${mlc.maximumSpan} mm`);
  }
}
