import type { Field, Openings } from './field.ts';
import type { LeafProfiles } from './leafProfiles.ts';
import { type Schedule, sweep } from './schedule.ts';

export interface SlidingWindow {
  /** At each control point, evenly spaced in MU. */
  readonly openings: readonly Openings[];
  readonly mu: number;
  /** MU/min. */
  readonly doseRate: number;
}

export interface SlidingWindowSettings {
  readonly controlPoints: number;
  /** MU/min, the least and the most; one is held from the first control point to the last. */
  readonly doseRates: readonly [number, number];
  /** Keeps fluence out of tongue and groove, for more MU. */
  readonly synchronised: boolean;
}

/** The share of their speed that leaves are planned at: the rest lets an optimisation take MU from where they move. */
export const PLANNED_SPEED = 0.8;
/** Rounds of finding a dose rate at which leaves have the time to change their speed between control points. */
const RATES = 8;
/** Rounds of making up for what passes shut leaves for all the MU, which depends on them: each leaves a share of the transmission. */
const ROUNDS = 6;

/**
 * Leaf trajectories that sweep the field once, from its start to its end, and leave the wanted fluence behind: the open time of a column
 * plus what passes through the leaves in the rest. Leaves keep their gap, so that every pair that opens gives at least what passes
 * through the gap on its way, and keep well below their speed at the dose rate. Positions are exact at the control points. Where MU are too few
 * for leaves to change their speed between control points, the dose rate is lower, and where it cannot be, control points are fewer.
 */
export function slidingWindow(profiles: LeafProfiles, field: Field, settings: SlidingWindowSettings): SlidingWindow {
  const { leafSpeed, leafAcceleration } = field.mlc;
  const [slowest, fastest] = settings.doseRates;
  const change =
    leafSpeed === undefined || leafAcceleration === undefined ? 0 : leafSpeed / leafAcceleration / PLANNED_SPEED;
  const seconds = change * (settings.controlPoints - 1);
  let doseRate = fastest;
  let swept = swipe(profiles, field, settings.synchronised, doseRate);
  for (let round = 0; round < RATES && (60 * swept.mu) / doseRate < seconds && doseRate > slowest; round++) {
    doseRate = Math.max(slowest, (60 * swept.mu) / seconds);
    swept = swipe(profiles, field, settings.synchronised, doseRate);
  }
  const most = change === 0 ? Infinity : Math.floor((60 * swept.mu) / doseRate / change);
  const intervals = Math.max(1, Math.min(settings.controlPoints - 1, most));
  const openings = Array.from({ length: intervals + 1 }, (_, n) => swept.at((swept.mu * n) / intervals));
  return { openings, mu: swept.mu, doseRate };
}

/** The sweep at one dose rate: its MU, and where leaves stand after any of them. */
function swipe(
  profiles: LeafProfiles,
  field: Field,
  synchronised: boolean,
  doseRate: number,
): { readonly mu: number; readonly at: (mu: number) => Openings } {
  const { width, pairs, columns, values } = profiles;
  const { transmission, leafSpeed } = field.mlc;
  const perMm = leafSpeed === undefined ? 0 : doseRate / 60 / (PLANNED_SPEED * leafSpeed);
  const rules = { crossing: perMm * width, interdigitation: field.interdigitation, synchronised };
  const still = Array.from(
    { length: pairs },
    (_, row) => field.parked !== undefined && !values.subarray(row * columns, (row + 1) * columns).some((mu) => mu > 0),
  );
  const open = new Float64Array(values.length);
  let schedule: Schedule = { leaves: open, total: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const leakage = transmission * schedule.total;
    for (let n = 0; n < open.length; n++)
      open[n] = still[Math.floor(n / columns)]
        ? 0
        : Math.max(field.gap * perMm, (values[n] - leakage) / (1 - transmission));
    schedule = sweep(open, pairs, columns, rules);
  }
  const { leaves, total } = schedule;
  const trailing = leaves.map((at, n) => at + open[n]);
  const at = (mu: number): Openings => {
    const low = new Float64Array(pairs);
    const high = new Float64Array(pairs);
    for (let row = 0; row < pairs; row++) {
      if (still[row]) [low[row], high[row]] = field.parked!;
      else {
        low[row] = passed(trailing, row, mu, profiles, perMm, 0);
        // Past the end it goes on until the gap has left the field.
        high[row] = passed(leaves, row, mu, profiles, perMm, field.gap);
      }
    }
    return keepApart({ low, high }, field);
  };
  return { mu: total, at };
}

/** Where a leaf that leaves the columns' near edges at `times` stands after so many MU, mm; it ends `beyond` the last column. */
function passed(
  times: Float64Array,
  row: number,
  mu: number,
  { start, width, columns }: LeafProfiles,
  perMm: number,
  beyond: number,
): number {
  let column = columns;
  while (column > 0 && times[row * columns + column - 1] > mu) column--;
  if (column === 0) return start;
  const gone = perMm === 0 ? Infinity : (mu - times[row * columns + column - 1]) / perMm;
  return start + (column - 1) * width + Math.min(gone, column === columns ? width + beyond : width);
}

/** Trailing leaves held back to the machine's gap from their own leading leaf, and to their neighbours' where they may not pass it. */
function keepApart({ low, high }: Openings, { gap, tip, interdigitation }: Field): Openings {
  const held = low.map((at, row) => {
    const own = Math.min(at, high[row] - gap);
    if (interdigitation) return own;
    return Math.min(own, (high[row - 1] ?? Infinity) - 2 * tip, (high[row + 1] ?? Infinity) - 2 * tip);
  });
  return { low: held, high };
}
