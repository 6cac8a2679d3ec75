import type { BixelInfluence } from '../dosimetry/pencilBeam/bixelInfluence.ts';

/** Columns of a dose-influence matrix over chosen voxels: entries starts[n] … starts[n + 1] belong to the block's column n. */
interface Columns {
  readonly starts: Uint32Array;
  /** Row: index in the chosen voxels. */
  readonly rows: Uint32Array;
  /** Gy per unit weight of the bixel. */
  readonly doses: Float32Array;
}

const LEFT_OUT = 0xffffffff;

/**
 * The dose-influence matrix D of a plan's bixels over the voxels that matter, column by column: 8 bytes a non-zero. Columns are added beam
 * after beam as they are computed.
 */
export class Influence {
  readonly voxels: Uint32Array;
  readonly #rowOf: Uint32Array;
  readonly #blocks: Columns[] = [];
  columns = 0;
  nonZeros = 0;

  /** Voxels of the dose grid, each once; rows of D in this order. */
  constructor(voxels: Uint32Array, gridVoxels: number) {
    this.voxels = voxels;
    this.#rowOf = new Uint32Array(gridVoxels).fill(LEFT_OUT);
    for (let row = 0; row < voxels.length; row++) this.#rowOf[voxels[row]] = row;
  }

  /** Appends the columns of a beam; all of them, or none if their computation fails or is cancelled. */
  async add(beam: BixelInfluence): Promise<void> {
    const added: Columns[] = [];
    for await (const { offsets, voxels, doses } of beam.blocks) {
      const starts = new Uint32Array(offsets.length);
      const rows = new Uint32Array(voxels.length);
      const kept = new Float32Array(voxels.length);
      let count = 0;
      for (let column = 0; column + 1 < offsets.length; column++) {
        for (let n = offsets[column]; n < offsets[column + 1]; n++) {
          const row = this.#rowOf[voxels[n]];
          if (row === LEFT_OUT) continue;
          rows[count] = row;
          kept[count++] = doses[n];
        }
        starts[column + 1] = count;
      }
      added.push({ starts, rows: rows.slice(0, count), doses: kept.slice(0, count) });
    }
    for (const block of added) {
      this.#blocks.push(block);
      this.columns += block.starts.length - 1;
      this.nonZeros += block.rows.length;
    }
  }

  /** D x into `doses`: Gy in every chosen voxel. */
  times(x: Float64Array, doses: Float64Array): void {
    doses.fill(0);
    let column = 0;
    for (const { starts, rows, doses: values } of this.#blocks) {
      for (let n = 0; n + 1 < starts.length; n++) {
        const weight = x[column++];
        if (weight === 0) continue;
        const end = starts[n + 1];
        for (let k = starts[n]; k < end; k++) doses[rows[k]] += weight * values[k];
      }
    }
  }

  /** Dᵀ y into `gradient`: one number a bixel. */
  transposeTimes(y: Float64Array, gradient: Float64Array): void {
    let column = 0;
    for (const { starts, rows, doses: values } of this.#blocks) {
      for (let n = 0; n + 1 < starts.length; n++) {
        const end = starts[n + 1];
        let sum = 0;
        for (let k = starts[n]; k < end; k++) sum += values[k] * y[rows[k]];
        gradient[column++] = sum;
      }
    }
  }
}
