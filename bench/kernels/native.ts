import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beamQualityByName } from '#shared/dosimetry/machine/beamQuality.ts';
import { coneTables } from '#shared/dosimetry/collapsedCone/coneTable.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import { simdKernel } from '#shared/dosimetry/collapsedCone/kernels/simd/simdKernel.ts';
import { normalize } from '#shared/geometry/vec.ts';
import type { Row } from '../report/row.ts';
import { quantile } from './measured.ts';

const SIDE = 128;
const MODES = ['transport only', 'minor release', 'full release'] as const;
const RUNS = 9;
/** Both are measured so often, one after the other: what others do on the machine changes within seconds. */
const ROUNDS = 5;

interface Native extends Disposable {
  /** Nanoseconds per voxel and direction in each mode. */
  times(): number[];
}

/** The C program, compiled; undefined where there is no gcc. */
function compiledNative(): Native | undefined {
  if (spawnSync('gcc', ['--version']).status !== 0) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'isocenter-native-'));
  const program = join(dir, 'superposition');
  const options = ['-O3', '-march=native', '-ffast-math', '-o', program];
  execFileSync('gcc', [...options, 'bench/kernels/native/superposition.c', '-lm']);
  return {
    times: () =>
      execFileSync(program, [String(SIDE)], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .map(Number),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** The same sweep through the same water by the WebAssembly kernel; as there, the best of some runs in processor time. */
async function wasmTime(mode: (typeof MODES)[number]): Promise<number> {
  const count = SIDE ** 3;
  const terma = new Float32Array(count).fill(1);
  if (mode === 'transport only')
    for (let v = 0; v < count; v++)
      if (v % SIDE > 0 && Math.floor(v / SIDE) % SIDE > 0 && v >= SIDE * SIDE) terma[v] = 0;
  const run = simdKernel.begin({
    dims: [SIDE, SIDE, SIDE],
    spacing: [0.3, 0.3, 0.3],
    density: new Float32Array(count).fill(1),
    terma,
    hardening: new Float32Array(count).fill(1.5),
    minorTerma: mode === 'minor release' ? 2 : 1e-9,
    source: [(SIDE * 0.3) / 2, (SIDE * 0.3) / 2, -88],
  });
  const { coefficients } = coneTables(beamQualityByName('mohan6'), DEFAULT_DIRECTIONS)[3];
  const cone = { direction: normalize([0.282, 0.188, 0.941]), coefficients };
  let best = Infinity;
  for (let n = 0; n <= RUNS; n++) {
    const begun = process.threadCpuUsage();
    await run.sweep(cone);
    const { user, system } = process.threadCpuUsage(begun);
    if (n > 0) best = Math.min(best, user + system);
  }
  return (1e3 * best) / count;
}

/** One cone through 128³ voxels: the WebAssembly kernel, and its speed as a share of native C with eight lanes and fast math. */
export async function kernelRows(): Promise<Row[]> {
  using native = compiledNative();
  const wasm = MODES.map((): number[] => []);
  const ratios = MODES.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    const beside = native?.times();
    for (const [n, mode] of MODES.entries()) {
      const value = await wasmTime(mode);
      wasm[n].push(value);
      if (beside !== undefined) ratios[n].push(beside[n] / value);
    }
  }
  return MODES.map((mode, n) => {
    const name = `wasm kernel, ${mode}, per voxel and direction`;
    const row = { name, value: quantile(wasm[n], 0.5), unit: 'ns' };
    return native === undefined ? row : { ...row, peer: 'speed of native C (AVX)', ratio: quantile(ratios[n], 0.5) };
  });
}
