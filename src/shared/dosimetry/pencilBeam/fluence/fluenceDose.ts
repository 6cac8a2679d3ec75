import type { Beam } from '../../../model/plan.ts';
import type { DoseProblem } from '../../engine.ts';
import type { Machine } from '../../machine/machine.ts';
import type { BixelLattice } from './bixelGeometry.ts';
import type { FluenceKernel, FluenceRun } from './contract.ts';
import { type LaidFluence, laidFluence } from './laidFluence.ts';
import { simdKernel } from './simd/simdKernel.ts';

/** The dose of a beam's bixels in chosen voxels, both ways, without a matrix. */
export interface FluenceDose {
  readonly bixels: number;
  /** Voxels that lie before the source. */
  readonly seen: number;
  /** Adds the dose of these bixel weights: Gy per unit weight as bixelInfluence's, without its lateral cut-off. */
  addDoses(weights: Float64Array, doses: Float64Array): void;
  /** Adds to `gradient` (a number a bixel) Σ over voxels of `doses` times the bixel's dose there. */
  addGradient(doses: Float64Array, gradient: Float64Array): void;
}

/** @see laidFluence for what is computed, the parameters and the errors. */
export function fluenceDose(
  problem: DoseProblem,
  beam: Beam,
  machine: Machine,
  bixels: BixelLattice,
  rowOf: Uint32Array,
  rows: number,
  kernel?: FluenceKernel,
): FluenceDose {
  return spreadDose(laidFluence(problem, beam, machine, bixels, rowOf, rows), bixels.middles.length, kernel);
}

/** What was laid, with a kernel; no dose where nothing was. */
export const spreadDose = (
  laid: LaidFluence | undefined,
  bixels: number,
  kernel: FluenceKernel = simdKernel,
): FluenceDose =>
  laid === undefined
    ? { bixels, seen: 0, addDoses: () => undefined, addGradient: () => undefined }
    : new SpreadDose(laid, kernel);

class SpreadDose implements FluenceDose {
  readonly bixels: number;
  readonly seen: number;
  readonly #run: FluenceRun;
  readonly #places: Uint32Array;
  readonly #strengths: Float64Array;

  constructor({ problem, places, strengths }: LaidFluence, kernel: FluenceKernel) {
    this.bixels = places.length;
    this.seen = problem.x.length;
    this.#run = kernel.begin(problem);
    this.#places = places;
    this.#strengths = strengths;
  }

  addDoses(weights: Float64Array, doses: Float64Array): void {
    const { fluence, doses: own } = this.#run;
    fluence.fill(0);
    for (let n = 0; n < this.bixels; n++) fluence[this.#places[n]] = weights[n] * this.#strengths[n];
    own.fill(0);
    this.#run.gather();
    for (let n = 0; n < own.length; n++) doses[n] += own[n];
  }

  addGradient(doses: Float64Array, gradient: Float64Array): void {
    const { fluence } = this.#run;
    this.#run.doses.set(doses);
    this.#run.scatter();
    for (let n = 0; n < this.bixels; n++) gradient[n] += fluence[this.#places[n]] * this.#strengths[n];
  }
}
