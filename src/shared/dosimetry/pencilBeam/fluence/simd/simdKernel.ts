import { bytesOf, platform } from '../../../collapsedCone/kernels/simd/platform.ts';
import type { FluenceKernel, FluenceProblem, FluenceRun } from '../contract.ts';
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
  readonly fluence: Float32Array;
  readonly doses: Float32Array;
  readonly #passes: Readonly<Record<'gather' | 'scatter' | 'spread' | 'collect', Pass>>;
  readonly #planes: readonly Float32Array[];
  readonly #voxels: readonly number[];
  /** Of `spread` and `collect`, for each plane. */
  readonly #spreads: readonly (readonly number[])[];

  constructor({ x, y, row, weights, rows, lattice, narrow, wide }: FluenceProblem) {
    const [columns, lines] = lattice;
    const planes = [narrow, wide];
    const profiles = planes.flatMap((plane) => [plane.x.profile, plane.y.profile]);
    const sizes = [
      ENTRY * x.length,
      rows,
      columns * lines,
      4 * Math.max(narrow.width, wide.width) * lines,
      ...planes.map(({ width, height }) => 4 * width * height),
      ...profiles.map(({ length }) => length),
    ];
    const starts = sizes.map((_, n) => 16 * sizes.slice(0, n).reduce((sum, size) => sum + Math.ceil(size / 4), 0));
    const bytes = starts[starts.length - 1] + 4 * sizes[sizes.length - 1] + 16;
    const memory = new platform.WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
    compiled ??= new platform.WebAssembly.Module(bytesOf(WASM_BASE64));
    const { exports } = new platform.WebAssembly.Instance(compiled, { env: { memory } });
    this.#passes = exports as Readonly<Record<'gather' | 'scatter' | 'spread' | 'collect', Pass>>;
    const view = (n: number): Float32Array => new Float32Array(memory.buffer, starts[n], sizes[n]);
    const floats = view(0);
    const words = new Uint32Array(memory.buffer, starts[0], sizes[0]);
    for (let n = 0; n < x.length; n++) {
      const at = n * ENTRY;
      floats[at] = x[n];
      floats[at + 1] = y[n];
      words[at + 2] = row[n];
      for (let term = 0; term < 8; term++) floats[at + 4 + term] = weights[8 * n + term];
    }
    profiles.forEach((profile, n) => view(6 + n).set(profile));
    this.doses = view(1);
    this.fluence = view(2);
    this.#planes = [view(4), view(5)];
    this.#voxels = [
      starts[0],
      x.length,
      starts[1],
      ...planes.flatMap(({ from, pitch, width, height }, n) => [starts[4 + n], ...from, 1 / pitch, width, height]),
    ];
    this.#spreads = planes.map((plane, n) => [
      starts[2],
      columns,
      lines,
      starts[3],
      starts[4 + n],
      plane.width,
      plane.height,
      ...[plane.x, plane.y].flatMap(({ nodes, middle, reach }, axis) => [
        starts[6 + 2 * n + axis],
        nodes,
        middle,
        reach,
      ]),
    ]);
  }

  gather(): void {
    for (const plane of this.#spreads) this.#passes.spread(...plane);
    this.#passes.gather(...this.#voxels);
  }

  scatter(): void {
    for (const plane of this.#planes) plane.fill(0);
    this.#passes.scatter(...this.#voxels);
    this.fluence.fill(0);
    for (const plane of this.#spreads) this.#passes.collect(...plane);
  }
}
