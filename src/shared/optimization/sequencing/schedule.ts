/** A sweep of leaf pairs over columns: when each leading leaf leaves the near edge of a column, in MU; row after row. */
export interface Schedule {
  readonly leaves: Float64Array;
  /** MU when the last trailing leaf has crossed the last column. */
  readonly total: number;
}

export interface SweepRules {
  /** MU in which a leaf crosses a column at its greatest speed; 0 where leaves only stand at the edges (levels). */
  readonly crossing: number;
  /** Whether a leaf may pass the end of an opposite leaf's neighbour. */
  readonly interdigitation: boolean;
  /** Neighbours open within each other's time: nothing that both want falls into tongue and groove. */
  readonly synchronised: boolean;
}

/**
 * The quickest sweep in one direction that gives every column its MU, from the passing of the leading leaf to that of the trailing one.
 * A leaf that has to wait does so at a column's edge, and of the two leaves of a pair one always moves as fast as it can (Spirou and Chui,
 * Med Phys 21 (1994) 1031; Convery and Rosenbloom, Phys Med Biol 37 (1992) 1359). Between neighbours, that no leaf passes the opposite
 * one next to it and that openings lie within each other are further differences of passing times (Kamath et al., Med Phys 31 (2004)
 * 285 and Phys Med Biol 49 (2004) N7 correct for them one by one); the earliest times that keep all of them are longest paths, column by
 * column, since what neighbours ask of each other never makes a circle longer than nothing.
 */
export function sweep(values: Float64Array, rows: number, columns: number, rules: SweepRules): Schedule {
  const leaves = new Float64Array(rows * columns);
  const { crossing, interdigitation, synchronised } = rules;
  // How much later than its neighbour's leading leaf one's own passes at least.
  const after = (own: number, other: number): number =>
    synchronised ? Math.min(0, values[other] - values[own]) : interdigitation ? -Infinity : -values[own];
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const at = row * columns + column;
      if (column > 0) leaves[at] = leaves[at - 1] + crossing + Math.max(0, values[at - 1] - values[at]);
    }
    for (let row = 1; row < rows; row++) raise(row * columns + column, (row - 1) * columns + column);
    for (let row = rows - 2; row >= 0; row--) raise(row * columns + column, (row + 1) * columns + column);
  }
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const at = (row + 1) * columns - 1;
    total = Math.max(total, leaves[at] + values[at] + crossing);
  }
  return { leaves, total };

  function raise(own: number, other: number): void {
    leaves[own] = Math.max(leaves[own], leaves[other] + after(own, other));
  }
}
