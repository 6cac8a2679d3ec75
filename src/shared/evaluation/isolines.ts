/** A polyline at one level in index units: x, y of each vertex; the centre of sample (i, j) is (i, j). */
export interface Isoline {
  readonly points: Float64Array;
  /** A closed line does not repeat its first vertex; an open one ends on the border of the slice (or at NaN samples). */
  readonly closed: boolean;
}

/**
 * For each cell (corners a b / d c as bits 1 2 4 8) the sides a line enters and leaves by, 0 top, 1 right, 2 bottom, 3 left;
 * 16 and 17 are the saddles 5 and 10 joined through the middle.
 */
// biome-ignore format: a table
const LINKS: readonly (readonly number[])[] = [
  [], [0, 3], [1, 0], [1, 3], [2, 1], [0, 3, 2, 1], [2, 0], [2, 3], [3, 2],
  [0, 2], [1, 0, 3, 2], [1, 2], [3, 1], [0, 1], [3, 0], [], [0, 1, 2, 3], [3, 0, 1, 2],
];

/**
 * Lines where `values` (width × height, x fastest) crosses `level`, by marching squares with linear interpolation on the cell
 * edges. Saddle cells are decided by the mean of their corners. Values ≥ level are inside; outlines of what is inside have a
 * positive signed area in (x, y), holes a negative one. Cells with a NaN corner draw nothing.
 */
export function isolines(values: ArrayLike<number>, width: number, height: number, level: number): Isoline[] {
  const verticals = width * height;
  const { next, entered } = edgeBuffers(2 * verticals);
  const starts: number[] = [];
  const sides = [0, 0, 0, 0];
  for (let y = 0; y + 1 < height; y++) {
    let p = y * width;
    let a = values[p] >= level ? 1 : 0;
    let d = values[p + width] >= level ? 8 : 0;
    for (let x = 0; x + 1 < width; x++, p++) {
      const b = values[p + 1] >= level ? 2 : 0;
      const c = values[p + width + 1] >= level ? 4 : 0;
      const inside = a | b | c | d;
      a = b >> 1;
      d = c << 1;
      if (inside === 0 || inside === 15) continue;
      const sum = values[p] + values[p + 1] + values[p + width] + values[p + width + 1];
      if (Number.isNaN(sum)) continue;
      // Saddles 5 and 10: joined through the middle when the mean is inside, else two islands.
      const joined = (inside === 5 || inside === 10) && sum / 4 >= level;
      const links = LINKS[joined ? (inside === 5 ? 16 : 17) : inside];
      sides[0] = p;
      sides[1] = verticals + p + 1;
      sides[2] = p + width;
      sides[3] = verticals + p;
      for (let n = 0; n < links.length; n += 2) {
        const [from, to] = [sides[links[n]], sides[links[n + 1]]];
        next[from] = to;
        entered[to] = 1;
        starts.push(from);
      }
    }
  }
  const trace = (start: number): Isoline => traceLine(start, values, width, verticals, level);
  const lines: Isoline[] = [];
  for (const start of starts) if (next[start] >= 0 && entered[start] === 0) lines.push(trace(start));
  for (const start of starts) if (next[start] >= 0) lines.push(trace(start));
  return lines.filter((line) => line.points.length >= (line.closed ? 6 : 4));
}

/**
 * For each cell edge (horizontal ones first) the edge at which the line leaves the next cell, −1 for none, and whether a line
 * enters there. Kept between calls, since clearing them would cost more than the search; tracing leaves them clear.
 */
let buffers = { next: new Int32Array(0), entered: new Uint8Array(0) };

function edgeBuffers(size: number): typeof buffers {
  if (buffers.next.length < size) buffers = { next: new Int32Array(size).fill(-1), entered: new Uint8Array(size) };
  return buffers;
}

function traceLine(start: number, values: ArrayLike<number>, width: number, verticals: number, level: number): Isoline {
  const { next, entered } = buffers;
  const out: number[] = [];
  let edge = start;
  do {
    const vertical = edge >= verticals;
    const p = vertical ? edge - verticals : edge;
    const q = vertical ? p + width : p + 1;
    const t = (level - values[p]) / (values[q] - values[p]);
    const x = (p % width) + (vertical ? 0 : t);
    const y = Math.floor(p / width) + (vertical ? t : 0);
    const n = out.length;
    if (n === 0 || out[n - 2] !== x || out[n - 1] !== y) out.push(x, y);
    const following = next[edge];
    next[edge] = -1;
    entered[edge] = 0;
    edge = following;
  } while (edge >= 0 && edge !== start);
  const closed = edge === start;
  if (closed && out.length > 2 && out[0] === out[out.length - 2] && out[1] === out[out.length - 1]) out.length -= 2;
  return { points: Float64Array.from(out), closed };
}
