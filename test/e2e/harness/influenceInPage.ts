import { openDevice } from '#shared/gpu/device.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import type { OperatorMaker } from '#shared/optimization/influence/doseOperator.ts';
import { influenceOf } from '#shared/optimization/influence/influence.ts';
import { gpuInfluence } from '#shared/optimization/influence/webgpu/gpuInfluence.ts';
import { optimizationProblem } from '#shared/optimization/problem/problem.ts';
import { seeded } from '#test/builders/random.ts';
import { cylinder, goals } from '../../unit/shared/optimization/problem/cylinder.ts';
import type { InfluenceReport } from './kernelMessages.ts';

/** What operators of a small problem give on the page's adapter and in WebAssembly; then the device is destroyed between two products. */
export async function compareInfluence(): Promise<InfluenceReport> {
  const small = { ...cylinder, grid: 10, bixel: 10 };
  const gpu = await openDevice({ allowSoftware: true });
  const onCpu = await optimizationProblem(small, { makeOperator: influenceOf });
  const onGpu = await optimizationProblem(small, {
    makeOperator: gpuInfluence(influenceOf, { open: () => Promise.resolve(gpu), now }),
  });
  const { rows, columns } = onCpu.operator;
  const random = seeded(3);
  const x = Float64Array.from({ length: columns }, random);
  const y = Float64Array.from({ length: rows }, () => random() - 0.5);
  const products = async ({ operator }: typeof onCpu) => {
    const [doses, gradient] = [new Float64Array(rows), new Float64Array(columns)];
    await operator.times(x, doses);
    await operator.transposeTimes(y, gradient);
    return { doses, gradient };
  };
  const [cpu, first, second] = [await products(onCpu), await products(onGpu), await products(onGpu)];
  const forward = dot(first.doses, y);
  const among = new Uint8Array(onCpu.operator.directions.length);
  among[1] = 1;
  const { from, to } = onCpu.operator.directions[1];
  const alone = async ({ operator }: typeof onCpu) => {
    const [own, doses, gradient] = [new Float64Array(columns), new Float64Array(rows), new Float64Array(columns)];
    own.set(x.subarray(from, to), from);
    await operator.times(own, doses, among);
    await operator.transposeTimes(y, gradient, among);
    return { doses, gradient: gradient.slice(from, to) };
  };
  const [aloneOnCpu, aloneOnGpu] = [await alone(onCpu), await alone(onGpu)];
  const target = { roi: 'PTV', dosePerFraction: 2 };
  // One direction and all goals: a search that ends, and does not wander along a valley of directions that compensate each other.
  const search = async (makeOperator: OperatorMaker): Promise<number> => {
    const alone = { ...small, directions: small.directions.slice(0, 1) };
    const { operator, objective } = await optimizationProblem(alone, { makeOperator });
    return (await optimizeFluence(operator, objective(goals), target, { maxIterations: 20 })).value;
  };
  const values = {
    cpu: await search(influenceOf),
    gpu: await search(gpuInfluence(influenceOf, { open: () => openDevice({ allowSoftware: true }), now })),
  };
  const { implementation, warnings } = onGpu.operator;
  gpu?.device.destroy();
  const lost = await products(onGpu);
  return {
    implementation: implementation ?? '',
    warnings: warnings ?? [],
    deviations: {
      doses: deviation(first.doses, cpu.doses),
      gradient: deviation(first.gradient, cpu.gradient),
      alone: Math.max(
        deviation(aloneOnGpu.doses, aloneOnCpu.doses),
        deviation(aloneOnGpu.gradient, aloneOnCpu.gradient),
      ),
    },
    adjointness: Math.abs(forward - dot(x, first.gradient)) / Math.sqrt(dot(first.doses, first.doses) * dot(y, y)),
    sameBits: same(first.doses, second.doses) && same(first.gradient, second.gradient),
    values,
    afterLoss: {
      sameAsCpu: same(lost.doses, cpu.doses) && same(lost.gradient, cpu.gradient),
      implementation: onGpu.operator.implementation ?? '',
      warnings: onGpu.operator.warnings ?? [],
    },
  };
}

const now = (): number => performance.now();

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, n) => sum + value * b[n], 0);

const same = (a: Float64Array, b: Float64Array): boolean => a.every((value, n) => value === b[n]);

/** Largest difference, of the largest expected number. */
const deviation = (found: Float64Array, expected: Float64Array): number =>
  found.reduce((most, value, n) => Math.max(most, Math.abs(value - expected[n])), 0) /
  expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
