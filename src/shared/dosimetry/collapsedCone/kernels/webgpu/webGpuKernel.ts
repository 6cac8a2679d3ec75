import { ANGLE_STEPS, DEPTH_NODES } from '../../coneTable.ts';
import { RATE_COUNT } from '../../depositionKernel.ts';
import type { SuperpositionKernel, SweepCone, SweepProblem, SweepRun } from '../contract.ts';
import { lateralShift, sweepAxes, sweepOf } from '../stepping.ts';
import { failed, GpuFailure, guarded } from '../../../../gpu/device.ts';
import { lookupsAlong } from './lookups.ts';
import { type GpuBuffer, MAP_READ, USAGE } from '../../../../gpu/platform.ts';
import type { Gpu } from './device.ts';
import { SWEEP_BYTES, WORKGROUP } from './shader.ts';

/** Floats of one cone table entry on the GPU: the six coefficients, padded to two vectors. */
const ENTRY = 8;
const ENTRIES = DEPTH_NODES.length * (ANGLE_STEPS + 1);

/** The contract on a GPU, single precision. Its runs throw GpuFailure and then hold no dose. */
export function webGpuKernel(gpu: Gpu): SuperpositionKernel {
  return { name: `webgpu (${gpu.label})`, begin: (problem) => new WebGpuRun(gpu, problem) };
}

/** Buffers of a run; in the order of the shader's bindings, and `result`, where the dose comes back. */
type Buffers = Readonly<
  Record<'cone' | 'density' | 'terma' | 'lookups' | 'shifts' | 'table' | 'dose' | 'result', GpuBuffer>
>;

/** A run holds 20 bytes a voxel on the GPU. */
class WebGpuRun implements SweepRun {
  readonly #gpu: Gpu;
  readonly #problem: SweepProblem;
  /** What the device has not yet confirmed. */
  #pending: Promise<unknown>[] = [];
  readonly #buffers: Buffers;
  readonly #group: object;
  #rowAxis: 0 | 1 | undefined;
  #table: Float32Array | undefined;
  readonly #pace = new Pace();

  constructor(gpu: Gpu, problem: SweepProblem) {
    const lost = gpu.lost();
    if (lost !== undefined) throw new GpuFailure(lost);
    const bytes = 4 * problem.density.length;
    const room = Math.min(gpu.device.limits.maxBufferSize, gpu.device.limits.maxStorageBufferBindingSize);
    if (bytes > room) throw new GpuFailure(`a grid of ${megabytes(bytes)} MB; its buffers hold ${megabytes(room)} MB`);
    this.#gpu = gpu;
    this.#problem = problem;
    [this.#buffers, this.#group] = this.#guard(() => {
      const { device, pipeline } = gpu;
      const make = (size: number, usage: number): GpuBuffer =>
        device.createBuffer({ size, usage: usage | USAGE.copyTarget });
      const buffers: Buffers = {
        cone: make(SWEEP_BYTES, USAGE.uniform),
        density: make(bytes, USAGE.storage),
        terma: make(bytes, USAGE.storage),
        lookups: make(bytes, USAGE.storage),
        shifts: make(8 * Math.max(...problem.dims), USAGE.storage),
        table: make(4 * ENTRIES * ENTRY, USAGE.storage),
        dose: make(bytes, USAGE.storage | USAGE.copySource),
        result: make(bytes, USAGE.mapRead),
      };
      const { cone, density, terma, lookups, shifts, table, dose } = buffers;
      const group = device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: [cone, density, terma, lookups, shifts, table, dose].map((buffer, binding) => ({
          binding,
          resource: { buffer },
        })),
      });
      device.queue.writeBuffer(density, 0, problem.density);
      device.queue.writeBuffer(terma, 0, problem.terma);
      return [buffers, group];
    });
  }

  async sweep(cone: SweepCone): Promise<void> {
    this.#guard(() => this.#submit(cone));
    if (this.#pace.isFull()) {
      await this.#confirm();
      this.#pace.done();
    }
  }

  async finish(): Promise<Float32Array> {
    const { dose, result } = this.#buffers;
    const bytes = 4 * this.#problem.density.length;
    this.#guard(() => {
      const encoder = this.#gpu.device.createCommandEncoder();
      encoder.copyBufferToBuffer(dose, 0, result, 0, bytes);
      encoder.clearBuffer(dose);
      this.#gpu.device.queue.submit([encoder.finish()]);
    });
    await this.#confirm();
    await result.mapAsync(MAP_READ).catch(failed('the dose cannot be read'));
    const read = new Float32Array(result.getMappedRange().slice(0));
    result.unmap();
    let sum = 0;
    for (const value of read) sum += value;
    if (!Number.isFinite(sum)) throw new GpuFailure('it gave a dose that is no number');
    return read;
  }

  end(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
  }

  /** Asks the device for something; whether it went well is known after #confirm. */
  #guard<T>(work: () => T): T {
    let result: { readonly value: T } | undefined;
    const report = guarded(this.#gpu.device, () => {
      result = { value: work() };
    });
    // #confirm will look; a run that is given up may be looked at by nobody.
    report.catch(() => undefined);
    this.#pending.push(report);
    if (result === undefined) throw new GpuFailure('it took no work');
    return result.value;
  }

  /** Waits until the device has done all it was asked for. @throws GpuFailure when anything went wrong. */
  async #confirm(): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    await Promise.all(pending);
    await this.#gpu.device.queue.onSubmittedWorkDone().catch(failed('the work was not done'));
    const lost = this.#gpu.lost();
    if (lost !== undefined) throw new GpuFailure(lost);
  }

  #submit(cone: SweepCone): void {
    const { queue } = this.#gpu.device;
    const axes = sweepAxes(cone.direction, this.#problem.spacing);
    const rowAxis = axes[0] === 1 ? 1 : 0;
    if (this.#rowAxis !== rowAxis) queue.writeBuffer(this.#buffers.lookups, 0, lookupsAlong(this.#problem, rowAxis));
    this.#rowAxis = rowAxis;
    if (this.#table !== cone.coefficients) queue.writeBuffer(this.#buffers.table, 0, paddedTable(cone.coefficients));
    this.#table = cone.coefficients;
    const frame = sweepOf(this.#problem, cone.direction, axes);
    const [n0, n1, n2] = frame.dims;
    const shifts = Int32Array.from({ length: 2 * n2 }, (_, n) => lateralShift(frame, n % 2 === 0 ? 0 : 1, n >> 1));
    const [reach0, reach1] = [shifts[2 * n2 - 2], shifts[2 * n2 - 1]];
    const lines = [n0 + Math.abs(reach0), n1 + Math.abs(reach1)] as const;
    const upwards = frame.direction[2] > 0;
    const header = new ArrayBuffer(SWEEP_BYTES);
    const base = [Math.max(0, reach0), Math.max(0, reach1)];
    new Int32Array(header).set([n0, n1, n2, upwards ? 1 : 0, ...frame.strides, 0, ...base, ...lines]);
    const step = frame.spacing[2] / Math.abs(frame.direction[2]);
    const vectors = [frame.source.map((value) => -value), frame.spacing, frame.direction];
    const rests = vectors.map((vector) => vector.map((value) => value - Math.fround(value)));
    new Float32Array(header, 48).set([...vectors, ...rests].flatMap((vector, n) => [...vector, n === 0 ? step : 0]));
    queue.writeBuffer(this.#buffers.cone, 0, header);
    queue.writeBuffer(this.#buffers.shifts, 0, shifts);
    const encoder = this.#gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#gpu.pipeline);
    pass.setBindGroup(0, this.#group);
    pass.dispatchWorkgroups(Math.ceil(lines[0] / WORKGROUP[0]), Math.ceil(lines[1] / WORKGROUP[1]));
    pass.end();
    queue.submit([encoder.finish()]);
  }
}

/** How many cones the GPU gets before it is waited for: few enough for a cancel to be seen, enough to keep it busy. */
class Pace {
  #atOnce = 1;
  #given = 0;
  #since = 0;

  /** Counts one cone; whether it is time to wait. */
  isFull(): boolean {
    if (this.#given++ === 0) this.#since = Date.now();
    return this.#given >= this.#atOnce;
  }

  /** The GPU has done what it was given. */
  done(): void {
    const took = Date.now() - this.#since;
    if (took < 25) this.#atOnce = Math.min(16, 2 * this.#atOnce);
    else if (took > 75) this.#atOnce = Math.max(1, this.#atOnce >> 1);
    this.#given = 0;
  }
}

function paddedTable(coefficients: Float32Array): Float32Array<ArrayBuffer> {
  const table = new Float32Array(ENTRIES * ENTRY);
  for (let entry = 0; entry < ENTRIES; entry++)
    table.set(coefficients.subarray(entry * RATE_COUNT, (entry + 1) * RATE_COUNT), entry * ENTRY);
  return table;
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);
