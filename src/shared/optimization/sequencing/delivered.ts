import type { Field, Openings } from './field.ts';
import type { LeafProfiles } from './leafProfiles.ts';

/**
 * What an MU through openings gives the columns of a field, row after row: their open share, what passes the leaves elsewhere, and less where
 * tongue and groove of neighbours overlap: half a leaf is in the way where one of two is open (as dosimetry/beam/leafStrips.ts has it).
 */
export function deliveredBy({ low, high }: Openings, profiles: LeafProfiles, field: Field): Float64Array {
  const { columns } = profiles;
  const { transmission, interleaf = transmission, tongueAndGroove, leafBoundaries } = field.mlc;
  const half = Math.sqrt(transmission);
  const rows = low.length;
  const open = new Float64Array((rows + 2) * columns);
  // Beyond the field a shut pair on either side.
  for (let row = 0; row < rows; row++)
    openShares(low[row], high[row], profiles, open.subarray((row + 1) * columns, (row + 2) * columns));
  const both = new Float64Array(columns);
  const out = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const pair = field.firstPair + row;
    // Half of the overlap with either neighbour lies under this pair.
    const overlap = tongueAndGroove / 2 / (leafBoundaries[pair + 1] - leafBoundaries[pair]);
    for (let n = 0; n < columns; n++) {
      const own = open[(row + 1) * columns + n];
      out[row * columns + n] = (1 - 2 * overlap) * (transmission + (1 - transmission) * own);
    }
    if (overlap === 0) continue;
    for (const other of [row - 1, row + 1]) {
      if (other >= 0 && other < rows)
        openShares(Math.max(low[row], low[other]), Math.min(high[row], high[other]), profiles, both);
      else both.fill(0);
      for (let n = 0; n < columns; n++) {
        const single = open[(row + 1) * columns + n] + open[(other + 1) * columns + n];
        const through = interleaf + (half - interleaf) * single + (1 - 2 * half + interleaf) * both[n];
        out[row * columns + n] += overlap * through;
      }
    }
  }
  return out;
}

/** Share of each column of a pair's travel that lies between `low` and `high`, 0 … 1. */
function openShares(low: number, high: number, { start, width, columns }: LeafProfiles, shares: Float64Array): void {
  for (let column = 0; column < columns; column++) {
    const from = start + column * width;
    shares[column] = Math.max(0, Math.min(high, from + width) - Math.max(low, from)) / width;
  }
}
