/** A share of a lattice's row that lies under one leaf pair (`other` absent), or under the tongue and groove between it and the next. */
export interface LeafPart {
  readonly share: number;
  readonly pair: number;
  readonly other?: number;
}

/** Shares of a row thinner than this are rounding. */
const NOTHING = 1e-9;

/**
 * What leaf pairs and overlaps a row from `low` to `high` (mm across the leaves) consists of; what lies beyond the leaves is no part.
 * @param overlap of tongue and groove, mm, half of it on either side of an edge between two pairs.
 */
export function leafParts(low: number, high: number, edges: readonly number[], overlap: number): LeafPart[] {
  const parts: LeafPart[] = [];
  const shareOf = (from: number, to: number): number => (Math.min(high, to) - Math.max(low, from)) / (high - low);
  const last = edges.length - 2;
  for (let pair = 0; pair <= last; pair++) {
    const from = edges[pair] + (pair > 0 ? overlap / 2 : 0);
    const to = edges[pair + 1] - (pair < last ? overlap / 2 : 0);
    const share = shareOf(from, to);
    if (share > NOTHING) parts.push({ share, pair });
    if (pair === last) continue;
    const between = shareOf(to, to + overlap);
    if (between > NOTHING) parts.push({ share: between, pair, other: pair + 1 });
  }
  return parts;
}
