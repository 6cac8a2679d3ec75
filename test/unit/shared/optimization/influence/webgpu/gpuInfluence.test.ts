import { describe, expect, it } from 'vitest';
import { InfluenceThreads } from '#main/jobs/influenceThreads.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { LaidFluence } from '#shared/dosimetry/pencilBeam/fluence/laidFluence.ts';
import { GpuFailure, type OpenDevice } from '#shared/gpu/device.ts';
import type { GpuBuffer, GpuDevice } from '#shared/gpu/platform.ts';
import type { DoseOperator, OperatorMaker } from '#shared/optimization/influence/doseOperator.ts';
import { influenceOf } from '#shared/optimization/influence/influence.ts';
import { gpuInfluence } from '#shared/optimization/influence/webgpu/gpuInfluence.ts';
import { GpuOperator } from '#shared/optimization/influence/webgpu/gpuOperator.ts';
import { proveProducts } from '#shared/optimization/influence/webgpu/proof.ts';
import { optimizationProblem } from '#shared/optimization/problem/problem.ts';
import { cylinder } from '../../problem/cylinder.ts';

const small = { ...cylinder, grid: 10, bixel: 10 };
const operatorBy = async (makeOperator: OperatorMaker): Promise<DoseOperator> =>
  (await optimizationProblem(small, { makeOperator })).operator;
const onCpu = await operatorBy(influenceOf);

async function dosesOf(operator: DoseOperator): Promise<Float64Array> {
  const doses = new Float64Array(operator.rows);
  await operator.times(new Float64Array(operator.columns).fill(1), doses);
  return doses;
}

interface FakeDevice {
  readonly software?: boolean;
  /** Called when a buffer is made, and when a product is read. */
  readonly onBuffer?: () => void;
  readonly onProduct?: () => void;
}

// Stands in for a platform's device: takes everything, and computes nothing.
function deviceWith(
  bytes: number,
  { software = false, onBuffer, onProduct }: FakeDevice = {},
): OpenDevice & { readonly ended: () => boolean } {
  let ended = false;
  const buffer: Pick<GpuBuffer, 'mapAsync' | 'getMappedRange' | 'unmap'> = {
    mapAsync: async () => onProduct?.(),
    getMappedRange: () => new ArrayBuffer(1e6),
    unmap: () => undefined,
  };
  const nothing = (): void => undefined;
  const device = {
    limits: { maxBufferSize: bytes, maxStorageBufferBindingSize: bytes },
    queue: { writeBuffer: nothing, submit: nothing },
    createBuffer: () => {
      onBuffer?.();
      return buffer;
    },
    createBindGroup: () => ({}),
    createShaderModule: () => ({}),
    createComputePipelineAsync: () => Promise.resolve({ getBindGroupLayout: () => ({}) }),
    createCommandEncoder: () => ({
      clearBuffer: nothing,
      copyBufferToBuffer: nothing,
      finish: () => ({}),
      beginComputePass: () => ({
        setPipeline: nothing,
        setBindGroup: nothing,
        dispatchWorkgroups: nothing,
        end: nothing,
      }),
    }),
    pushErrorScope: nothing,
    popErrorScope: () => Promise.resolve(null),
    destroy: () => (ended = true),
  } as unknown as GpuDevice;
  return { label: 'test', device, software, lost: () => undefined, ended: () => ended };
}

const now = (): number => 0;
const opening = (open: () => Promise<OpenDevice | undefined>) => gpuInfluence(influenceOf, { open, now });

/** An operator of no doses, which the device above agrees with; what its products do besides. */
const ofNothing =
  (onProduct: () => void): OperatorMaker =>
  async (...given) => {
    const { directions, columns, rows, implementation } = await influenceOf(...given);
    const product = (_: Float64Array, out: Float64Array): void => {
      out.fill(0);
      onProduct();
    };
    return { directions, columns, rows, implementation, times: product, transposeTimes: product };
  };

describe('the optimiser’s operator where there may be a GPU', () => {
  it('is that of the CPU, and says nothing, where there is none', async () => {
    const operator = await operatorBy(opening(() => Promise.resolve(undefined)));
    expect(operator.implementation).toBe('wasm simd');
    expect(operator.warnings ?? []).toEqual([]);
  });

  it('is that of the CPU, and says why, where one does not open, is too small, or computes wrong doses', async () => {
    const tight = deviceWith(100_000);
    const wrong = deviceWith(1e9);
    const broken = deviceWith(1e9, {
      onBuffer: () => {
        throw new RangeError('no room');
      },
    });
    const mistaken = deviceWith(1e9, {
      onProduct: () => {
        throw new TypeError('a mistake');
      },
    });
    const cases: [() => Promise<OpenDevice>, RegExp][] = [
      [() => Promise.reject(new GpuFailure('no device: too many')), /because the GPU failed: no device: too many$/],
      [() => Promise.reject(new TypeError('a mistake')), /because the GPU failed: TypeError: a mistake$/],
      [() => Promise.resolve(broken), /because the GPU failed: RangeError: no room$/],
      [() => Promise.resolve(mistaken), /because the GPU failed: .+: a mistake$/],
      [() => Promise.resolve(tight), /: a direction would take a buffer of \d+ MB; its buffers hold 0 MB$/],
      [() => Promise.resolve(wrong), /: it computes wrong doses: 1\.0e\+0 of the maximum off$/],
    ];
    const expected = await dosesOf(onCpu);
    for (const [open, words] of cases) {
      const operator = await operatorBy(opening(open));
      expect(operator.warnings).toEqual([expect.stringMatching(words)]);
      expect(operator.implementation).toBe('wasm simd');
      expect(await dosesOf(operator)).toEqual(expected);
    }
    for (const device of [tight, wrong, broken, mistaken]) expect(device.ended()).toBe(true);
  });

  it('gives a device back on which no kernel compiles', async () => {
    const gpu = deviceWith(1e9);
    const device = { ...gpu.device, createComputePipelineAsync: () => Promise.reject(new Error('too long')) };
    const operator = await operatorBy(opening(() => Promise.resolve({ ...gpu, device })));
    expect(operator.warnings).toEqual([expect.stringMatching(/: the kernel does not compile: too long$/)]);
    expect(gpu.ended()).toBe(true);
  });

  it('is that of the faster of the two, and says why', async () => {
    // ms that a product takes on the device, the first two and the later ones; threads take 10.
    const cases: [first: number, later: number, software: boolean, implementation: string][] = [
      [31, 31, false, 'wasm simd: webgpu (test) took 3.1 × as long'],
      [10, 10, false, 'wasm simd: webgpu (test) took 1.0 × as long'],
      [2, 2, false, 'webgpu (test): 5.0 × as fast as wasm simd'],
      [900, 4, false, 'webgpu (test): 2.5 × as fast as wasm simd'],
      [31, 31, true, 'webgpu (test)'],
    ];
    for (const [first, later, software, implementation] of cases) {
      let [clock, products] = [0, 0];
      const onProduct = (): void => void (clock += products++ < 2 ? first : later);
      const gpu = deviceWith(1e9, { software, onProduct });
      const open = () => Promise.resolve(gpu);
      const operator = await operatorBy(
        gpuInfluence(
          ofNothing(() => (clock += 10)),
          { open, now: () => clock },
        ),
      );
      expect(operator.implementation).toBe(implementation);
      expect(operator.warnings).toEqual([]);
      const onGpu = implementation.startsWith('webgpu');
      expect(gpu.ended()).toBe(!onGpu);
      const before = products;
      await dosesOf(operator);
      expect(products - before).toBe(onGpu ? 1 : 0);
    }
  });

  it('ends with what the threads fail at while both are compared, and with a cancellation', async () => {
    for (const words of ['stopped', 'a thread is gone']) {
      const gpu = deviceWith(1e9);
      const failing = ofNothing(() => {
        throw new IsocenterError(words === 'stopped' ? 'CANCELLED' : 'INTERNAL', words);
      });
      const open = () => Promise.resolve(gpu);
      await expect(operatorBy(gpuInfluence(failing, { open, now }))).rejects.toThrow(words);
      expect(gpu.ended()).toBe(true);
    }
    const stop = new AbortController();
    const gpu = deviceWith(1e9, { onProduct: () => stop.abort() });
    const makeOperator = gpuInfluence(
      ofNothing(() => undefined),
      { open: () => Promise.resolve(gpu), now },
    );
    await expect(optimizationProblem(small, { makeOperator, signal: stop.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(gpu.ended()).toBe(true);
  });

  it('gives the device back when the operator cannot be made', async () => {
    const gpu = deviceWith(1e9);
    const failing: OperatorMaker = () => Promise.reject(new IsocenterError('CANCELLED', 'stopped'));
    await expect(operatorBy(gpuInfluence(failing, { open: () => Promise.resolve(gpu), now }))).rejects.toThrow(
      'stopped',
    );
    expect(gpu.ended()).toBe(true);
  });

  it('gets from threads what this thread would lay out', async () => {
    const told = async (maker: OperatorMaker): Promise<(LaidFluence | undefined)[]> => {
      const laid: (LaidFluence | undefined)[] = [];
      await operatorBy((setups, machine, voxels, options) =>
        maker(setups, machine, voxels, { ...options, onLaid: (direction, one) => (laid[direction] = one) }),
      );
      return laid;
    };
    await using threads = new InfluenceThreads(2);
    const [here, there] = [await told(influenceOf), await told(threads.operator)];
    expect(here).toHaveLength(3);
    expect(there).toEqual(here);
  });
});

describe('an operator on a GPU', () => {
  const failing = (after: number, error: Error) => {
    let asked = 0;
    const product = async (value: number, out: Float64Array): Promise<void> => {
      if (asked++ >= after) throw error;
      out.fill(value);
    };
    return {
      times: (_: Float64Array, out: Float64Array) => product(5, out),
      transposeTimes: (_: Float64Array, out: Float64Array) => product(6, out),
      end: () => undefined,
    };
  };

  it.each([
    [new GpuFailure('lost'), 'lost'],
    [new TypeError('a mistake'), 'TypeError: a mistake'],
  ])('leaves the product that it fails at, and all after it, to the CPU: %s', async (error, words) => {
    const operator = new GpuOperator(onCpu, { name: 'webgpu (test)', products: failing(1, error) });
    expect(operator.implementation).toBe('webgpu (test)');
    expect((await dosesOf(operator))[0]).toBe(5);
    expect(operator.warnings).toEqual([]);
    const gradient = new Float64Array(operator.columns);
    const expected = new Float64Array(operator.columns);
    const ones = new Float64Array(operator.rows).fill(1);
    await operator.transposeTimes(ones, gradient);
    await onCpu.transposeTimes(ones, expected);
    expect(gradient).toEqual(expected);
    expect(await dosesOf(operator)).toEqual(await dosesOf(onCpu));
    // Of some directions alone, too.
    const [some, expectedOfSome] = [new Float64Array(operator.rows), new Float64Array(operator.rows)];
    const among = Uint8Array.of(0, 1, 0);
    await operator.times(new Float64Array(operator.columns).fill(1), some, among);
    await onCpu.times(new Float64Array(operator.columns).fill(1), expectedOfSome, among);
    expect(some).toEqual(expectedOfSome);
    expect(operator.implementation).toBe('webgpu (test) and wasm simd');
    expect(operator.warnings).toEqual([
      `the optimiser's dose was computed on the CPU because the GPU failed: ${words}`,
    ]);
  });

  it('has the threads compute those directions alone that are asked about, where they compute', async () => {
    const asked: unknown[] = [];
    const cpu: DoseOperator = {
      ...onCpu,
      directions: onCpu.directions,
      times: (_x, _doses, among) => void asked.push(among),
      transposeTimes: (_y, _gradient, among) => void asked.push(among),
    };
    const operator = new GpuOperator(cpu, { name: 'webgpu (test)', ratio: 2 });
    const among = Uint8Array.of(0, 1, 0);
    await operator.times(new Float64Array(operator.columns), new Float64Array(operator.rows), among);
    await operator.transposeTimes(new Float64Array(operator.rows), new Float64Array(operator.columns), among);
    expect(asked).toEqual([among, among]);
  });

  it('is refused when either product is 2e-5 of the maximum off, or no number', async () => {
    const off = (times: number, transposed: number) => ({
      times: async (x: Float64Array, out: Float64Array): Promise<void> => {
        await onCpu.times(x, out);
        const largest = out.reduce((most, value) => Math.max(most, value), 0);
        out[3] += times * largest;
      },
      transposeTimes: async (y: Float64Array, out: Float64Array): Promise<void> => {
        await onCpu.transposeTimes(y, out);
        const largest = out.reduce((most, value) => Math.max(most, value), 0);
        out[2] -= transposed * largest;
      },
    });
    await proveProducts(off(5e-6, 5e-6), onCpu, now);
    for (const wrong of [off(2e-5, 0), off(0, 2e-5), off(Number.NaN, 0)])
      await expect(proveProducts(wrong, onCpu, now)).rejects.toThrow(/^it computes wrong doses/);
  });
});
