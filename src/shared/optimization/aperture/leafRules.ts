import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { Succession } from './apertures.ts';
import { type AreaRule, areaPenalty } from './openArea.ts';

/** Leaf pairs that may be moved, rising, and between where the leaves of the negative and of the positive side may stand, mm. */
export interface LeafReach {
  readonly pairs: readonly number[];
  readonly banks: readonly [readonly [low: number, high: number], readonly [low: number, high: number]];
}

/** Limits of leaf positions that a set of shapes keeps, mm. */
export interface LeafRules {
  readonly gap: number;
  readonly span: number;
  readonly interdigitation: boolean;
  /** By shape. */
  readonly reach: readonly LeafReach[];
  readonly successions: readonly Succession[];
  /** By shape, of those that keep a least area: none of a succession. */
  readonly areas?: readonly (AreaRule | undefined)[];
}

/** Room for rounding of positions in a plan, mm: limits between two leaves are kept with it to spare. */
export const SPARE = 0.02;

/** What of the rules the machine states. */
export function machineRules(machine: Machine): Pick<LeafRules, 'gap' | 'span' | 'interdigitation'> {
  const { minimumGap = 0, maximumSpan = Infinity, interdigitation = true } = machine.mlc ?? {};
  return { gap: minimumGap + SPARE, span: maximumSpan - SPARE, interdigitation };
}

/**
 * Penalty on shapes that break the rules: Σ excess² in mm² over gaps, reach, spans, neighbours that pass each other, areas and travels. Adds
 * `factor` times its gradient.
 */
export function rulePenalty(
  shapes: readonly Float64Array[],
  rules: LeafRules,
  factor: number,
  gradients: readonly Float64Array[],
): number {
  let sum = 0;
  /** Wants shapes[a][i] − shapes[b][j] at most `most`. */
  const atMost = (a: number, i: number, b: number, j: number, most: number): void => {
    const excess = shapes[a][i] - shapes[b][j] - most;
    if (excess <= 0) return;
    sum += excess * excess;
    gradients[a][i] += 2 * factor * excess;
    gradients[b][j] -= 2 * factor * excess;
  };
  const within = (n: number, leaf: number, [low, high]: readonly [number, number]): void => {
    const excess = shapes[n][leaf] - Math.max(low, Math.min(high, shapes[n][leaf]));
    sum += excess * excess;
    gradients[n][leaf] += 2 * factor * excess;
  };
  for (const [n, { pairs, banks }] of rules.reach.entries()) {
    const bank = shapes[n].length / 2;
    for (const pair of pairs) {
      atMost(n, pair, n, bank + pair, -rules.gap);
      for (const [side, range] of banks.entries()) within(n, side * bank + pair, range);
    }
    if (!rules.interdigitation)
      for (const [k, pair] of pairs.entries()) {
        if (k === 0) continue;
        atMost(n, pair, n, bank + pairs[k - 1], 0);
        atMost(n, pairs[k - 1], n, bank + pair, 0);
      }
    if (rules.span < Infinity)
      for (const side of [0, bank]) {
        const [least, most] = extremes(shapes[n], pairs, side);
        atMost(n, most, n, least, rules.span);
      }
  }
  for (const [n, area] of (rules.areas ?? []).entries())
    if (area !== undefined) sum += areaPenalty(shapes[n], area, factor, gradients[n]);
  for (const { shapes: order, travel } of rules.successions)
    for (let k = 1; k < order.length; k++)
      for (let leaf = 0; leaf < shapes[order[k]].length; leaf++) {
        atMost(order[k], leaf, order[k - 1], leaf, travel);
        atMost(order[k - 1], leaf, order[k], leaf, travel);
      }
  return factor * sum;
}

/** The leaves of a bank that stand furthest to either side. */
function extremes(shape: Float64Array, pairs: readonly number[], side: number): [number, number] {
  let [least, most] = [side + pairs[0], side + pairs[0]];
  for (const pair of pairs) {
    if (shape[side + pair] < shape[least]) least = side + pair;
    if (shape[side + pair] > shape[most]) most = side + pair;
  }
  return [least, most];
}
