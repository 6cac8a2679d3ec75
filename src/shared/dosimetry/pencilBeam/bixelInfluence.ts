import { IsocenterError, throwIfCancelled } from '../../contract/errors.ts';
import type { Beam } from '../../model/plan.ts';
import type { ComputeOptions, DoseProblem } from '../engine.ts';
import type { Machine } from '../machine/machine.ts';
import { type BixelProfiles, bixelProfiles } from './bixelProfiles.ts';
import { type BixelLattice, bixelGeometry } from './fluence/bixelGeometry.ts';
import { TERMS } from './gaussianLadder.ts';
import { lostBeyond, radiusLosing } from './lateralCutOff.ts';
import { type SeenVoxels, seenVoxels } from './seenVoxels.ts';

export interface InfluenceOptions extends ComputeOptions {
  /**
   * Share of a pencil's energy at 10 g/cm² that may be left out beyond the lateral cut-off; or the cut-off itself, mm at the isocenter
   * plane.
   */
  readonly cutOff?: { readonly lost: number } | { readonly radius: number };
  /** Most non-zeros in a block: bounds the memory. */
  readonly blockSize?: number;
}

/** Columns of the dose-influence matrix, one bixel after the other: entries offsets[n] … offsets[n + 1] belong to bixel `first` + n. */
interface InfluenceBlock {
  readonly first: number;
  readonly offsets: Uint32Array;
  /** Voxel of the dose grid; rising inside a cell of the isocenter plane, not over a whole column. */
  readonly voxels: Uint32Array;
  /** Gy per MU (or as settings.perFluence says) with the bixel open for the whole meterset and everything else shut. */
  readonly doses: Float32Array;
}

export interface BixelInfluence {
  /** mm at the isocenter plane. */
  readonly cutOff: number;
  /** Share of a pencil's energy at 10 g/cm² that lies beyond it. */
  readonly lost: number;
  readonly blocks: AsyncGenerator<InfluenceBlock, void>;
}

/** What an optimiser's matrix leaves to the final computation; 50 mm for 6 MV. */
const DEFAULT_LOST = 0.15;
const DEFAULT_BLOCK = 4_000_000;

/**
 * The dose of every bixel of a beam's first control point geometry, by the pencil beam's kernels: primary source with its size, horn and
 * softening. Scatter from the treatment head belongs to an aperture, not to bixels, and is left out, as is what closed leaves let through.
 * Blocks are made as they are asked for.
 * @throws IsocenterError as the engines do; USAGE for a lattice without bixels or a cut-off below a bixel's width.
 */
export function bixelInfluence(
  problem: DoseProblem,
  beam: Beam,
  machine: Machine,
  lattice: BixelLattice,
  options: InfluenceOptions = {},
): BixelInfluence {
  const { grid, frame, tables, blur, strength, depths } = bixelGeometry(problem, beam, machine, lattice);
  const wanted = options.cutOff ?? { lost: DEFAULT_LOST };
  const cutOff = 'radius' in wanted ? wanted.radius : radiusLosing(tables, wanted.lost);
  if (!(cutOff >= lattice.width))
    throw new IsocenterError('USAGE', `a cut-off of ${cutOff} mm is too small`, {
      object: `Beam ${beam.number} (${beam.name})`,
    });
  const profile = (along: number): BixelProfiles => bixelProfiles(lattice.width, along, cutOff);
  const low = [0, 1].map((axis) => Math.min(...lattice.middles.map((middle) => middle[axis])) - cutOff);
  const high = [0, 1].map((axis) => Math.max(...lattice.middles.map((middle) => middle[axis])) + cutOff);
  const see = (): SeenVoxels | undefined => {
    const laid = depths();
    const window = { low: [low[0], low[1]], high: [high[0], high[1]] } as const;
    return laid && seenVoxels(grid, frame, laid, window, lattice.width, tables.boneRatio);
  };
  const blocks = columns(see, lattice, strength, profile(blur[0]), profile(blur[1]), low, cutOff, options);
  return { cutOff, lost: lostBeyond(tables, cutOff), blocks };
}

async function* columns(
  see: () => SeenVoxels | undefined,
  { middles }: BixelLattice,
  strength: (middle: readonly [number, number]) => number,
  alongX: BixelProfiles,
  alongY: BixelProfiles,
  low: readonly number[],
  cutOff: number,
  { signal, yieldNow, onProgress, blockSize = DEFAULT_BLOCK }: InfluenceOptions,
): AsyncGenerator<InfluenceBlock, void> {
  throwIfCancelled(signal);
  const seen = see();
  await yieldNow?.();
  let block = new BlockWriter(0, blockSize);
  for (const [n, middle] of middles.entries()) {
    throwIfCancelled(signal);
    const most = seen === undefined ? 0 : voxelsAround(seen, middle, low, cutOff);
    if (!block.holds(most)) {
      yield block.finish();
      onProgress?.(n / middles.length);
      block = new BlockWriter(n, Math.max(blockSize, most));
    }
    if (seen !== undefined) block.count = column(seen, middle, strength(middle), alongX, alongY, low, cutOff, block);
    block.endColumn();
    await yieldNow?.();
  }
  yield block.finish();
  onProgress?.(1);
}

/** Room for columns until it is full. */
class BlockWriter {
  readonly #first: number;
  readonly #offsets: number[] = [0];
  readonly voxels: Uint32Array;
  readonly doses: Float32Array;
  count = 0;

  constructor(first: number, size: number) {
    this.#first = first;
    this.voxels = new Uint32Array(size);
    this.doses = new Float32Array(size);
  }

  holds(more: number): boolean {
    return this.count + more <= this.voxels.length;
  }

  endColumn(): void {
    this.#offsets.push(this.count);
  }

  finish(): InfluenceBlock {
    return {
      first: this.#first,
      offsets: Uint32Array.from(this.#offsets),
      voxels: this.voxels.slice(0, this.count),
      doses: this.doses.slice(0, this.count),
    };
  }
}

/** Rows and columns of cells that a bixel's cut-off touches. */
function cellRange(
  { cells, cell }: SeenVoxels,
  middle: readonly [number, number],
  low: readonly number[],
  cutOff: number,
): { from: number[]; to: number[] } {
  const from = [0, 1].map((axis) => Math.max(0, Math.floor((middle[axis] - cutOff - low[axis]) / cell)));
  const to = [0, 1].map((axis) => Math.min(cells[axis] - 1, Math.floor((middle[axis] + cutOff - low[axis]) / cell)));
  return { from, to };
}

function voxelsAround(
  seen: SeenVoxels,
  middle: readonly [number, number],
  low: readonly number[],
  cutOff: number,
): number {
  const { from, to } = cellRange(seen, middle, low, cutOff);
  let sum = 0;
  for (let y = from[1]; y <= to[1]; y++) {
    const row = y * seen.cells[0];
    sum += seen.starts[row + to[0] + 1] - seen.starts[row + from[0]];
  }
  return sum;
}

/** Appends one bixel's column and returns the new number of entries. */
function column(
  seen: SeenVoxels,
  middle: readonly [number, number],
  strength: number,
  alongX: BixelProfiles,
  alongY: BixelProfiles,
  low: readonly number[],
  cutOff: number,
  { count, voxels, doses }: BlockWriter,
): number {
  const { from, to } = cellRange(seen, middle, low, cutOff);
  const { starts, voxel, x, y, weights } = seen;
  const [mx, my] = middle;
  const { perMm, values: px } = alongX;
  const py = alongY.values;
  const limit = cutOff * cutOff;
  for (let row = from[1]; row <= to[1]; row++) {
    const last = starts[row * seen.cells[0] + to[0] + 1];
    for (let n = starts[row * seen.cells[0] + from[0]]; n < last; n++) {
      const dx = Math.abs(x[n] - mx);
      const dy = Math.abs(y[n] - my);
      if (dx * dx + dy * dy > limit) continue;
      const a = ((dx * perMm + 0.5) | 0) * TERMS;
      const b = ((dy * perMm + 0.5) | 0) * TERMS;
      const w = n * TERMS;
      // TERMS is 8; spelt out, since this is the innermost loop.
      const dose =
        weights[w] * px[a] * py[b] +
        weights[w + 1] * px[a + 1] * py[b + 1] +
        weights[w + 2] * px[a + 2] * py[b + 2] +
        weights[w + 3] * px[a + 3] * py[b + 3] +
        weights[w + 4] * px[a + 4] * py[b + 4] +
        weights[w + 5] * px[a + 5] * py[b + 5] +
        weights[w + 6] * px[a + 6] * py[b + 6] +
        weights[w + 7] * px[a + 7] * py[b + 7];
      voxels[count] = voxel[n];
      doses[count++] = dose * strength;
    }
  }
  return count;
}
