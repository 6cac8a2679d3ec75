import type { Machine } from '../../dosimetry/machine/machine.ts';
import { type Bank, type Moved, moveLeaves, type Positions, tenth } from './moved.ts';

type Mlc = NonNullable<Machine['mlc']>;

/** A place in collimator axes, mm at the isocenter plane. */
export type Place = readonly [x: number, y: number];

/** Along the leaves' travel and across it. */
const along = (mlc: Mlc, [x, y]: Place): readonly [travel: number, across: number] =>
  mlc.type === 'MLCX' ? [x, y] : [y, x];

/** The pair whose leaves cover a place; undefined beyond the outermost leaves. */
export function pairAt({ leafBoundaries, type }: Mlc, place: Place): number | undefined {
  const across = type === 'MLCX' ? place[1] : place[0];
  const pair = leafBoundaries.findIndex((edge) => edge > across) - 1;
  return pair >= 0 ? pair : undefined;
}

/** The ends of one bank drawn along a stroke from place to place: every leaf whose strip it crosses goes to where it does so last. */
export function drawEdge(positions: Positions, mlc: Mlc, bank: Bank, stroke: readonly Place[]): Moved {
  const wanted = new Map<number, number>();
  stroke.forEach((place, n) => {
    const [to, across] = along(mlc, place);
    const [from, start] = n === 0 ? [to, across] : along(mlc, stroke[n - 1]);
    for (let pair = 0; pair + 1 < mlc.leafBoundaries.length; pair++) {
      const middle = (mlc.leafBoundaries[pair] + mlc.leafBoundaries[pair + 1]) / 2;
      const crossed = (start - middle) * (across - middle) <= 0 && start !== across;
      if (crossed) wanted.set(pair, tenth(from + ((middle - start) / (across - start)) * (to - from)));
    }
    const here = pairAt(mlc, place);
    if (here !== undefined) wanted.set(here, tenth(to));
  });
  return moveLeaves(positions, mlc, bank, wanted);
}

/**
 * A round brush at a place opens the leaves beneath it, or closes those of the nearer bank over it. A pair that is closed opens to the
 * brush alone; one that is open is widened.
 */
export function brush(positions: Positions, mlc: Mlc, at: Place, radius: number, open: boolean): Moved {
  const pairs = mlc.leafBoundaries.length - 1;
  const ends = positions[mlc.type];
  if (ends?.length !== 2 * pairs) return { positions, limit: 'the leaves are not those of the machine' };
  const [middle, across] = along(mlc, at);
  const wanted = [new Map<number, number>(), new Map<number, number>()] as const;
  for (let pair = 0; pair < pairs; pair++) {
    const off = Math.max(0, mlc.leafBoundaries[pair] - across, across - mlc.leafBoundaries[pair + 1]);
    if (off >= radius) continue;
    const half = Math.sqrt(radius ** 2 - off ** 2);
    const [low, high] = [tenth(middle - half), tenth(middle + half)];
    const [negative, positive] = [ends[pair], ends[pairs + pair]];
    const shut = positive - negative <= mlc.minimumGap + 0.15;
    if (open) {
      if (shut || low < negative) wanted[0].set(pair, low);
      if (shut || high > positive) wanted[1].set(pair, high);
    } else if (low < positive && high > negative) {
      if (middle - negative < positive - middle) wanted[0].set(pair, high);
      else wanted[1].set(pair, low);
    }
  }
  // A closed pair moves apart before it moves along: the bank that goes outwards goes first.
  const outwards: readonly Bank[] = [...wanted[0]].some(([pair, to]) => to > ends[pair]) ? [1, 0] : [0, 1];
  let moved: Moved = { positions };
  for (const bank of outwards) {
    const next = moveLeaves(moved.positions, mlc, bank, wanted[bank]);
    moved = { ...next, ...(moved.limit === undefined ? {} : { limit: moved.limit }) };
  }
  return moved;
}
