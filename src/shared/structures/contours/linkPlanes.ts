/** Where a cutting plane crosses one contour plane: intervals [t0, t1], [t2, t3]… inside the ROI, at height `offset`. */
export interface SectionRow {
  readonly offset: number;
  readonly low: number;
  readonly high: number;
  /** Sorted, an even number. */
  readonly crossings: readonly number[];
}

/**
 * Joins the inside intervals of successive rows to closed outlines (t, w of each vertex).
 *
 * Intervals of neighbouring rows that overlap belong together: their outermost ends are joined by straight lines, gaps between
 * them that have no counterpart end flat half way. An interval without a counterpart ends flat half way too: exactly the slab
 * that its contour stands for. Every crossing so gets one neighbour above and one below, and all lines close.
 */
export function linkPlanes(rows: readonly SectionRow[]): number[][] {
  const t: number[] = [];
  const w: number[] = [];
  const above: number[] = [];
  const below: number[] = [];
  const node = (position: number, height: number): number => {
    t.push(position);
    w.push(height);
    above.push(-1);
    below.push(-1);
    return t.length - 1;
  };
  const first = rows.map((row) => {
    const start = t.length;
    for (const crossing of row.crossings) node(crossing, row.offset);
    return start;
  });
  /** Closes from node a to node b at `height`, on the upper or lower side of their row. */
  const cap = (a: number, b: number, height: number, side: number[], other: number[]): void => {
    const ca = node(t[a], height);
    const cb = node(t[b], height);
    side[a] = ca;
    other[ca] = a;
    side[b] = cb;
    other[cb] = b;
    side[ca] = cb;
    side[cb] = ca;
  };
  const capAll = (row: number, height: number, side: number[], other: number[]): void => {
    for (let i = 0; i < rows[row].crossings.length; i += 2)
      cap(first[row] + i, first[row] + i + 1, height, side, other);
  };
  const join = (a: number, b: number): void => {
    above[a] = b;
    below[b] = a;
  };

  rows.forEach((row, r) => {
    if (r === 0) capAll(0, row.low, below, above);
    const upper = rows[r + 1];
    if (!upper || upper.low - row.high > 1e-6) {
      capAll(r, row.high, above, below);
      if (upper) capAll(r + 1, upper.low, below, above);
      return;
    }
    const [a, b] = [row.crossings, upper.crossings];
    let [i, j] = [0, 0];
    while (i < a.length || j < b.length) {
      // Grow one group of overlapping intervals from the leftmost interval left.
      const [i0, j0] = [i, j];
      let end = Math.min(a[i] ?? Infinity, b[j] ?? Infinity);
      for (let grown = true; grown; ) {
        grown = false;
        if (i < a.length && a[i] <= end) {
          end = Math.max(end, a[i + 1]);
          i += 2;
          grown = true;
        }
        if (j < b.length && b[j] <= end) {
          end = Math.max(end, b[j + 1]);
          j += 2;
          grown = true;
        }
      }
      const [na, nb] = [first[r], first[r + 1]];
      if (i === i0) cap(nb + j0, nb + j - 1, row.high, below, above);
      else if (j === j0) cap(na + i0, na + i - 1, row.high, above, below);
      else {
        join(na + i0, nb + j0);
        join(na + i - 1, nb + j - 1);
      }
      for (let g = i0 + 1; g + 1 < i; g += 2) cap(na + g, na + g + 1, row.high, above, below);
      for (let g = j0 + 1; g + 1 < j; g += 2) cap(nb + g, nb + g + 1, row.high, below, above);
    }
  });
  return traceLoops(t, w, above, below);
}

function traceLoops(
  t: readonly number[],
  w: readonly number[],
  above: readonly number[],
  below: readonly number[],
): number[][] {
  const seen = new Uint8Array(t.length);
  const loops: number[][] = [];
  for (let start = 0; start < t.length; start++) {
    if (seen[start]) continue;
    const loop: number[] = [];
    let [previous, current] = [-1, start];
    while (!seen[current]) {
      seen[current] = 1;
      loop.push(t[current], w[current]);
      const following = above[current] !== previous ? above[current] : below[current];
      [previous, current] = [current, following];
    }
    loops.push(loop);
  }
  return loops;
}
