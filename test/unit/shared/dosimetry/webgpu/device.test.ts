import { describe, expect, it } from 'vitest';
import { openGpu } from '#shared/dosimetry/collapsedCone/kernels/webgpu/device.ts';
import { GpuFailure, guarded } from '#shared/gpu/device.ts';
import type { GpuAdapter, GpuApi, GpuDevice } from '#shared/gpu/platform.ts';
import { webGpuKernel } from '#shared/dosimetry/collapsedCone/kernels/webgpu/webGpuKernel.ts';

// Stands in for a platform: what the adapter says of itself, and a device that takes everything and computes nothing.
const limits = { maxBufferSize: 1000, maxStorageBufferBindingSize: 800 };

function deviceWith(changes: Partial<GpuDevice> = {}): GpuDevice {
  return {
    limits,
    lost: new Promise(() => undefined),
    createShaderModule: () => ({}),
    createComputePipelineAsync: () => Promise.resolve({ getBindGroupLayout: () => ({}) }),
    pushErrorScope: () => undefined,
    popErrorScope: () => Promise.resolve(null),
    ...changes,
  } as GpuDevice;
}

function apiWith(info: Partial<GpuAdapter['info']>, device: () => Promise<GpuDevice>): GpuApi {
  const adapter = { info: { vendor: '', architecture: '', description: '', ...info }, limits, requestDevice: device };
  return { requestAdapter: () => Promise.resolve(adapter as GpuAdapter) };
}

const real = { vendor: 'nvidia', architecture: 'ampere', isFallbackAdapter: false };
const working = (): Promise<GpuDevice> => Promise.resolve(deviceWith());

describe('the choice of a GPU', () => {
  it('takes a real one and says which', async () => {
    expect((await openGpu({ api: apiWith(real, working) }))?.label).toBe('nvidia ampere');
    const unnamed = apiWith({ description: 'Some GPU', isFallbackAdapter: false }, working);
    expect((await openGpu({ api: unnamed }))?.label).toBe('Some GPU');
  });

  it('takes a program that plays one only when asked to', async () => {
    const api = apiWith({ vendor: 'google', architecture: 'swiftshader', isFallbackAdapter: true }, working);
    expect(await openGpu({ api })).toBeUndefined();
    expect((await openGpu({ api, allowSoftware: true }))?.label).toBe('google swiftshader');
  });

  it('takes none that does not say, none where there is none', async () => {
    expect(await openGpu({ api: apiWith({ vendor: 'someone' }, working) })).toBeUndefined();
    expect(await openGpu({ api: { requestAdapter: () => Promise.resolve(null) } })).toBeUndefined();
    // Node has no WebGPU.
    expect(await openGpu()).toBeUndefined();
  });

  it('fails in words where there is one that does not work', async () => {
    const noDevice = apiWith(real, () => Promise.reject(new Error('too many devices')));
    await expect(openGpu({ api: noDevice })).rejects.toThrow(new GpuFailure('no device: too many devices'));
    const device = deviceWith({ createComputePipelineAsync: () => Promise.reject(new Error('line 3')) });
    await expect(openGpu({ api: apiWith(real, () => Promise.resolve(device)) })).rejects.toThrow(
      new GpuFailure('the kernel does not compile: line 3'),
    );
  });
});

describe('a device', () => {
  it('makes a failure of what it reports beside its calls', async () => {
    expect(await guarded(deviceWith(), () => 7)).toBe(7);
    const full = deviceWith({ popErrorScope: () => Promise.resolve({ message: 'out of memory' }) });
    await expect(guarded(full, () => 7)).rejects.toThrow(new GpuFailure('out of memory'));
  });

  it('refuses a grid that its buffers cannot hold, and everything once it is lost', async () => {
    const values = new Float32Array(201);
    const problem = {
      dims: [201, 1, 1],
      spacing: [1, 1, 1],
      density: values,
      terma: values,
      hardening: values,
      minorTerma: 0,
      source: [0, 0, -100],
    } as const;
    const gpu = await openGpu({ api: apiWith(real, working) });
    expect(() => webGpuKernel(gpu!).begin(problem)).toThrow(GpuFailure);
    const device = deviceWith({ lost: Promise.resolve({ message: 'driver reset' }) });
    const lost = await openGpu({ api: apiWith(real, () => Promise.resolve(device)) });
    expect(() => webGpuKernel(lost!).begin(problem)).toThrow(new GpuFailure('driver reset'));
  });
});
