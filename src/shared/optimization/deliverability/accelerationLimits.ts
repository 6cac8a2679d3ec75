import { type DeliveryMachine, layersOf } from './deliveryMachine.ts';
import { SLACK } from './gantryLimits.ts';
import type { Interval } from './intervals.ts';
import { figure, type Report, ROUNDING } from './violation.ts';

/**
 * The least acceleration by which a leaf can come from one interval's speed to the next one's, for the times that both may take: below
 * what any delivery needs, so that what is reported cannot be delivered. Speeds are even within an interval, and change between the
 * middles of both. Intervals with the beam off let a leaf rest.
 */
export function checkAcceleration(intervals: readonly Interval[], machine: DeliveryMachine, report: Report): void {
  for (const { type, leafAcceleration } of layersOf(machine)) {
    if (leafAcceleration === undefined) continue;
    for (let k = 1; k < intervals.length; k++) {
      const [before, after] = [intervals[k - 1], intervals[k]];
      const [a, b, c] = [before.from, before.to, after.to].map(({ positions }) => positions[type] ?? []);
      if (!(before.units! > 0) || !(after.units! > 0) || a.length !== c.length) continue;
      let most = 0;
      for (const [leaf, at] of b.entries()) most = Math.max(most, least(at - a[leaf], before, c[leaf] - at, after));
      if (most > leafAcceleration * SLACK)
        report(
          'leaf-acceleration',
          `a leaf of ${type} changes its speed by ${figure(most)} mm/s², at most ${leafAcceleration} mm/s²`,
          before.n,
        );
    }
  }
}

/** mm/s² for two ways in mm. Where the speeds that both can have do not meet, the least lies where each time is its shortest or longest. */
function least(way: number, before: Interval, next: number, after: Interval): number {
  if (Math.abs(way) <= ROUNDING && Math.abs(next) <= ROUNDING) return 0;
  const first = [way / before.longest, way / before.shortest].toSorted((p, q) => p - q);
  const second = [next / after.longest, next / after.shortest].toSorted((p, q) => p - q);
  if (first[0] <= second[1] && second[0] <= first[1]) return 0;
  let smallest = Infinity;
  for (const s of [before.shortest, before.longest])
    for (const t of [after.shortest, after.longest])
      smallest = Math.min(smallest, Math.abs(next / t - way / s) / ((s + t) / 2));
  return smallest;
}
