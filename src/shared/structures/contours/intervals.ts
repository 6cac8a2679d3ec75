/** Intervals inside along a line: begin, end, begin, end …, sorted. */
export type Intervals = readonly number[];

/** Union of sets of intervals. */
export function uniteIntervals(sets: readonly Intervals[]): number[] {
  const filled = sets.filter((set) => set.length > 0);
  if (filled.length < 2) return [...(filled[0] ?? [])];
  const all: [number, number][] = [];
  for (const set of filled) for (let i = 0; i + 1 < set.length; i += 2) all.push([set[i], set[i + 1]]);
  all.sort((a, b) => a[0] - b[0]);
  const out: number[] = [];
  for (const [begin, end] of all) {
    if (out.length === 0 || begin > out[out.length - 1]) out.push(begin, end);
    else if (end > out[out.length - 1]) out[out.length - 1] = end;
  }
  return out;
}

/** What of `from` lies outside `cut`. */
export function subtractIntervals(from: Intervals, cut: Intervals): number[] {
  const out: number[] = [];
  for (let i = 0; i + 1 < from.length; i += 2) {
    let begin = from[i];
    for (let c = 0; c + 1 < cut.length && begin < from[i + 1]; c += 2) {
      if (cut[c + 1] <= begin || cut[c] >= from[i + 1]) continue;
      if (cut[c] > begin) out.push(begin, cut[c]);
      begin = cut[c + 1];
    }
    if (begin < from[i + 1]) out.push(begin, from[i + 1]);
  }
  return out;
}
