import { type FluenceMap, meanFluence } from './fluenceMap.ts';

/** Side of the cells in which the map is looked over, mm. A voxel's shadow counts with its neighbours: up to 1.5 sides away. */
const CELL = 8;
/** A cell where the fluence varies by no more than this share of the open beam, its neighbours included, is even. */
const EVEN = 5e-3;

/**
 * Fluence for voxels, such that the superposed dose stands for their centres: the mean over a voxel's shadow spreads an edge by its
 * width, and lines that cross each plane in the nearest voxel by another, so both are taken back (to second order in the width:
 * variance a²/12 each along x, b²/12 along y). The integral stays; beside a sharp edge the value overshoots by up to a twelfth of the
 * step, below zero too. Where the fluence is even a single pixel says as much (within a twelfth of EVEN).
 */
export class CentreFluence {
  readonly #map: FluenceMap;
  readonly #columns: number;
  readonly #rows: number;
  readonly #even: Uint8Array;

  /** @param weight the open beam's fluence. */
  constructor(map: FluenceMap, weight: number) {
    this.#map = map;
    this.#columns = Math.ceil((map.width * map.pixel) / CELL);
    this.#rows = Math.ceil((map.height * map.pixel) / CELL);
    this.#even = evenCells(map, this.#columns, this.#rows, EVEN * weight);
  }

  /** The fluence for a voxel whose shadow is the rectangle about (x, y) mm with sides `a` along x and `b` along y. */
  at(x: number, y: number, a: number, b: number): number {
    const map = this.#map;
    const u = x - map.x0;
    const v = y - map.y0;
    const column = Math.floor(u / CELL);
    const row = Math.floor(v / CELL);
    const inside = column >= 0 && row >= 0 && column < this.#columns && row < this.#rows;
    if (inside && 1.5 * a <= CELL && 1.5 * b <= CELL && this.#even[column + this.#columns * row] === 1) {
      const i = Math.min(map.width - 1, Math.floor(u / map.pixel));
      const at = Math.min(map.height - 1, Math.floor(v / map.pixel)) * (map.width + 1) + i;
      const above = at + map.width + 1;
      return map.sums[above + 1] - map.sums[above] - map.sums[at + 1] + map.sums[at];
    }
    const mean = meanFluence(map, x, y, a, b);
    return 1.5 * mean - 0.25 * (meanFluence(map, x, y, 3 * a, b) + meanFluence(map, x, y, a, 3 * b));
  }
}

/** 1 for cells in which, with their eight neighbours, the pixels differ by no more than `limit`; beyond the map there is no fluence. */
function evenCells(map: FluenceMap, columns: number, rows: number, limit: number): Uint8Array {
  const least = new Float64Array(columns * rows).fill(Infinity);
  const most = new Float64Array(columns * rows).fill(-Infinity);
  const cellOf = Int32Array.from({ length: map.width }, (_, i) => Math.floor(((i + 0.5) * map.pixel) / CELL));
  for (let j = 0; j < map.height; j++) {
    const first = columns * Math.floor(((j + 0.5) * map.pixel) / CELL);
    const at = j * (map.width + 1);
    const above = at + map.width + 1;
    for (let i = 0; i < map.width; i++) {
      const value = map.sums[above + i + 1] - map.sums[above + i] - map.sums[at + i + 1] + map.sums[at + i];
      const cell = first + cellOf[i];
      if (value < least[cell]) least[cell] = value;
      if (value > most[cell]) most[cell] = value;
    }
  }
  return Uint8Array.from({ length: columns * rows }, (_, n) => {
    const [column, row] = [n % columns, Math.floor(n / columns)];
    let [low, high] = [Infinity, -Infinity];
    for (let j = row - 1; j <= row + 1; j++)
      for (let i = column - 1; i <= column + 1; i++) {
        const inside = i >= 0 && j >= 0 && i < columns && j < rows;
        low = Math.min(low, inside ? least[i + columns * j] : 0);
        high = Math.max(high, inside ? most[i + columns * j] : 0);
      }
    return high - low <= limit ? 1 : 0;
  });
}
