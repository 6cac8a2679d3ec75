import { throwIfCancelled } from '../../contract/errors.ts';
import type { ComputeOptions, DoseProblem } from '../../dosimetry/engine.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { type FluenceDose, fluenceDose } from '../../dosimetry/pencilBeam/fluence/fluenceDose.ts';
import type { Direction, DoseOperator } from './doseOperator.ts';
import { GROUPS, rowsOfGrid } from './groups.ts';

/**
 * The dose-influence matrix in this thread. Nothing of it is stored: its products are made anew from each direction's blurred fluence, in
 * a fraction of the time it would take to read it. Doses are summed group by group (groups.ts), as threads do it.
 */
export class Influence implements DoseOperator {
  readonly rows: number;
  /** Row of each voxel of the dose grid, for making a direction's `FluenceDose`; 0xffffffff for voxels that do not matter. */
  readonly rowOf: Uint32Array;
  readonly directions: Direction[] = [];
  readonly #doses: FluenceDose[] = [];
  readonly #own: Float64Array;
  columns = 0;
  /** Voxels seen, over all directions: each is kept in 48 bytes. */
  seen = 0;

  /** Voxels of the dose grid, each once; rows of D in this order. */
  constructor(voxels: Uint32Array, gridVoxels: number) {
    this.rows = voxels.length;
    this.rowOf = rowsOfGrid(voxels, gridVoxels);
    this.#own = new Float64Array(voxels.length);
  }

  /** Appends a direction's columns. */
  add({ beam, lattice }: Pick<Direction, 'beam' | 'lattice'>, dose: FluenceDose): void {
    this.directions.push({ beam, lattice, from: this.columns, to: this.columns + dose.bixels });
    this.#doses.push(dose);
    this.columns += dose.bixels;
    this.seen += dose.seen;
  }

  times(x: Float64Array, doses: Float64Array): void {
    doses.fill(0);
    for (let group = 0; group < Math.min(GROUPS, this.#doses.length); group++) {
      this.#own.fill(0);
      for (let n = group; n < this.#doses.length; n += GROUPS) {
        const { from, to } = this.directions[n];
        this.#doses[n].addDoses(x.subarray(from, to), this.#own);
      }
      for (let row = 0; row < doses.length; row++) doses[row] += this.#own[row];
    }
  }

  transposeTimes(y: Float64Array, gradient: Float64Array): void {
    gradient.fill(0);
    for (const [n, { from, to }] of this.directions.entries())
      this.#doses[n].addGradient(y, gradient.subarray(from, to));
  }
}

/** What a direction's operator is made of. */
export interface DirectionSetup extends Pick<Direction, 'beam' | 'lattice'> {
  readonly problem: DoseProblem;
}

/**
 * The operator of directions over voxels of their dose grid, in this thread.
 * @throws IsocenterError as fluenceDose; CANCELLED by the signal.
 */
export async function influenceOf(
  setups: readonly DirectionSetup[],
  machine: Machine,
  voxels: Uint32Array,
  { signal, yieldNow, onProgress }: ComputeOptions = {},
): Promise<Influence> {
  const influence = new Influence(voxels, setups[0]?.problem.density.data.length ?? 0);
  for (const [n, { beam, lattice, problem }] of setups.entries()) {
    throwIfCancelled(signal);
    influence.add({ beam, lattice }, fluenceDose(problem, beam, machine, lattice, influence.rowOf, influence.rows));
    onProgress?.((n + 1) / setups.length);
    await yieldNow?.();
  }
  return influence;
}
