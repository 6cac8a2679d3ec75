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

// Stands in for a platform's device: takes everything, counts what it was given, and computes nothing.
function deviceWith(bytes: number): OpenDevice & { readonly ended: () => boolean } {
  let ended = false;
  const buffer: Pick<GpuBuffer, 'mapAsync' | 'getMappedRange' | 'unmap'> = {
    mapAsync: () => Promise.resolve(),
    getMappedRange: () => new ArrayBuffer(1e6),
    unmap: () => undefined,
  };
  const nothing = (): void => undefined;
  const device = {
    limits: { maxBufferSize: bytes, maxStorageBufferBindingSize: bytes },
    queue: { writeBuffer: nothing, submit: nothing },
    createBuffer: () => buffer,
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
  return { label: 'test', device, lost: () => undefined, ended: () => ended };
}

describe('the optimiser’s operator where there may be a GPU', () => {
  it('is that of the CPU, and says nothing, where there is none', async () => {
    const operator = await operatorBy(gpuInfluence(influenceOf, () => Promise.resolve(undefined)));
    expect(operator.implementation).toBe('wasm simd');
    expect(operator.warnings ?? []).toEqual([]);
  });

  it('is that of the CPU, and says why, where one does not open, is too small, or computes wrong doses', async () => {
    const tight = deviceWith(100_000);
    const wrong = deviceWith(1e9);
    const cases: [() => Promise<OpenDevice>, RegExp][] = [
      [() => Promise.reject(new GpuFailure('no device: too many')), /because the GPU failed: no device: too many$/],
      [() => Promise.resolve(tight), /: a direction would take a buffer of \d+ MB; its buffers hold 0 MB$/],
      [() => Promise.resolve(wrong), /: it computes wrong doses: 1\.0e\+0 of the maximum off$/],
    ];
    const expected = await dosesOf(onCpu);
    for (const [open, words] of cases) {
      const operator = await operatorBy(gpuInfluence(influenceOf, open));
      expect(operator.warnings).toEqual([expect.stringMatching(words)]);
      expect(operator.implementation).toBe('wasm simd');
      expect(await dosesOf(operator)).toEqual(expected);
    }
    expect([tight.ended(), wrong.ended()]).toEqual([true, true]);
  });

  it('gives the device back when the operator cannot be made', async () => {
    const gpu = deviceWith(1e9);
    const failing: OperatorMaker = () => Promise.reject(new IsocenterError('CANCELLED', 'stopped'));
    await expect(operatorBy(gpuInfluence(failing, () => Promise.resolve(gpu)))).rejects.toThrow('stopped');
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

  it('leaves the product that it fails at, and all after it, to the CPU', async () => {
    const operator = new GpuOperator(onCpu, 'webgpu (test)', failing(1, new GpuFailure('lost')));
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
    expect(operator.implementation).toBe('webgpu (test) and wasm simd');
    expect(operator.warnings).toEqual([expect.stringMatching(/because the GPU failed: lost$/)]);
  });

  it('hides no error of another kind', async () => {
    const operator = new GpuOperator(onCpu, 'webgpu (test)', failing(0, new TypeError('a mistake')));
    await expect(dosesOf(operator)).rejects.toThrow('a mistake');
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
    await proveProducts(off(5e-6, 5e-6), onCpu);
    for (const wrong of [off(2e-5, 0), off(0, 2e-5), off(Number.NaN, 0)])
      await expect(proveProducts(wrong, onCpu)).rejects.toThrow(/^it computes wrong doses/);
  });
});
