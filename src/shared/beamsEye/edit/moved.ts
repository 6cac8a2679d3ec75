import { checkLeaves } from '../../optimization/deliverability/leafLimits.ts';
import { leafRange } from '../../dosimetry/machine/deliveryLimits.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { JAW_NAMES, jawRanges } from '../../dosimetry/plan/beamLimits.ts';
import type { ControlPoint } from '../../model/plan.ts';

export type Positions = ControlPoint['positions'];
type Mlc = NonNullable<Machine['mlc']>;

/** Where jaws and leaves came to stand. */
export interface Moved {
  readonly positions: Positions;
  /** The limit of the machine that something ran into, with its number; absent where all came to where it was wanted. */
  readonly limit?: string;
}

export type JawSide = 'X1' | 'X2' | 'Y1' | 'Y2';
/** 0: the leaves of the negative side (X1 or Y1), 1: those of the positive side. */
export type Bank = 0 | 1;

/** Positions are given to a tenth of a millimetre (and 0 has no sign). */
export const tenth = (mm: number): number => Math.round(mm * 10) / 10 + 0;

/** One jaw to `to` mm, as far as the machine's jaws go, inwards and outwards, and not past the opposite jaw. Jaws called X and Y become ASYMX and ASYMY. */
export function moveJaw(positions: Positions, machine: Machine, side: JawSide, to: number): Moved {
  const { X, Y, ...others } = positions;
  const now = { ASYMX: positions.ASYMX ?? X, ASYMY: positions.ASYMY ?? Y };
  const type = side.startsWith('X') ? 'ASYMX' : 'ASYMY';
  const pair = now[type];
  if (pair === undefined) return { positions, limit: `the beam has no ${side.slice(0, 1)} jaws` };
  const low = side.endsWith('1');
  const range = jawRanges(machine)[JAW_NAMES.indexOf(side)];
  const [from, until] = low ? [range[0], Math.min(range[1], pair[1])] : [Math.max(range[0], pair[0]), range[1]];
  const at = tenth(Math.min(until, Math.max(from, to)));
  const limit =
    to >= from && to <= until
      ? undefined
      : at === range[0] || at === range[1]
        ? `${side} jaw: from ${range[0]} to ${range[1]} mm`
        : `${side} jaw: stops at the opposite jaw, ${at} mm`;
  const moved = low ? [at, pair[1]] : [pair[0], at];
  const kept = Object.fromEntries(Object.entries(now).filter(([, value]) => value !== undefined));
  return { positions: { ...others, ...kept, [type]: moved }, ...(limit === undefined ? {} : { limit }) };
}

/**
 * Leaves of one bank to where `wanted` (mm by the pair's index) has them, each as far as the machine lets it: the leaves' reach, the gap to the opposite leaf,
 * the ends of the opposite leaf's neighbours where the machine forbids to pass them, and the spread of a bank on its carriage. Leaves
 * that are not named stay where they are; nothing is pushed.
 */
export function moveLeaves(positions: Positions, mlc: Mlc, bank: Bank, wanted: ReadonlyMap<number, number>): Moved {
  const pairs = mlc.leafBoundaries.length - 1;
  const before = positions[mlc.type];
  if (before?.length !== 2 * pairs) return { positions, limit: 'the leaves are not those of the machine' };
  const after = [...before];
  let limit: string | undefined;
  const clamp = (value: number, low: Bound, high: Bound): number => {
    if (value > high.at) {
      limit ??= high.why;
      return high.at;
    }
    if (value < low.at) {
      limit ??= low.why;
      return low.at;
    }
    return value;
  };
  const still = before.slice(bank * pairs, (bank + 1) * pairs).filter((_, pair) => !wanted.has(pair));
  for (const [pair, to] of wanted) {
    const [low, high] = leafBounds(before, mlc, bank, pair, still);
    after[bank * pairs + pair] = tenth(clamp(to, low, high));
  }
  limit = spread(after, mlc, bank, wanted) ?? limit;
  const [was, is] = [violations(before, mlc), violations(after, mlc)];
  const refusal = is.find((words) => !was.includes(words));
  if (refusal !== undefined && is.length >= was.length) return { positions, limit: refusal };
  return { positions: { ...positions, [mlc.type]: after }, ...(limit === undefined ? {} : { limit }) };
}

interface Bound {
  readonly at: number;
  readonly why: string;
}

/** Between what a leaf may move while the opposite bank and `still` of its own stand. */
function leafBounds(
  ends: readonly number[],
  mlc: Mlc,
  bank: Bank,
  pair: number,
  still: readonly number[],
): readonly [Bound, Bound] {
  const pairs = mlc.leafBoundaries.length - 1;
  const name = `leaf ${pair + 1}`;
  const [low, high] = leafRange(mlc, bank).map((at) => ({
    at,
    why: `${name}: at most ${Math.abs(at)} mm from the axis`,
  }));
  const towards: Bound[] = [];
  const away: Bound[] = [];
  const sign = bank === 0 ? 1 : -1;
  const opposite = (n: number): number => ends[(1 - bank) * pairs + n];
  // Leaf ends stand at whole tenths: a gap of 0.5 mm to an end at 3.04 mm is kept by 2.5 mm.
  const facing = sign * Math.floor((sign * opposite(pair) - mlc.minimumGap + 1e-6) * 10) * 0.1;
  towards.push({ at: facing, why: `${name}: at least ${mlc.minimumGap} mm from the opposite leaf` });
  if (mlc.interdigitation === false)
    for (const n of [pair - 1, pair + 1])
      if (n >= 0 && n < pairs)
        towards.push({ at: opposite(n), why: `${name}: may not pass leaf ${n + 1} of the opposite bank` });
  if (mlc.maximumSpan !== undefined && still.length > 0) {
    const why = `${name}: a bank spreads over at most ${mlc.maximumSpan} mm`;
    const [low, high] = [Math.min(...still), Math.max(...still)];
    towards.push({ at: bank === 0 ? low + mlc.maximumSpan : high - mlc.maximumSpan, why });
    away.push({ at: bank === 0 ? high - mlc.maximumSpan : low + mlc.maximumSpan, why });
  }
  const least = (bounds: readonly Bound[]): Bound => bounds.reduce((a, b) => (b.at < a.at ? b : a));
  const most = (bounds: readonly Bound[]): Bound => bounds.reduce((a, b) => (b.at > a.at ? b : a));
  return bank === 0
    ? [most([low, ...away]), least([high, ...towards])]
    : [most([low, ...towards]), least([high, ...away])];
}

/** Leaves that move together may not leave each other further behind than their carriage is wide. */
function spread(after: number[], mlc: Mlc, bank: Bank, moved: ReadonlyMap<number, number>): string | undefined {
  const pairs = mlc.leafBoundaries.length - 1;
  if (mlc.maximumSpan === undefined) return undefined;
  let said: string | undefined;
  const own = after.slice(bank * pairs, (bank + 1) * pairs);
  const furthest = bank === 0 ? Math.min(...own) + mlc.maximumSpan : Math.max(...own) - mlc.maximumSpan;
  for (const pair of moved.keys()) {
    const n = bank * pairs + pair;
    if (bank === 0 ? after[n] <= furthest : after[n] >= furthest) continue;
    after[n] = tenth(furthest);
    said = `a bank spreads over at most ${mlc.maximumSpan} mm`;
  }
  return said;
}

function violations(leaves: readonly number[], mlc: Mlc): string[] {
  const found: string[] = [];
  checkLeaves(leaves, mlc, (_limit, message) => found.push(message));
  return found;
}
