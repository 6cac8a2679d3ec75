import type { LaidFluence } from '../../../dosimetry/pencilBeam/fluence/laidFluence.ts';
import { compiled, failed, GpuFailure, guarded, type OpenDevice } from '../../../gpu/device.ts';
import { type GpuBuffer, type GpuPipeline, MAP_READ, USAGE } from '../../../gpu/platform.ts';
import type { Among, Direction } from '../doseOperator.ts';
import { cellsOf } from './cells.ts';
import { HEADER_BYTES, largestBuffer, planeHeader, profileTable, type Shape, shapeOf, voxelTable } from './layout.ts';
import { KERNELS } from './shader.ts';
import { backward, forward, type Held, type Kernels, type Scratch, type Step } from './steps.ts';

/** A direction on the device, and where its bixels' fluence goes. */
interface Kept extends Omit<Held, 'narrow' | 'wide'>, Pick<LaidFluence, 'places' | 'strengths'> {
  /** Its number in the operator, and its first column. */
  readonly direction: number;
  readonly from: number;
}

/** What is there once no direction comes any more. */
interface Ready {
  readonly fluence: GpuBuffer;
  readonly doses: GpuBuffer;
  /** Where an array comes back. */
  readonly result: GpuBuffer;
  /** Where each direction's fluence begins, and the length of all. */
  readonly begins: readonly number[];
  readonly fluences: number;
  /** By direction that is kept. */
  readonly forward: readonly (readonly Step[])[];
  readonly backward: readonly (readonly Step[])[];
}

/**
 * The products of a dose-influence matrix on a GPU, in single precision: what was laid of each direction stays there, a product is one
 * submission and reads one array back. Directions come one after the other and every sum has its order: a device gives the same bits each
 * time. Everything throws GpuFailure; after one, nothing more can be asked. One product at a time.
 */
export class GpuProducts {
  readonly #gpu: OpenDevice;
  readonly #kernels: Kernels;
  readonly #rows: number;
  readonly #kept: Kept[] = [];
  #ready: Ready | undefined;

  private constructor(gpu: OpenDevice, kernels: Kernels, rows: number) {
    this.#gpu = gpu;
    this.#kernels = kernels;
    this.#rows = rows;
  }

  /** For doses of so many rows. */
  static async on(gpu: OpenDevice, rows: number): Promise<GpuProducts> {
    const kernels = Object.entries(KERNELS).map(
      async ([name, [code, entry]]): Promise<[string, GpuPipeline]> => [name, await compiled(gpu.device, code, entry)],
    );
    return new GpuProducts(gpu, Object.fromEntries(await Promise.all(kernels)) as Kernels, rows);
  }

  /** Takes a direction in, in any order; a copy of its arrays goes to the device at once. */
  async add(
    { problem, places, strengths }: LaidFluence,
    direction: number,
    { from }: Pick<Direction, 'from'>,
  ): Promise<void> {
    const shape = shapeOf(problem);
    if (shape.voxels === 0) return;
    this.#checkRoom('a direction', largestBuffer(shape));
    await guarded(this.#gpu.device, () => {
      const kept = {
        shape,
        voxels: this.#stored(voxelTable(problem)),
        profiles: this.#stored(profileTable(shape)),
        narrowCells: this.#stored(cellsOf(problem.narrow, problem.x, problem.y)),
        wideCells: this.#stored(cellsOf(problem.wide, problem.x, problem.y)),
      };
      this.#kept.push({ ...kept, direction, from, places, strengths });
    });
  }

  /** No direction comes any more. */
  async seal(): Promise<void> {
    this.#kept.sort((a, b) => a.from - b.from);
    let fluences = 0;
    const begins = this.#kept.map(({ shape: { lattice } }) => {
      const begin = fluences;
      fluences += lattice[0] * lattice[1];
      return begin;
    });
    const bytes = { fluence: 4 * Math.max(1, fluences), doses: 4 * this.#rows };
    this.#checkRoom('all directions', Math.max(bytes.fluence, bytes.doses));
    await guarded(this.#gpu.device, () => {
      const shared = USAGE.storage | USAGE.copySource;
      const [fluence, doses] = [this.#make(bytes.fluence, shared), this.#make(bytes.doses, shared)];
      const result = this.#make(Math.max(bytes.fluence, bytes.doses), USAGE.mapRead);
      const scratch = { ...this.#scratch(), fluence, doses };
      const held = this.#kept.map((kept, n): Held => {
        const header = (plane: 'narrow' | 'wide'): GpuBuffer => {
          const buffer = this.#make(HEADER_BYTES, USAGE.uniform);
          this.#gpu.device.queue.writeBuffer(buffer, 0, planeHeader(kept.shape, plane, begins[n]));
          return buffer;
        };
        return { ...kept, narrow: header('narrow'), wide: header('wide') };
      });
      const stepsOf = (way: typeof forward): Step[][] =>
        held.map((direction) => way(this.#gpu.device, this.#kernels, direction, scratch));
      const steps = { forward: stepsOf(forward), backward: stepsOf(backward) };
      this.#ready = { fluence, doses, result, begins, fluences, ...steps };
    });
  }

  /** As DoseOperator. */
  async times(x: Float64Array, doses: Float64Array, among?: Among): Promise<void> {
    const ready = this.#sealed();
    const fluence = new Float32Array(ready.fluences);
    this.#kept.forEach(({ places, strengths, from }, k) => {
      for (let n = 0; n < places.length; n++) fluence[ready.begins[k] + places[n]] = x[from + n] * strengths[n];
    });
    const steps = this.#stepsAmong(ready.forward, among);
    doses.set(await this.#through(steps, [ready.fluence, fluence], [ready.doses, doses.length]));
  }

  /** As DoseOperator. */
  async transposeTimes(y: Float64Array, gradient: Float64Array, among?: Among): Promise<void> {
    const ready = this.#sealed();
    const fluence = await this.#through(
      this.#stepsAmong(ready.backward, among),
      [ready.doses, Float32Array.from(y)],
      [ready.fluence, ready.fluences],
    );
    gradient.fill(0);
    this.#kept.forEach(({ places, strengths, from }, k) => {
      for (let n = 0; n < places.length; n++) gradient[from + n] = fluence[ready.begins[k] + places[n]] * strengths[n];
    });
  }

  /** Gives the device back, with all that is on it. */
  end(): void {
    this.#gpu.device.destroy();
  }

  /** Those of directions that are `among`, of all unless given. */
  #stepsAmong(steps: readonly (readonly Step[])[], among: Among | undefined): readonly Step[] {
    return steps.filter((_, k) => among?.[this.#kept[k].direction] !== 0).flat();
  }

  /** Runs steps over an array; what they add up elsewhere, from 0 on. */
  async #through(
    steps: readonly Step[],
    [into, given]: readonly [GpuBuffer, Float32Array<ArrayBuffer>],
    [from, count]: readonly [GpuBuffer, number],
  ): Promise<Float32Array> {
    const lost = this.#gpu.lost();
    if (lost !== undefined) throw new GpuFailure(lost);
    const { device } = this.#gpu;
    const { result } = this.#sealed();
    let mapped = Promise.resolve();
    await guarded(device, () => {
      device.queue.writeBuffer(into, 0, given);
      const encoder = device.createCommandEncoder();
      encoder.clearBuffer(from);
      const pass = encoder.beginComputePass();
      for (const { pipeline, group, groups } of steps) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(groups[0], groups[1]);
      }
      pass.end();
      encoder.copyBufferToBuffer(from, 0, result, 0, 4 * count);
      device.queue.submit([encoder.finish()]);
      mapped = result.mapAsync(MAP_READ);
      // Looked at below, unless the device has already told of something.
      mapped.catch(() => undefined);
    });
    await mapped.catch(failed('the product cannot be read'));
    const read = new Float32Array(result.getMappedRange().slice(0, 4 * count));
    result.unmap();
    let sum = 0;
    for (const value of read) sum += value;
    if (!Number.isFinite(sum)) throw new GpuFailure('it gave a product that is no number');
    return read;
  }

  /** Planes and what lies between them and the fluence, which directions use in turn: as large as the largest needs. */
  #scratch(): Omit<Scratch, 'fluence' | 'doses'> {
    const largest = (nodes: (shape: Shape) => number): GpuBuffer =>
      this.#make(16 * Math.max(1, ...this.#kept.map(({ shape }) => nodes(shape))), USAGE.storage);
    return {
      narrowNodes: largest(({ narrow }) => narrow.width * narrow.height),
      wideNodes: largest(({ wide }) => wide.width * wide.height),
      between: largest(({ narrow, wide, lattice }) => Math.max(narrow.width, wide.width) * lattice[1]),
    };
  }

  #sealed(): Ready {
    if (this.#ready === undefined) throw new GpuFailure('directions are still to come');
    return this.#ready;
  }

  #make(size: number, usage: number): GpuBuffer {
    return this.#gpu.device.createBuffer({ size, usage: usage | USAGE.copyTarget });
  }

  #stored(data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): GpuBuffer {
    const buffer = this.#make(data.byteLength, USAGE.storage);
    this.#gpu.device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  #checkRoom(what: string, bytes: number): void {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.#gpu.device.limits;
    const room = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    if (bytes <= room) return;
    const [wanted, held] = [Math.ceil(bytes / 1e6), Math.floor(room / 1e6)];
    throw new GpuFailure(`${what} would take a buffer of ${wanted} MB; its buffers hold ${held} MB`);
  }
}
