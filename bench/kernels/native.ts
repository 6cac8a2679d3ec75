import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beamQualityByName } from '#shared/dosimetry/beamQuality.ts';
import { coneTables } from '#shared/dosimetry/coneTable.ts';
import { simdKernel } from '#shared/dosimetry/kernels/simd/simdKernel.ts';
import { normalize } from '#shared/geometry/vec.ts';
import type { Row } from '../report/row.ts';

const SIDE = 128;
const MODES = ['transport only', 'minor release', 'full release'] as const;
const RUNS = 9;

/** Nanoseconds per voxel and direction of the compiled C program in each mode; undefined where there is no gcc. */
function nativeTimes(): number[] | undefined {
  if (spawnSync('gcc', ['--version']).status !== 0) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'isocenter-native-'));
  try {
    const program = join(dir, 'superposition');
    const options = ['-O3', '-march=native', '-ffast-math', '-o', program];
    execFileSync('gcc', [...options, 'bench/kernels/native/superposition.c', '-lm']);
    return execFileSync(program, [String(SIDE)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The same sweep through the same water by the WebAssembly kernel. */
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
  const { coefficients } = coneTables(beamQualityByName('mohan6'), 80)[3];
  const cone = { direction: normalize([0.282, 0.188, 0.941]), coefficients };
  let best = Infinity;
  for (let n = 0; n <= RUNS; n++) {
    const begun = performance.now();
    await run.sweep(cone);
    if (n > 0) best = Math.min(best, performance.now() - begun);
  }
  return (1e6 * best) / count;
}

/** One cone through 128³ voxels: the WebAssembly kernel, and its speed as a share of native C with eight lanes and fast math. */
export async function kernelRows(): Promise<Row[]> {
  const native = nativeTimes();
  const rows: Row[] = [];
  for (const [n, mode] of MODES.entries()) {
    const value = await wasmTime(mode);
    const row = { name: `wasm kernel, ${mode}, per voxel and direction`, value, unit: 'ns' };
    rows.push(native === undefined ? row : { ...row, peer: 'speed of native C (AVX)', ratio: native[n] / value });
  }
  return rows;
}
