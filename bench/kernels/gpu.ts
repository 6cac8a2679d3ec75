import { beamQualityByName } from '#shared/dosimetry/machine/beamQuality.ts';
import { coneTables } from '#shared/dosimetry/collapsedCone/coneTable.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import type { SweepCone, SweepProblem } from '#shared/dosimetry/collapsedCone/kernels/contract.ts';
import { simdKernel } from '#shared/dosimetry/collapsedCone/kernels/simd/simdKernel.ts';
import { normalize } from '#shared/geometry/vec.ts';
import { openWebGpuPage, SOFTWARE_GPU, type WebGpuPage } from '#test/e2e/harness/webGpuPage.ts';
import type { Row } from '../report/row.ts';

const RUNS = 8;

function waterCube(side: number): SweepProblem {
  const ones = new Float32Array(side ** 3).fill(1);
  return {
    dims: [side, side, side],
    spacing: [0.3, 0.3, 0.3],
    density: ones,
    terma: ones,
    hardening: ones.map(() => 1.5),
    minorTerma: 1e-9,
    source: [side * 0.15, side * 0.15, -88],
  };
}

/** Milliseconds a cone by the WebAssembly kernel here, the dose taken out once. */
async function wasmTime(problem: SweepProblem, cone: SweepCone): Promise<number> {
  const run = simdKernel.begin(problem);
  await run.sweep(cone);
  await run.finish();
  const begun = performance.now();
  for (let n = 0; n < RUNS; n++) await run.sweep(cone);
  await run.finish();
  return (performance.now() - begun) / RUNS;
}

/** The machine's own adapter where Chromium gives one, else its software adapter. */
async function openPage(): Promise<WebGpuPage> {
  try {
    return await openWebGpuPage(['--enable-unsafe-webgpu']);
  } catch {
    return await openWebGpuPage(SOFTWARE_GPU);
  }
}

/** One cone through water, every voxel with its own look-up: WebGPU in Chromium, named by its adapter, beside the WebAssembly kernel here. */
export async function run(): Promise<readonly Row[]> {
  await using page = await openPage();
  const real = await page.opensByItself();
  const problem = waterCube(real ? 160 : 40);
  const { coefficients } = coneTables(beamQualityByName('mohan6'), DEFAULT_DIRECTIONS)[3];
  const cone = { direction: normalize([0.282, 0.188, 0.941]), coefficients };
  const perVoxel = 1e6 / problem.density.length;
  const value = (await page.time(problem, cone, RUNS)) * perVoxel;
  return [
    {
      name: `${page.kernel.name}${real ? '' : ', a program that plays a GPU'}, per voxel and direction`,
      value,
      unit: 'ns',
      peer: 'wasm kernel, one thread',
      ratio: value / ((await wasmTime(problem, cone)) * perVoxel),
    },
  ];
}
