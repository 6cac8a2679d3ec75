import { ANGLE_STEPS } from '../coneTable.ts';
import { RATE_COUNT, RATES } from '../depositionKernel.ts';
import { GROUP, plainRun, type SuperpositionKernel, type SweepCone, type SweepProblem } from './contract.ts';
import { lateralShift, type Sweep, sweepOf } from './stepping.ts';

/** The contract written plainly, in double precision: what every faster kernel is tested against. */
export const referenceKernel: SuperpositionKernel = {
  name: 'typescript reference',
  begin: (problem) => plainRun(problem, sweep),
};

function sweep(problem: SweepProblem, cone: SweepCone, dose: Float32Array): void {
  const frame = sweepOf(problem, cone.direction);
  const { strides } = frame;
  const [n0, n1, n2] = frame.dims;
  const along = frame.direction[2];
  const step = frame.spacing[2] / Math.abs(along);
  let carried = new Float64Array(n0 * n1 * RATE_COUNT);
  let next = new Float64Array(n0 * n1 * RATE_COUNT);
  for (let plane = 0; plane < n2; plane++) {
    const k = along > 0 ? plane : n2 - 1 - plane;
    const move0 = lateralShift(frame, 0, plane) - lateralShift(frame, 0, plane - 1);
    const move1 = lateralShift(frame, 1, plane) - lateralShift(frame, 1, plane - 1);
    for (let j = 0; j < n1; j++)
      for (let i = 0; i < n0; i++) {
        const [fromI, fromJ] = [i - move0, j - move1];
        const inside = plane > 0 && fromI >= 0 && fromI < n0 && fromJ >= 0 && fromJ < n1;
        const from = (fromI + n0 * fromJ) * RATE_COUNT;
        const to = (i + n0 * j) * RATE_COUNT;
        const voxel = i * strides[0] + j * strides[1] + k * strides[2];
        const x = problem.density[voxel] * step;
        const terma = problem.terma[voxel];
        const released = terma !== 0 ? coefficientsAt(problem, frame, cone.coefficients, i, j, k) : undefined;
        let sum = 0;
        for (let rate = 0; rate < RATE_COUNT; rate++) {
          const energy = inside ? carried[from + rate] : 0;
          const a = RATES[rate];
          const absorbed = -Math.expm1(-a * x);
          const mean = x > 0 ? absorbed / (a * x) : 1;
          const source = released === undefined ? 0 : terma * released[rate];
          sum += energy * a * mean + source * (1 - mean);
          next[to + rate] = energy - energy * absorbed + source * x * mean;
        }
        if (x > 0) dose[voxel] += sum;
      }
    [carried, next] = [next, carried];
  }
}

/** The cone's coefficients for a voxel: nearest node in angle, linear in hardening. */
function coefficientsAt(
  { terma, hardening, minorTerma }: SweepProblem,
  { dims, spacing, source, direction, strides }: Sweep,
  table: Float32Array,
  i: number,
  j: number,
  k: number,
): number[] {
  const row = j * strides[1] + k * strides[2];
  const first = i - (i % GROUP);
  const group = Array.from({ length: Math.min(GROUP, dims[0] - first) }, (_, n) => row + (first + n) * strides[0]);
  const minor = group.every((voxel) => Math.abs(terma[voxel]) <= minorTerma);
  const at = minor ? first + (GROUP - 1) / 2 : i;
  const depth = minor ? Math.max(...group.map((voxel) => hardening[voxel])) : hardening[row + i * strides[0]];
  const [v0, v1, v2] = [at * spacing[0] - source[0], j * spacing[1] - source[1], k * spacing[2] - source[2]];
  const [d0, d1, d2] = direction;
  const cosine = (v0 * d0 + v1 * d1 + v2 * d2) / Math.sqrt(v0 * v0 + v1 * v1 + v2 * v2);
  const angle = Math.round(Math.sqrt(Math.max(0, (1 - cosine) / 2)) * ANGLE_STEPS);
  const node = Math.floor(depth);
  const [low, high] = [node, Math.ceil(depth)].map((n) => (n * (ANGLE_STEPS + 1) + angle) * RATE_COUNT);
  return RATES.map((_, rate) => table[low + rate] + (depth - node) * (table[high + rate] - table[low + rate]));
}
