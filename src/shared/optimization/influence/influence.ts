import type { FluenceDose } from '../../dosimetry/pencilBeam/fluence/fluenceDose.ts';

const LEFT_OUT = 0xffffffff;

/**
 * The dose-influence matrix D of a plan's bixels over the voxels that matter, beam after beam. Nothing of it is stored: its products are
 * made anew from each beam's blurred fluence, in a fraction of the time it would take to read it.
 */
export class Influence {
  readonly voxels: Uint32Array;
  /** Row of each voxel of the dose grid, for making a beam's `FluenceDose`; 0xffffffff for voxels that do not matter. */
  readonly rowOf: Uint32Array;
  readonly #beams: FluenceDose[] = [];
  columns = 0;
  /** Voxels seen, over all beams: each is kept in 48 bytes. */
  seen = 0;

  /** Voxels of the dose grid, each once; rows of D in this order. */
  constructor(voxels: Uint32Array, gridVoxels: number) {
    this.voxels = voxels;
    this.rowOf = new Uint32Array(gridVoxels).fill(LEFT_OUT);
    for (let row = 0; row < voxels.length; row++) this.rowOf[voxels[row]] = row;
  }

  /** Appends the columns of a beam. */
  add(beam: FluenceDose): void {
    this.#beams.push(beam);
    this.columns += beam.bixels;
    this.seen += beam.seen;
  }

  /** D x into `doses`: Gy in every chosen voxel. */
  times(x: Float64Array, doses: Float64Array): void {
    doses.fill(0);
    let column = 0;
    for (const beam of this.#beams) beam.addDoses(x.subarray(column, (column += beam.bixels)), doses);
  }

  /** Dᵀ y into `gradient`: one number a bixel. */
  transposeTimes(y: Float64Array, gradient: Float64Array): void {
    gradient.fill(0);
    let column = 0;
    for (const beam of this.#beams) beam.addGradient(y, gradient.subarray(column, (column += beam.bixels)));
  }
}
