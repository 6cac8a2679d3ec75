/** Costs are counted in so many steps per unit: fine enough that links differ, coarse enough for buckets. */
const STEPS = 128;
/** More than the dearest link, √2 · 1 unit, in steps: buckets are used in a ring. */
const BUCKETS = 256;

/**
 * The cheapest ways from one node of a square lattice with eight neighbours to all others: for each node the one before it, −1 for the
 * start. Dijkstra's algorithm with a ring of buckets instead of a heap (Dial, Commun. ACM 12 (1969) 632): every link costs ≥ 1 step.
 * @param cost 0…√2 of a link
 */
export function cheapestWays(
  size: number,
  start: number,
  cost: (from: number, to: number, diagonal: boolean) => number,
): Int32Array {
  const before = new Int32Array(size * size).fill(-1);
  const distance = new Int32Array(size * size).fill(2 ** 30);
  const done = new Uint8Array(size * size);
  const buckets: number[][] = Array.from({ length: BUCKETS }, () => []);
  distance[start] = 0;
  buckets[0].push(start);
  let waiting = 1;
  for (let at = 0; waiting > 0; at++) {
    const bucket = buckets[at % BUCKETS];
    while (bucket.length > 0) {
      const p = bucket.pop() ?? 0;
      waiting--;
      if (done[p] === 1) continue;
      done[p] = 1;
      const [i, j] = [p % size, Math.floor(p / size)];
      for (let dj = -1; dj <= 1; dj++)
        for (let di = -1; di <= 1; di++) {
          const [x, y] = [i + di, j + dj];
          if ((di === 0 && dj === 0) || x < 1 || y < 1 || x > size - 2 || y > size - 2) continue;
          const q = x + size * y;
          if (done[q] === 1) continue;
          const diagonal = di !== 0 && dj !== 0;
          const reached = at + Math.max(1, Math.min(BUCKETS - 2, Math.round(STEPS * cost(p, q, diagonal))));
          if (reached >= distance[q]) continue;
          distance[q] = reached;
          before[q] = p;
          buckets[reached % BUCKETS].push(q);
          waiting++;
        }
    }
  }
  return before;
}
