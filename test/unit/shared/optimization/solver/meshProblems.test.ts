import { describe, expect, it } from 'vitest';
import { boundedMinimum, type Objective } from '#shared/optimization/solver/boundedMinimum.ts';
import { expectGradient } from './gradientCheck.ts';

/**
 * ½ Σ over edges a (uᵢ − uⱼ)² − Σ bᵢ uᵢ within bounds, on a square mesh whose rim stays 0: the quadratic problems of MINPACK-2 and CUTE that come
 * from membranes (Averick, Carter, Moré, Xue, ANL/MCS-P153-0692 (1992)).
 */
interface Mesh {
  readonly name: string;
  readonly conductance: (x: number, y: number) => number;
  readonly load: (x: number, y: number) => number;
  readonly lower: (x: number, y: number) => number;
  readonly upper: (x: number, y: number) => number;
}

const rim = (x: number, y: number): number => Math.min(x, y, 1 - x, 1 - y);
const dent = (x: number, y: number, power: number): number => (Math.sin(9.2 * x) * Math.sin(9.3 * y)) ** power;

const MESHES: readonly Mesh[] = [
  { name: 'TORSION1: elastic–plastic torsion, c = 5', conductance: () => 1, load: () => 5, lower: (x, y) => -rim(x, y), upper: rim },
  { name: 'TORSION5: c = 20', conductance: () => 1, load: () => 20, lower: (x, y) => -rim(x, y), upper: rim },
  {
    name: 'OBSTCLAE: membrane over one obstacle',
    conductance: () => 1,
    load: () => 1,
    lower: (x, y) => (Math.sin(3.2 * x) * Math.sin(3.3 * y)) ** 3,
    upper: () => 2000,
  },
  {
    name: 'OBSTCLBL: membrane between two obstacles',
    conductance: () => 1,
    load: () => 1,
    lower: (x, y) => dent(x, y, 3),
    upper: (x, y) => dent(x, y, 2) + 0.02,
  },
  {
    name: 'JNLBRNGA: pressure in a journal bearing, eccentricity 0.1',
    conductance: (x) => (1 + 0.1 * Math.cos(2 * Math.PI * x)) ** 3,
    load: (x) => 0.1 * Math.sin(2 * Math.PI * x),
    lower: () => 0,
    upper: () => Infinity,
  },
]; // biome-ignore format: a table

/** Inner points of the mesh a side. */
const SIDE = 16;
const STEP = 1 / (SIDE + 1);

function system({ conductance, load, lower, upper }: Mesh) {
  const at = (n: number): [number, number] => [((n % SIDE) + 1) * STEP, (Math.floor(n / SIDE) + 1) * STEP];
  const all = Array.from({ length: SIDE * SIDE }, (_, n) => n);
  /** The four neighbours of a point, −1 at the rim, with the conductance halfway. */
  const edges = all.map((n) => {
    const [i, j] = [n % SIDE, Math.floor(n / SIDE)];
    const [x, y] = at(n);
    return [[-1, 0], [1, 0], [0, -1], [0, 1]].map(([di, dj]) => {
      const inside = i + di >= 0 && i + di < SIDE && j + dj >= 0 && j + dj < SIDE;
      return [inside ? n + di + dj * SIDE : -1, conductance(x + (di * STEP) / 2, y + (dj * STEP) / 2)] as const;
    }); // biome-ignore format: four directions
  });
  const loads = all.map((n) => load(...at(n)) * STEP * STEP);
  const pull = (u: Float64Array, n: number): number =>
    edges[n].reduce((sum, [m, a]) => sum + a * (u[n] - (m < 0 ? 0 : u[m])), 0);
  const objective: Objective = (u, gradient) => {
    let sum = 0;
    for (const n of all) {
      const force = pull(u, n);
      gradient[n] = force - loads[n];
      sum += u[n] * (0.5 * force - loads[n]);
    }
    return sum;
  };
  const bounds = {
    lower: Float64Array.from(all, (n) => lower(...at(n))),
    upper: Float64Array.from(all, (n) => upper(...at(n))),
  };
  const sweep = (u: Float64Array): number => {
    let most = 0;
    for (const n of all) {
      const diagonal = edges[n].reduce((sum, [, a]) => sum + a, 0);
      const wanted = u[n] - (1.8 * (pull(u, n) - loads[n])) / diagonal;
      const next = Math.min(bounds.upper[n], Math.max(bounds.lower[n], wanted));
      most = Math.max(most, Math.abs(next - u[n]));
      u[n] = next;
    }
    return most;
  };
  return { objective, bounds, sweep };
}

describe('boundedMinimum on membranes', () => {
  it.each(MESHES)('$name: the solution of projected overrelaxation', async (mesh) => {
    const { objective, bounds, sweep } = system(mesh);
    const start = Float64Array.from(bounds.lower, (low) => Math.max(0, low));
    // Another method, which converges for these matrices: Cryer, SIAM J. Control 9 (1971) 385.
    const relaxed = Float64Array.from(start);
    let sweeps = 0;
    while (sweep(relaxed) > 1e-14) expect(++sweeps).toBeLessThan(5000);
    const { x, value, evaluations } = await boundedMinimum(objective, start, bounds, {
      gradientTolerance: 1e-10,
      valueTolerance: 0,
    });
    const spare = new Float64Array(x.length);
    expect(Math.abs(value - (objective(relaxed, spare) as number))).toBeLessThan(1e-12 + 1e-10 * Math.abs(value));
    // Gradients below 1e-10 and a least eigenvalue of about 2π²h² = 0.07 leave less than 1e-8.
    expect(x.every((at, n) => Math.abs(at - relaxed[n]) < 1e-7)).toBe(true);
    expect(evaluations).toBeLessThan(400);
    // The bounds matter: some are active, others are not.
    const active = relaxed.filter((at, n) => at === bounds.lower[n] || at === bounds.upper[n]).length;
    expect(active).toBeGreaterThan(20);
    expect(active).toBeLessThan(SIDE * SIDE - 20);
    await expectGradient(
      objective,
      start.map((at, n) => at + 0.01 * Math.sin(n)),
      1e-6,
    );
  });
});
