import { openGpuKernel } from '#shared/dosimetry/collapsedCone/kernels/webgpu/open.ts';
import type { SweepProblem, SweepRun } from '#shared/dosimetry/collapsedCone/kernels/contract.ts';
import { openGpu } from '#shared/dosimetry/collapsedCone/kernels/webgpu/device.ts';
import { GpuFailure } from '#shared/gpu/device.ts';
import { webGpuKernel } from '#shared/dosimetry/collapsedCone/kernels/webgpu/webGpuKernel.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import { compareInfluence } from './influenceInPage.ts';
import { floatsOf, type KernelInPage, type PlainProblem, textOf } from './kernelMessages.ts';

// The page's side of webGpuPage.ts: the WebGPU kernel, asked for by text.
const kernel = await openGpuKernel({ allowSoftware: true });
if (kernel === undefined) throw new Error('no WebGPU adapter');
const runs = new Map<number, SweepRun>();
const tables = new Map<number, Float32Array>();

const problemOf = ({ density, terma, hardening, ...rest }: PlainProblem): SweepProblem => ({
  ...rest,
  density: floatsOf(density),
  terma: floatsOf(terma),
  hardening: floatsOf(hardening),
});

function runOf(id: number): SweepRun {
  const run = runs.get(id);
  if (run === undefined) throw new Error(`no run ${id}`);
  return run;
}

const served: KernelInPage = {
  name: kernel.name,
  begin: (id, problem) => void runs.set(id, kernel.begin(problemOf(problem))),
  table: (id, coefficients) => void tables.set(id, floatsOf(coefficients)),
  sweep: async (id, direction: Vec3, table) => {
    const coefficients = tables.get(table);
    if (coefficients === undefined) throw new Error(`no table ${table}`);
    await runOf(id).sweep({ direction, coefficients });
  },
  finish: async (id) => textOf(await runOf(id).finish()),
  end: (id) => runOf(id).end?.(),
  opensByItself: async () => (await openGpuKernel()) !== undefined,
  lossUnderWay: async () => {
    const gpu = await openGpu({ allowSoftware: true });
    if (gpu === undefined) throw new Error('no WebGPU adapter');
    const ones = new Float32Array(8 ** 3).fill(1);
    const run = webGpuKernel(gpu).begin({
      dims: [8, 8, 8],
      spacing: [1, 1, 1],
      density: ones,
      terma: ones,
      hardening: ones,
      minorTerma: 0,
      source: [0, 0, -100],
    });
    const coefficients = new Float32Array(6 * 257 * 6).fill(1);
    try {
      await run.sweep({ direction: [0, 0, 1], coefficients });
      gpu.device.destroy();
      await run.sweep({ direction: [0, 0, 1], coefficients });
      return `a dose of ${(await run.finish()).join(' ')}`;
    } catch (error) {
      return `${error instanceof GpuFailure ? 'GpuFailure' : 'other'}: ${String(error)}`;
    }
  },
  influence: compareInfluence,
  time: async (id, direction, table, times) => {
    const run = runOf(id);
    const coefficients = tables.get(table) ?? new Float32Array();
    await run.sweep({ direction, coefficients });
    await run.finish();
    const begun = performance.now();
    for (let n = 0; n < times; n++) await run.sweep({ direction, coefficients });
    await run.finish();
    return (performance.now() - begun) / times;
  },
};

(globalThis as unknown as { kernelInPage: KernelInPage }).kernelInPage = served;
