import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FluenceProblem } from '#shared/dosimetry/pencilBeam/fluence/contract.ts';
import { fluenceDose } from '#shared/dosimetry/pencilBeam/fluence/fluenceDose.ts';
import { simdKernel } from '#shared/dosimetry/pencilBeam/fluence/simd/simdKernel.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import type { DirectionSetup } from '#shared/optimization/influence/doseOperator.ts';
import { rowsOfGrid } from '#shared/optimization/influence/groups.ts';
import type { Row } from '../report/row.ts';

const RUNS = 5;
const ROUNDS = 3;

/** One direction, dose and gradient: the WebAssembly kernel, and its speed as a share of native C's. */
export function fluenceKernelRow(
  { beam, lattice, problem }: DirectionSetup,
  machine: Machine,
  voxels: Uint32Array,
): Row {
  let laid: FluenceProblem | undefined;
  const rowOf = rowsOfGrid(voxels, problem.density.data.length);
  const operator = fluenceDose(problem, beam, machine, lattice, rowOf, voxels.length, {
    name: 'watched',
    begin: (given) => simdKernel.begin((laid = given)),
  });
  const run = simdKernel.begin(laid!);
  const wasm = (): number => {
    let [gather, scatter] = [Infinity, Infinity];
    for (let n = 0; n <= RUNS; n++) {
      run.fluence.fill(1);
      run.doses.fill(1);
      const begun = process.threadCpuUsage();
      run.gather();
      const between = process.threadCpuUsage(begun);
      run.doses.fill(1);
      const again = process.threadCpuUsage();
      run.scatter();
      const ended = process.threadCpuUsage(again);
      if (n === 0) continue;
      gather = Math.min(gather, between.user + between.system);
      scatter = Math.min(scatter, ended.user + ended.system);
    }
    return (gather + scatter) / 1e6;
  };
  using native = compiledNative(laid!);
  const pairs = Array.from({ length: ROUNDS }, () => ({ ours: wasm(), theirs: native?.seconds() }));
  const best = Math.min(...pairs.map(({ ours }) => ours));
  const theirs = Math.min(...pairs.map(({ theirs: seconds }) => seconds ?? Infinity));
  const row = {
    name: 'dose of bixels and its gradient, wasm, 48 bytes twice a voxel',
    value: (96 * operator.seen) / 1e9 / best,
    unit: 'GB/s',
  };
  return native === undefined ? row : { ...row, peer: 'speed of native C', ratio: theirs / best };
}

interface Native extends Disposable {
  /** Of dose and gradient together. */
  seconds(): number;
}

/** The C program on this problem; undefined where there is no gcc. */
function compiledNative(problem: FluenceProblem): Native | undefined {
  if (spawnSync('gcc', ['--version']).status !== 0) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'isocenter-native-'));
  const [program, file] = [join(dir, 'fluence'), join(dir, 'problem')];
  execFileSync('gcc', ['-O3', '-march=native', '-ffast-math', '-o', program, 'bench/kernels/native/fluence.c']);
  writeFileSync(file, bytesOf(problem));
  return {
    seconds: () =>
      execFileSync(program, [file], { encoding: 'utf8' })
        .trim()
        .split('\n')
        .reduce((sum, line) => sum + Number(line), 0),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** As fluence.c reads it. */
function bytesOf({ x, y, row, weights, rows, lattice, narrow, wide }: FluenceProblem): Buffer {
  const entries = new Float32Array(12 * x.length);
  const words = new Uint32Array(entries.buffer);
  for (let n = 0; n < x.length; n++) {
    entries.set([x[n], y[n]], 12 * n);
    words[12 * n + 2] = row[n];
    entries.set(weights.subarray(8 * n, 8 * n + 8), 12 * n + 4);
  }
  const planes = [narrow, wide].flatMap(({ width, height, from, pitch, x: alongX, y: alongY }) => [
    Int32Array.from([width, height, ...[alongX, alongY].flatMap(({ nodes, middle, reach }) => [nodes, middle, reach])]),
    Float32Array.of(...from, 1 / pitch),
    alongX.profile,
    alongY.profile,
  ]);
  const parts = [Int32Array.of(x.length, rows, ...lattice), ...planes, entries];
  return Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));
}
