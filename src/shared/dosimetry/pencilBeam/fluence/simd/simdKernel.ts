import { bytesOf, platform } from '../../../collapsedCone/kernels/simd/platform.ts';
import type { FluenceKernel, FluenceProblem, FluenceRun } from '../contract.ts';
import { WASM_BASE64 } from './fluence.generated.ts';

/** An export of src/kernels/fluence.ts. */
type Pass = (...values: number[]) => void;

const PAGE = 65536;
/** Floats of a voxel: x, y, row, nothing, eight weights. */
const ENTRY = 12;
type Passes = Readonly<Record<'list' | 'clear' | 'gather' | 'scatter' | 'spread' | 'collect', Pass>>;
/** Runs that share a memory, as far as they find room in so many bytes. */
const RUNS = 16;
const ROOM = 2 ** 29;
let compiled: object | undefined;

/** The contract in WebAssembly SIMD, single precision. */
export const simdKernel: FluenceKernel = { name: 'wasm simd', begin: (problem) => new SimdRun(problem) };

/**
 * A memory of several runs, freed when the last of them is: browsers set about 10 GB of addresses aside for each memory, and an arc's hundred
 * of directions would find no more.
 */
class Arena {
  readonly passes: Passes;
  readonly #memory = new platform.WebAssembly.Memory({ initial: 1 });
  #used = 0;
  #runs = 0;

  constructor() {
    compiled ??= new platform.WebAssembly.Module(bytesOf(WASM_BASE64));
    const { exports } = new platform.WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.passes = exports as Passes;
  }

  /** Another buffer after every `take`. */
  get buffer(): ArrayBuffer {
    return this.#memory.buffer;
  }

  hasRoom(bytes: number): boolean {
    return this.#runs < RUNS && this.#used + bytes <= ROOM;
  }

  /** Where `bytes` lie that were not given before, zeros. */
  take(bytes: number): number {
    const from = this.#used;
    this.#used += 16 * Math.ceil(bytes / 16);
    this.#runs++;
    const missing = Math.ceil(this.#used / PAGE) - this.#memory.buffer.byteLength / PAGE;
    if (missing > 0) this.#memory.grow(missing);
    return from;
  }
}

let newest: WeakRef<Arena> | undefined;

function arenaFor(bytes: number): Arena {
  const last = newest?.deref();
  if (last?.hasRoom(bytes) === true) return last;
  const arena = new Arena();
  newest = new WeakRef(arena);
  return arena;
}

/** A run: 48 bytes a voxel, 4 a row, and the planes, of which only what voxels read is made. */
class SimdRun implements FluenceRun {
  readonly #arena: Arena;
  /** Where its arrays lie, in bytes, and their lengths in floats. */
  readonly #starts: readonly number[];
  readonly #sizes: readonly number[];
  readonly #voxels: readonly number[];
  /** Of `spread` and `collect`, for each plane. */
  readonly #spreads: readonly (readonly number[])[];

  constructor({ x, y, row, weights, rows, lattice, narrow, wide }: FluenceProblem) {
    const [columns, lines] = lattice;
    const planes = [narrow, wide];
    const profiles = planes.flatMap((plane) => [plane.x.profile, plane.y.profile]);
    const strips = planes.map(({ width }) => Math.ceil(width / 4));
    const sizes = [
      ENTRY * x.length,
      rows,
      columns * lines,
      16 * Math.max(...strips) * lines,
      ...planes.map(({ height }, n) => 16 * strips[n] * height),
      ...profiles.map(({ length }) => length),
      // Which lines are read of each strip.
      ...planes.map(({ height }, n) => Math.ceil((strips[n] * (height + 1)) / 2)),
    ];
    const within = sizes.map((_, n) => 16 * sizes.slice(0, n).reduce((sum, size) => sum + Math.ceil(size / 4), 0));
    const bytes = within[within.length - 1] + 4 * sizes[sizes.length - 1] + 16;
    this.#arena = arenaFor(bytes);
    const from = this.#arena.take(bytes);
    const starts = within.map((at) => from + at);
    this.#starts = starts;
    this.#sizes = sizes;
    const floats = this.#view(0);
    const words = new Uint32Array(this.#arena.buffer, starts[0], sizes[0]);
    for (let n = 0; n < x.length; n++) {
      const at = n * ENTRY;
      floats[at] = x[n];
      floats[at + 1] = y[n];
      words[at + 2] = row[n];
      for (let term = 0; term < 8; term++) floats[at + 4 + term] = weights[8 * n + term];
    }
    profiles.forEach((profile, n) => this.#view(6 + n).set(profile));
    const places = planes.map(({ from, pitch, width, height }) => [...from, 1 / pitch, width, height]);
    this.#voxels = [starts[0], x.length, starts[1], ...places.flatMap((place, n) => [starts[4 + n], ...place])];
    for (const [n, place] of places.entries()) this.#arena.passes.list(starts[0], x.length, starts[10 + n], ...place);
    this.#spreads = planes.map((plane, n) => [
      starts[2],
      columns,
      lines,
      starts[3],
      starts[4 + n],
      starts[10 + n],
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

  get doses(): Float32Array {
    return this.#view(1);
  }

  get fluence(): Float32Array {
    return this.#view(2);
  }

  gather(): void {
    const { passes } = this.#arena;
    for (const plane of this.#spreads) passes.spread(...plane);
    passes.gather(...this.#voxels);
  }

  scatter(): void {
    const { passes } = this.#arena;
    for (const plane of this.#spreads) passes.clear(...plane.slice(4, 8));
    passes.scatter(...this.#voxels);
    this.fluence.fill(0);
    for (const plane of this.#spreads) passes.collect(...plane);
  }

  #view(n: number): Float32Array {
    return new Float32Array(this.#arena.buffer, this.#starts[n], this.#sizes[n]);
  }
}
