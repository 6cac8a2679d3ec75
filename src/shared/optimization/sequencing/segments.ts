import { nonNegativeLeastSquares } from '../../dosimetry/pencilBeam/nonNegative.ts';
import { decompose, type LevelAperture } from './decompose.ts';
import { deliveredBy } from './delivered.ts';
import type { Field, Openings } from './field.ts';
import type { LeafProfiles } from './leafProfiles.ts';

/** An aperture of a step-and-shoot field and what is delivered through it. */
interface Segment extends Openings {
  readonly mu: number;
}

export interface SegmentRules {
  /** Most segments of a field. */
  readonly segments: number;
  /** Least MU of a segment. */
  readonly minimumMu: number;
}

/** Numbers of levels that a field's fluence is rounded to, to see which serves it best. */
const LEVELS = [2, 3, 4, 5, 6, 7, 8, 10, 12, 15];
/** Levels that come to more apertures than this for each segment asked for are finer than they can be kept. */
const SPARE = 3;

/**
 * Segments of a field: its fluence, less what passes shut leaves, rounded to levels and taken apart into apertures, their MU fitted to what
 * was wanted (leakage, and gaps that stay in the field, counted). While there are too many, or one has too few MU, the one that is missed least is merged
 * into another or left out, and the rest fitted anew. Of several numbers of levels the one that leaves the least squared deviation.
 */
export function segmentsOfField(profiles: LeafProfiles, field: Field, rules: SegmentRules): Segment[] {
  let best: Fitted | undefined;
  const { pairs, columns } = profiles;
  const leastColumns = Math.max(1, Math.ceil(field.gap / profiles.width - 1e-6));
  const rowRules = { leastColumns, interdigitation: field.interdigitation };
  for (const levels of LEVELS) {
    const apertures = decompose(levelled(profiles, field, levels), pairs, columns, rowRules);
    if (best !== undefined && apertures.length > SPARE * rules.segments) break;
    const openings = apertures.map((aperture) => openingsOf(aperture, profiles, field));
    const fitted = pruned(fit(openings, profiles, field), profiles, field, rules);
    if (best === undefined || fitted.error < best.error) best = fitted;
  }
  const { openings, mu } = best!;
  return openings.map((one, n) => ({ ...one, mu: mu[n] }));
}

/** Whole levels of what is to pass through open leaves; the greatest is `levels`. */
function levelled({ values, pairs, columns }: LeafProfiles, { mlc, parked }: Field, levels: number): Int32Array {
  const most = values.reduce((greatest, mu) => Math.max(greatest, mu), 0);
  // MU of the whole field, about: leakage is fitted afterwards.
  let rises = 0;
  for (let row = 0; row < pairs; row++) {
    let sum = 0;
    for (let n = row * columns; n < (row + 1) * columns; n++)
      sum += Math.max(0, values[n] - (n === row * columns ? 0 : values[n - 1]));
    rises = Math.max(rises, sum);
  }
  const leakage = parked === undefined ? 0 : mlc.transmission * rises;
  const scale = levels / Math.max(most - leakage, most / 2);
  return Int32Array.from(values, (mu) => Math.min(levels, Math.max(0, Math.round((mu - leakage) * scale))));
}

function openingsOf({ low, high }: LevelAperture, { start, width }: LeafProfiles, field: Field): Openings {
  const { gap, parked } = field;
  const middle = (field.start + field.end) / 2;
  const ends = Array.from(low, (from, row): readonly [number, number] => {
    if (high[row] > from) return [start + width * from, start + width * high[row]];
    if (parked !== undefined) return parked;
    const at = from < 0 ? middle : start + width * (from + 0.5);
    return [at - gap / 2, at + gap / 2];
  });
  return { low: Float64Array.from(ends, ([from]) => from), high: Float64Array.from(ends, ([, to]) => to) };
}

interface Fitted {
  readonly openings: readonly Openings[];
  readonly mu: readonly number[];
  /** What an MU of each delivers to the columns. */
  readonly delivered: readonly Float64Array[];
  /** What is wanted less what all deliver. */
  readonly rest: Float64Array;
  /** Its squares over area. */
  readonly error: number;
}

/** MU that bring openings nearest to what is wanted; those without any are left out. */
function fit(openings: readonly Openings[], profiles: LeafProfiles, field: Field): Fitted {
  const delivered = openings.map((one) => deliveredBy(one, profiles, field));
  const area = areas(profiles, field);
  const count = openings.length;
  const normal = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++)
      normal[i * count + j] = normal[j * count + i] = product(delivered[i], delivered[j], area);
  const right = Float64Array.from(delivered, (one) => product(one, profiles.values, area));
  const mu = nonNegativeLeastSquares(normal, right);
  const used = openings.flatMap((_, n) => (mu[n] > 0 ? [n] : []));
  const rest = profiles.values.slice();
  for (const n of used) for (let at = 0; at < rest.length; at++) rest[at] -= mu[n] * delivered[n][at];
  return {
    openings: used.map((n) => openings[n]),
    mu: used.map((n) => mu[n]),
    delivered: used.map((n) => delivered[n]),
    rest,
    error: product(rest, rest, area),
  };
}

/** Until a field has as few segments, each with as many MU, as the rules say; at least one is left. */
function pruned(start: Fitted, profiles: LeafProfiles, field: Field, rules: SegmentRules): Fitted {
  let now = start;
  while (now.openings.length > 1) {
    const weak = now.mu.flatMap((mu, n) => (mu < rules.minimumMu ? [n] : []));
    const many = now.openings.length > rules.segments;
    if (weak.length === 0 && !many) break;
    const next = leastMissed(now, many ? now.openings.map((_, n) => n) : weak, profiles, field);
    now = fit(next, profiles, field);
  }
  return now;
}

/** The openings with one of the `candidates` left out, or merged into another, where that costs the least before MU are fitted anew. */
function leastMissed(now: Fitted, candidates: readonly number[], profiles: LeafProfiles, field: Field): Openings[] {
  const area = areas(profiles, field);
  const cost = (change: (at: number) => number): number => {
    let sum = 0;
    for (let at = 0; at < area.length; at++) sum += area[at] * (now.rest[at] + change(at)) ** 2;
    return sum;
  };
  let best: Openings[] = [];
  let least = Infinity;
  for (const n of candidates) {
    const [mu, own] = [now.mu[n], now.delivered[n]];
    const without = cost((at) => mu * own[at]);
    if (without < least) {
      least = without;
      best = now.openings.filter((_, k) => k !== n);
    }
    for (let other = 0; other < now.openings.length; other++) {
      if (other === n) continue;
      const merged = between(now.openings[n], mu, now.openings[other], now.mu[other], field);
      const shares = deliveredBy(merged, profiles, field);
      const kept = now.delivered[other];
      const merging = cost((at) => mu * own[at] + now.mu[other] * kept[at] - (mu + now.mu[other]) * shares[at]);
      if (merging >= least) continue;
      least = merging;
      best = now.openings.flatMap((openings, k) => (k === n ? [] : k === other ? [merged] : [openings]));
    }
  }
  return best;
}

/** Leaf ends in the mean by MU: every limit that both openings keep, it keeps. Where only one is open, that of more MU says. */
function between(one: Openings, mu: number, other: Openings, otherMu: number, { parked }: Field): Openings {
  const share = mu / (mu + otherMu);
  const isParked = ({ low, high }: Openings, row: number): boolean =>
    parked !== undefined && low[row] === parked[0] && high[row] === parked[1];
  const mean = (side: 'low' | 'high') => (at: number, row: number): number => {
    if (isParked(one, row) !== isParked(other, row)) return share > 0.5 ? at : other[side][row];
    return share * at + (1 - share) * other[side][row];
  }; // biome-ignore format: a function of a side
  return { low: one.low.map(mean('low')), high: one.high.map(mean('high')) };
}

/** Area of each column, in whole leaves: leaves are not all of one width. */
function areas({ values, columns }: LeafProfiles, { mlc, firstPair }: Field): Float64Array {
  return values.map((_, n) => {
    const pair = firstPair + Math.floor(n / columns);
    return mlc.leafBoundaries[pair + 1] - mlc.leafBoundaries[pair];
  });
}

function product(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += weights[n] * a[n] * b[n];
  return sum;
}
