import type { Violation } from './violation.ts';

/** Runs of numbers that a sentence names. */
const RUNS = 6;

/** The violations of a beam for people, all of a kind in one sentence: a moving beam would repeat it for every control point. */
export const violationWords = (violations: readonly Violation[]): string[] =>
  [...Map.groupBy(violations, ({ limit }) => limit).values()].map(condensed);

function condensed([first, ...more]: readonly Violation[]): string {
  const { controlPoint, message, limit } = first;
  const words = controlPoint === undefined ? message : `${message} at control point ${controlPoint}`;
  if (more.length === 0) return words;
  const points = [...new Set(more.flatMap(({ controlPoint: at }) => (at === undefined ? [] : [at])))];
  return `${words}, and ${more.length} more of this kind (${limit})${points.length === 0 ? '' : ` at ${runs(points)}`}`;
}

/** Rising numbers as runs: 3–17, 25; the rest of many runs is counted. */
export function runs(numbers: readonly number[]): string {
  const found: [number, number][] = [];
  for (const n of numbers.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last?.[1] === n - 1) last[1] = n;
    else found.push([n, n]);
  }
  const words = found.slice(0, RUNS).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  return `${words.join(', ')}${found.length > RUNS ? ` and ${found.length - RUNS} further runs` : ''}`;
}
