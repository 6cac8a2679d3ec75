import { type LeafLimits, leafRange } from '../../dosimetry/machine/deliveryLimits.ts';
import { figure, type Report, ROUNDING } from './violation.ts';

/**
 * Limits of leaf positions (mm at the isocenter plane; all negative-side leaves, then all positive) at one control point. Leaves move
 * evenly between control points, and these limits are linear in the positions or convex (the span): what holds at both ends holds
 * between. `resting` says of a pair that it does not move before or after; of none unless given.
 */
export function checkLeaves(
  positions: readonly number[],
  mlc: LeafLimits,
  report: Report,
  resting: (pair: number) => boolean = () => false,
): void {
  const pairs = mlc.leafBoundaries.length - 1;
  if (positions.length !== 2 * pairs) {
    report('device', `${positions.length} leaf positions where the machine has ${2 * pairs} leaves`);
    return;
  }
  const banks = [positions.slice(0, pairs), positions.slice(pairs)] as const;
  const [negative, positive] = banks;
  const ranges = [leafRange(mlc, 0), leafRange(mlc, 1)] as const;
  for (let n = 0; n < pairs; n++) {
    const leaf = `leaf pair ${n + 1}`;
    for (const bank of [0, 1] as const) {
      const at = banks[bank][n];
      const [low, high] = ranges[bank];
      if (!Number.isFinite(at)) report('position', `${leaf} at ${at}`);
      else if (at < low - ROUNDING || at > high + ROUNDING)
        report('leaf-range', `${leaf} at ${figure(at)} mm, from ${low} to ${high} mm`);
    }
    const gap = positive[n] - negative[n];
    const least = mlc.closedAtRest === true && resting(n) ? 0 : mlc.minimumGap;
    if (gap < least - ROUNDING) report('leaf-gap', `${leaf} ${gap.toFixed(2)} mm open, at least ${least} mm`);
    if (mlc.interdigitation !== false || n === 0) continue;
    if (negative[n] > positive[n - 1] + ROUNDING || negative[n - 1] > positive[n] + ROUNDING)
      report('interdigitation', `leaf pairs ${n} and ${n + 1} pass each other`);
  }
  if (mlc.maximumSpan === undefined) return;
  for (const [bank, side] of ['negative', 'positive'].entries()) {
    const span = Math.max(...banks[bank]) - Math.min(...banks[bank]);
    if (span > mlc.maximumSpan + ROUNDING)
      report('leaf-span', `${side} bank spread over ${span.toFixed(2)} mm, at most ${mlc.maximumSpan} mm`);
  }
}
