/** A row of bixel weights along the leaves: its places are `first + n · width`, mm. */
export interface FluenceRow {
  readonly first: number;
  readonly width: number;
  readonly weights: Float64Array;
}

/** Where a pair of leaves stands at evenly spaced times of a sweep, mm. */
interface SweptRow {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Rounds of smoothing by a quarter, a half and a quarter. */
const SMOOTHING = 30;

/** MU that a row needs when its leaves sweep over it once: all that it rises by. */
export function sweepMeterset({ weights }: FluenceRow): number {
  return weights.reduce((sum, weight, n) => sum + Math.max(0, weight - (n === 0 ? 0 : weights[n - 1])), 0);
}

/**
 * A sliding window over a row: both leaves move one way and every place is open for its weight (Spirou and Chui, Med. Phys. 21 (1994) 1031).
 * What the row does not need of the meterset passes evenly along the way.
 * @param meterset MU in all, at least sweepMeterset of the row. @param steps intervals of equal MU.
 * @param rising leaves move towards rising positions, else towards falling ones.
 */
export function sweptRow(row: FluenceRow, meterset: number, steps: number, rising: boolean): SweptRow {
  const { first, width } = row;
  const weights = rising ? row.weights : row.weights.toReversed();
  const count = weights.length;
  const spare = Math.max(0, meterset - sweepMeterset(row)) / count;
  // From nothing at the outer edge of the first bixel by way of the bixels' middles to nothing at the last one's edge, in bixels.
  const places = Float64Array.from({ length: count + 2 }, (_, n) => Math.max(0, Math.min(count, n - 0.5)));
  // When the leaf ahead opens a place and the one behind shuts it.
  const opened = new Float64Array(count + 2);
  const shut = new Float64Array(count + 2);
  for (let n = 1; n < places.length; n++) {
    const step = (n <= count ? weights[n - 1] : 0) - (n > 1 ? weights[n - 2] : 0);
    const passed = spare * (places[n] - places[n - 1]);
    opened[n] = opened[n - 1] + passed + Math.max(0, -step);
    shut[n] = shut[n - 1] + passed + Math.max(0, step);
  }
  const ahead = new Float64Array(steps + 1);
  const behind = new Float64Array(steps + 1);
  for (let k = 0; k <= steps; k++) {
    const time = (meterset * k) / steps;
    ahead[k] = placeAt(places, opened, time);
    behind[k] = placeAt(places, shut, time);
  }
  const edge = first - width / 2;
  const at = (place: number): number => edge + width * (rising ? place : count - place);
  return rising ? { low: behind.map(at), high: ahead.map(at) } : { low: ahead.map(at), high: behind.map(at) };
}

/** Where a leaf is at a time, given when it passes some places. */
function placeAt(places: Float64Array, times: Float64Array, time: number): number {
  if (time <= times[0]) return places[0];
  for (let n = 1; n < times.length; n++)
    if (times[n] >= time) {
      const length = times[n] - times[n - 1];
      const share = length > 0 ? (time - times[n - 1]) / length : 1;
      return places[n - 1] + share * (places[n] - places[n - 1]);
    }
  return places[places.length - 1];
}

/** The row smoothed until a sweep over it needs no more than a meterset, and lowered to it where smoothing does not get there. */
export function smoothedRow(row: FluenceRow, meterset: number): FluenceRow {
  let now = row;
  for (let round = 0; round < SMOOTHING && sweepMeterset(now) > meterset; round++) {
    const { weights } = now;
    const last = weights.length - 1;
    now = {
      ...row,
      weights: weights.map(
        (weight, n) => (weights[Math.max(0, n - 1)] + 2 * weight + weights[Math.min(last, n + 1)]) / 4,
      ),
    };
  }
  const needed = sweepMeterset(now);
  return needed > meterset ? { ...now, weights: now.weights.map((weight) => (weight * meterset) / needed) } : now;
}
