import { ANGLE_STEPS } from '../coneTable.ts';
import { RATE_COUNT, RATES } from '../depositionKernel.ts';
import { plainRun, type SuperpositionKernel, type SweepCone, type SweepProblem } from './contract.ts';
import { lateralShift } from './stepping.ts';

/** The contract written plainly, in double precision: what every faster kernel is tested against. */
export const referenceKernel: SuperpositionKernel = {
  name: 'reference',
  begin: (problem) => plainRun(problem, sweep),
};

function sweep(problem: SweepProblem, cone: SweepCone, dose: Float32Array): void {
  const [n0, n1, n2] = problem.dims;
  const step = problem.spacing[2] / Math.abs(cone.direction[2]);
  let carried = new Float64Array(n0 * n1 * RATE_COUNT);
  let next = new Float64Array(n0 * n1 * RATE_COUNT);
  for (let plane = 0; plane < n2; plane++) {
    const k = cone.direction[2] > 0 ? plane : n2 - 1 - plane;
    const move0 = lateralShift(problem, cone, 0, plane) - lateralShift(problem, cone, 0, plane - 1);
    const move1 = lateralShift(problem, cone, 1, plane) - lateralShift(problem, cone, 1, plane - 1);
    for (let j = 0; j < n1; j++)
      for (let i = 0; i < n0; i++) {
        const [fromI, fromJ] = [i - move0, j - move1];
        const inside = plane > 0 && fromI >= 0 && fromI < n0 && fromJ >= 0 && fromJ < n1;
        const from = (fromI + n0 * fromJ) * RATE_COUNT;
        const to = (i + n0 * j) * RATE_COUNT;
        const voxel = i + n0 * (j + n1 * k);
        const x = problem.density[voxel] * step;
        const terma = problem.terma[voxel];
        const released = terma > 0 ? coefficientsAt(problem, cone, i, j, k) : undefined;
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
function coefficientsAt(problem: SweepProblem, cone: SweepCone, i: number, j: number, k: number): number[] {
  const [h0, h1, h2] = problem.spacing;
  const [v0, v1, v2] = [i * h0 - problem.source[0], j * h1 - problem.source[1], k * h2 - problem.source[2]];
  const [d0, d1, d2] = cone.direction;
  const cosine = (v0 * d0 + v1 * d1 + v2 * d2) / Math.sqrt(v0 * v0 + v1 * v1 + v2 * v2);
  const angle = Math.round(Math.sqrt(Math.max(0, (1 - cosine) / 2)) * ANGLE_STEPS);
  const depth = problem.hardening[i + problem.dims[0] * (j + problem.dims[1] * k)];
  const node = Math.floor(depth);
  const [low, high] = [node, Math.ceil(depth)].map((n) => (n * (ANGLE_STEPS + 1) + angle) * RATE_COUNT);
  return RATES.map(
    (_, rate) =>
      cone.coefficients[low + rate] + (depth - node) * (cone.coefficients[high + rate] - cone.coefficients[low + rate]),
  );
}
