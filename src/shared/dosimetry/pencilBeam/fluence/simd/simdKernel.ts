import { bytesOf, platform } from '../../../collapsedCone/kernels/simd/platform.ts';
import type { FluenceKernel, FluenceProblem, FluenceRun, Plane } from '../contract.ts';
import { WASM_BASE64 } from './fluence.generated.ts';

/** An export of src/kernels/fluence.ts. */
type Pass = (...values: number[]) => void;

const PAGE = 65536;
/** Floats of a voxel: x, y, row, nothing, eight weights. */
const ENTRY = 12;
let compiled: object | undefined;

/** The contract in WebAssembly SIMD, single precision. */
export const simdKernel: FluenceKernel = { name: 'wasm simd', begin: (problem) => new SimdRun(problem) };

/** A run in a memory of its own: 48 bytes a voxel, 4 a row, and the planes. */
class SimdRun implements FluenceRun {
  readonly narrow: Float32Array;
  readonly wide: Float32Array;
  readonly doses: Float32Array;
  readonly #gather: Pass;
  readonly #scatter: Pass;
  readonly #arguments: readonly number[];

  constructor({ x, y, row, weights, rows, narrow, wide }: FluenceProblem) {
    const sizes = [ENTRY * x.length, rows, 4 * narrow.width * narrow.height, 4 * wide.width * wide.height];
    const starts = sizes.map((_, n) => 16 * sizes.slice(0, n).reduce((sum, size) => sum + Math.ceil(size / 4), 0));
    const bytes = starts[3] + 4 * sizes[3] + 16;
    const memory = new platform.WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
    compiled ??= new platform.WebAssembly.Module(bytesOf(WASM_BASE64));
    const { exports } = new platform.WebAssembly.Instance(compiled, { env: { memory } });
    this.#gather = exports['gather'] as Pass;
    this.#scatter = exports['scatter'] as Pass;
    const [entries, doses, narrowAt, wideAt] = starts;
    const floats = new Float32Array(memory.buffer, entries, sizes[0]);
    const words = new Uint32Array(memory.buffer, entries, sizes[0]);
    for (let n = 0; n < x.length; n++) {
      floats[n * ENTRY] = x[n];
      floats[n * ENTRY + 1] = y[n];
      words[n * ENTRY + 2] = row[n];
      floats.set(weights.subarray(8 * n, 8 * n + 8), n * ENTRY + 4);
    }
    this.doses = new Float32Array(memory.buffer, doses, rows);
    this.narrow = new Float32Array(memory.buffer, narrowAt, sizes[2]);
    this.wide = new Float32Array(memory.buffer, wideAt, sizes[3]);
    this.#arguments = [entries, x.length, doses, narrowAt, ...viewOf(narrow), wideAt, ...viewOf(wide)];
  }

  gather(): void {
    this.#gather(...this.#arguments);
  }

  scatter(): void {
    this.#scatter(...this.#arguments);
  }
}

const viewOf = ({ from, pitch, width, height }: Plane): number[] => [...from, 1 / pitch, width, height];
