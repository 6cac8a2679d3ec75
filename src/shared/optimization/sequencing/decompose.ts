/** An aperture on columns: row r opens from `low[r]` up to before `high[r]`, or is shut where both are equal (−1: anywhere). */
export interface LevelAperture {
  readonly levels: number;
  readonly low: Int16Array;
  readonly high: Int16Array;
}

export interface DecompositionRules {
  /** A row opens over so many columns at least. */
  readonly leastColumns: number;
  /** False: neighbouring rows share a column, shut ones with a column that they are shut at. */
  readonly interdigitation: boolean;
}

/** What a row costs too much in MU outweighs everything else, and edges done with outweigh the area. */
const EXCESS = 1e6;
const EDGE = 1e3;

interface Choice {
  readonly low: number;
  readonly high: number;
  /** Levels that the row would still need above what is left for it. */
  readonly excess: number;
  readonly merit: number;
}

/**
 * A matrix of whole levels as a sum of apertures with weights: few of them, with the fewest levels in all where the rules allow. A row needs
 * as many levels as it rises; the largest weight is taken that lowers that of the worst row by itself (Engel, Discrete Appl Math 152
 * (2005) 35), and of the rows' openings those that are done with most edges. Where neighbours bind each other, openings are chosen together
 * by dynamic programming over the rows. Peaks narrower than the least opening stay.
 */
export function decompose(
  matrix: Int32Array,
  rows: number,
  columns: number,
  rules: DecompositionRules,
): LevelAperture[] {
  const left = matrix.slice();
  const apertures: LevelAperture[] = [];
  for (;;) {
    const needs = Array.from({ length: rows }, (_, row) => risesOf(left, row, columns));
    const most = Math.max(...needs);
    if (most === 0) return apertures;
    let best: (LevelAperture & { readonly excess: number }) | undefined;
    for (let levels = Math.min(most, Math.max(...left)); levels > 0; levels--) {
      const wanted = most - levels;
      const perRow = needs.map((need, row) => choices(left, row, columns, levels, need, wanted, rules.leastColumns));
      const chosen = rules.interdigitation ? perRow.map(bestOf) : together(perRow, columns);
      if (chosen.every(({ low, high }) => high === low)) continue;
      const excess = chosen.reduce((sum, choice) => sum + choice.excess, 0);
      if (best !== undefined && excess >= best.excess) continue;
      best = {
        levels,
        excess,
        low: Int16Array.from(chosen, ({ low }) => low),
        high: Int16Array.from(chosen, ({ high }) => high),
      };
      if (excess === 0) break;
    }
    if (best === undefined) return apertures;
    for (let row = 0; row < rows; row++)
      for (let column = best.low[row]; column < best.high[row]; column++) left[row * columns + column] -= best.levels;
    apertures.push({ levels: best.levels, low: best.low, high: best.high });
  }
}

function risesOf(matrix: Int32Array, row: number, columns: number): number {
  let rises = 0;
  for (let column = 0; column < columns; column++)
    rises += Math.max(0, matrix[row * columns + column] - (column === 0 ? 0 : matrix[row * columns + column - 1]));
  return rises;
}

/** Every opening of a row over columns that have the levels, and being shut, with what they are worth. */
function choices(
  matrix: Int32Array,
  row: number,
  columns: number,
  levels: number,
  need: number,
  wanted: number,
  least: number,
): Choice[] {
  const at = (column: number): number => (column < 0 || column >= columns ? 0 : matrix[row * columns + column]);
  const found: Choice[] = [];
  const add = (low: number, high: number, rest: number, merit: number): void => {
    const excess = Math.max(0, rest - wanted);
    found.push({ low, high, excess, merit: merit - EXCESS * excess });
  };
  add(-1, -1, need, 0);
  for (let low = 0; low < columns; low++) {
    const rise = at(low) - at(low - 1);
    for (let high = low + 1; high <= columns && at(high - 1) >= levels; high++) {
      if (high - low < least) continue;
      const fall = at(high - 1) - at(high);
      const rest = need - Math.min(levels, Math.max(0, rise)) + levels - Math.min(levels, Math.max(0, fall));
      const edges = Number(rise === levels) + Number(fall === levels);
      add(low, high, rest, EDGE * edges + high - low);
    }
  }
  return found;
}

const bestOf = (all: readonly Choice[]): Choice => all.reduce((best, one) => (one.merit > best.merit ? one : best));

/** The best choices of which neighbours overlap by a column. Shut rows count as open over the one column that they are shut at. */
function together(perRow: readonly (readonly Choice[])[], columns: number): Choice[] {
  const size = columns + 1;
  const reached: (Choice | undefined)[][] = [];
  const sums: Float64Array[] = [];
  /** By row: the best sum over intervals that begin before `b` and end after `a`, and which it is. */
  const within: Int32Array[] = [];
  for (const [row, all] of perRow.entries()) {
    const sum = new Float64Array(size * size).fill(-Infinity);
    const choice = new Array<Choice | undefined>(size * size);
    const put = (low: number, high: number, one: Choice): void => {
      const from = row === 0 ? 0 : sums[row - 1][within[row - 1][low * size + high]];
      const total = one.merit + from;
      if (!(total > sum[low * size + high])) return;
      sum[low * size + high] = total;
      choice[low * size + high] = one;
    };
    for (const one of all) {
      if (one.high > one.low) put(one.low, one.high, one);
      else
        for (let column = 0; column < columns; column++) put(column, column + 1, { ...one, low: column, high: column });
    }
    sums.push(sum);
    reached.push(choice);
    within.push(bestWithin(sum, columns));
  }
  let at = within[perRow.length - 1][columns];
  const chosen = new Array<Choice>(perRow.length);
  for (let row = perRow.length - 1; row >= 0; row--) {
    chosen[row] = reached[row][at]!;
    if (row > 0) at = within[row - 1][at];
  }
  return chosen;
}

/** For every interval a … b, the place of the best sum among those that begin before b and end after a. */
function bestWithin(sum: Float64Array, columns: number): Int32Array {
  const size = columns + 1;
  const best = new Int32Array(size * size);
  // Place of the best that begins at `begin` or before and ends after a.
  const upTo = new Int32Array(size * size).fill(-1);
  const better = (one: number, other: number): number =>
    one < 0 ? other : other < 0 || sum[one] >= sum[other] ? one : other;
  for (let begin = 0; begin < columns; begin++)
    for (let a = columns - 1; a >= 0; a--) {
      let place = a === columns - 1 ? -1 : upTo[begin * size + a + 1];
      if (a + 1 > begin) place = better(begin * size + a + 1, place);
      if (begin > 0) place = better(upTo[(begin - 1) * size + a], place);
      upTo[begin * size + a] = place;
    }
  for (let a = 0; a < columns; a++)
    for (let b = a + 1; b <= columns; b++) best[a * size + b] = upTo[(b - 1) * size + a];
  return best;
}
