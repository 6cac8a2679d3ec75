import type { SuperpositionKernel, SweepCone, SweepProblem, SweepRun } from '../contract.ts';
import { lateralShift, sweepAxes, sweepOf } from '../stepping.ts';
import {
  addDose,
  clearEnergy,
  type GridLayout,
  gridLayout,
  linesLayout,
  putGrid,
  putTable,
  strideOf,
} from './layout.ts';
import { bytesOf, platform } from './platform.ts';
import { WASM_BASE64 } from './superposition.generated.ts';

/** The export of src/kernels/superposition.ts. */
type Sweep = (...values: number[]) => void;

const PAGE = 65536;
let compiled: object | undefined;

/** Whether this machine's WebAssembly has 128-bit SIMD. */
export const hasSimd = (): boolean => platform.WebAssembly.validate(bytesOf(WASM_BASE64));

/** The contract in WebAssembly SIMD, single precision: the same numbers on every machine. */
export const simdKernel: SuperpositionKernel = { name: 'wasm simd', begin: (problem) => new SimdRun(problem) };

/**
 * A run in a memory of its own: 16 bytes a voxel, four rows of lines and a cone table, plus the dose. Rows lie along x;
 * for sweeps along x, which need rows across it, the grid is laid out anew.
 */
class SimdRun implements SweepRun {
  readonly #problem: SweepProblem;
  readonly #memory = new platform.WebAssembly.Memory({ initial: 1 });
  readonly #sweep: Sweep;
  #dose: Float32Array;
  #floats = new Float32Array(0);
  #layout: GridLayout | undefined;
  #table: Float32Array | undefined;

  constructor(problem: SweepProblem) {
    compiled ??= new platform.WebAssembly.Module(bytesOf(WASM_BASE64));
    const { exports } = new platform.WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.#sweep = exports['sweep'] as Sweep;
    this.#problem = problem;
    this.#dose = new Float32Array(problem.density.length);
  }

  sweep(cone: SweepCone): void {
    const axes = sweepAxes(cone.direction, this.#problem.spacing);
    const layout = this.#lay(axes[0] === 1 ? 1 : 0);
    const frame = sweepOf(this.#problem, cone.direction, axes);
    const [n0, n1, n2] = frame.dims;
    const [h0, h1, h2] = frame.spacing;
    const [s0, s1, s2] = frame.source;
    const [d0, d1, d2] = frame.direction;
    const shifts = Int32Array.from({ length: 2 * n2 }, (_, n) => lateralShift(frame, n % 2 === 0 ? 0 : 1, n >> 1));
    const lines = linesLayout(layout.rowLength, n1, [shifts[2 * n2 - 2], shifts[2 * n2 - 1]]);
    this.#room(layout.lines + lines.bytes);
    new Int32Array(this.#memory.buffer, layout.shifts, shifts.length).set(shifts);
    if (this.#table !== cone.coefficients) putTable(this.#floats, layout, cone.coefficients);
    this.#table = cone.coefficients;
    const strides = [4 * strideOf(layout, axes[1]), 4 * strideOf(layout, axes[2])];
    const grids = [layout.density, layout.terma, layout.hardening, layout.energy];
    const carried = [layout.shifts, lines.rows, lines.rate, ...lines.base, layout.lines];
    const tables = [layout.table, layout.places, layout.shares];
    const view = [-s0, h0, -s1, h1, -s2, h2, d0, d1, d2, this.#problem.minorTerma];
    this.#sweep(n0, n1, n2, ...strides, ...grids, ...carried, ...tables, ...view);
  }

  finish(): Float32Array {
    this.#collect();
    if (this.#layout !== undefined) clearEnergy(this.#floats, this.#layout);
    const dose = this.#dose;
    this.#dose = new Float32Array(dose.length);
    return dose;
  }

  /** The grid with rows along `lane`. */
  #lay(lane: 0 | 1): GridLayout {
    if (this.#layout?.lane === lane) return this.#layout;
    this.#collect();
    const { dims, density, terma, hardening } = this.#problem;
    const layout = gridLayout(dims, lane);
    this.#room(layout.lines);
    // Row padding must be vacuum, and no energy is there yet.
    this.#floats.fill(0);
    putGrid(this.#floats, layout, layout.density, density);
    putGrid(this.#floats, layout, layout.terma, terma);
    putGrid(this.#floats, layout, layout.hardening, hardening);
    this.#table = undefined;
    this.#layout = layout;
    return layout;
  }

  /** Takes the energy of the present layout to the dose. */
  #collect(): void {
    if (this.#layout !== undefined) addDose(this.#floats, this.#layout, this.#problem.density, this.#dose);
  }

  /** Grows the memory to `bytes`. */
  #room(bytes: number): void {
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.#memory.grow(missing);
    if (missing > 0 || this.#floats.length === 0) this.#floats = new Float32Array(this.#memory.buffer);
  }
}
