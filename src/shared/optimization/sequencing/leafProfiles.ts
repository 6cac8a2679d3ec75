import { IsocenterError } from '../../contract/errors.ts';
import { leafRange } from '../../dosimetry/machine/deliveryLimits.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';

/** What leaf pairs are to deliver along their travel: columns of one width from `start` on, mm at the isocenter plane. */
export interface LeafProfiles {
  /** The machine's leaf pair that the first row belongs to. */
  readonly firstPair: number;
  readonly pairs: number;
  readonly start: number;
  readonly width: number;
  readonly columns: number;
  /** MU, row after row. */
  readonly values: Float64Array;
}

/** Weights below this share of the greatest are none. */
const NOTHING = 1e-6;
const HAIR = 1e-6;

/**
 * Bixel weights (MU) as the leaf pairs of a machine see them: rows of bixels are laid over the leaves by their overlap, exactly where their
 * edges fall on leaf edges. Without the rows and columns at the sides that hold nothing; undefined when nothing is left.
 * @throws IsocenterError MACHINE for a machine without leaves and for weights where no leaf reaches; USAGE for bixels off a lattice.
 */
export function leafProfiles(
  { width, middles }: BixelLattice,
  weights: Float64Array,
  machine: Machine,
  object: string,
): LeafProfiles | undefined {
  const { mlc } = machine;
  if (mlc === undefined)
    throw new IsocenterError('MACHINE', `${machine.name} has no leaves to modulate with`, { object });
  const most = weights.reduce((greatest, weight) => Math.max(greatest, weight), 0);
  if (!(most > 0)) return undefined;
  const [along, across] = mlc.type === 'MLCX' ? [0, 1] : [1, 0];
  const lit = middles.flatMap((middle, n) => (weights[n] > NOTHING * most ? [{ middle, weight: weights[n] }] : []));
  const first = lit.reduce((least, { middle }) => Math.min(least, middle[along]), Infinity);
  const last = lit.reduce((greatest, { middle }) => Math.max(greatest, middle[along]), -Infinity);
  const [start, end] = [first - width / 2, last + width / 2];
  // Either leaf of a pair has to come to either end of what the pair delivers.
  const reach = Math.min(leafRange(mlc, 0)[1], leafRange(mlc, 1)[1]);
  if (Math.max(-start, end) > reach + HAIR)
    throw new IsocenterError(
      'MACHINE',
      `its fluence reaches from ${start} to ${end} mm along the leaves, which both go to ${reach} mm from the axis`,
      { object, attribute: 'LeafJawPositions' },
    );
  const columns = 1 + Math.round((last - first) / width);
  const edges = mlc.leafBoundaries;
  const values = new Float64Array((edges.length - 1) * columns);
  for (const { middle, weight } of lit) {
    const column = (middle[along] - first) / width;
    if (Math.abs(column - Math.round(column)) > 1e-3)
      throw new IsocenterError('USAGE', `a bixel at ${middle.join(', ')} mm lies off the lattice`, { object });
    const [low, high] = [middle[across] - width / 2, middle[across] + width / 2];
    if (low < edges[0] - HAIR || high > edges[edges.length - 1] + HAIR)
      throw new IsocenterError('MACHINE', `its fluence reaches ${middle[across]} mm across the leaves, past the last`, {
        object,
        attribute: 'LeafPositionBoundaries',
      });
    for (let pair = 0; pair + 1 < edges.length; pair++) {
      const overlap = Math.min(high, edges[pair + 1]) - Math.max(low, edges[pair]);
      if (overlap > HAIR)
        values[pair * columns + Math.round(column)] += (weight * overlap) / (edges[pair + 1] - edges[pair]);
    }
  }
  return trimmed({ firstPair: 0, pairs: edges.length - 1, start, width, columns, values });
}

/** Without the rows and columns at the sides that hold nothing; undefined when all of them do. */
export function trimmed(profiles: LeafProfiles): LeafProfiles | undefined {
  const { columns, values } = profiles;
  let [top, bottom, left, right] = [Infinity, -1, Infinity, -1];
  for (const [n, value] of values.entries()) {
    if (!(value > 0)) continue;
    const [pair, column] = [Math.floor(n / columns), n % columns];
    [top, bottom] = [Math.min(top, pair), Math.max(bottom, pair)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  }
  if (bottom < 0) return undefined;
  const [pairs, count] = [bottom - top + 1, right - left + 1];
  const kept = new Float64Array(pairs * count);
  for (let pair = 0; pair < pairs; pair++)
    kept.set(values.subarray((top + pair) * columns + left, (top + pair) * columns + right + 1), pair * count);
  return {
    ...profiles,
    firstPair: profiles.firstPair + top,
    pairs,
    start: profiles.start + left * profiles.width,
    columns: count,
    values: kept,
  };
}
