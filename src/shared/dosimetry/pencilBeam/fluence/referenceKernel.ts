import type { Axis, FluenceKernel, FluenceProblem, FluenceRun, Plane } from './contract.ts';

/** The contract in plain TypeScript: the specification of the others. */
export const referenceKernel: FluenceKernel = { name: 'reference', begin: (problem) => new ReferenceRun(problem) };

class ReferenceRun implements FluenceRun {
  readonly #problem: FluenceProblem;
  readonly #narrow: Float32Array;
  readonly #wide: Float32Array;
  readonly fluence: Float32Array;
  readonly doses: Float32Array;

  constructor(problem: FluenceProblem) {
    this.#problem = problem;
    this.#narrow = new Float32Array(4 * problem.narrow.width * problem.narrow.height);
    this.#wide = new Float32Array(4 * problem.wide.width * problem.wide.height);
    this.fluence = new Float32Array(problem.lattice[0] * problem.lattice[1]);
    this.doses = new Float32Array(problem.rows);
  }

  gather(): void {
    const { row, weights, narrow, wide } = this.#problem;
    for (const [plane, values] of [
      [narrow, this.#narrow],
      [wide, this.#wide],
    ] as const) {
      values.fill(0);
      this.#spread(plane, (bixel, node, share) => (values[node] += share * this.fluence[bixel]));
    }
    this.#visit((values, node, share, voxel, first) => {
      let sum = 0;
      for (let term = 0; term < 4; term++) sum += weights[8 * voxel + first + term] * values[node + term];
      this.doses[row[voxel]] += share * sum;
    });
  }

  scatter(): void {
    const { row, weights, narrow, wide } = this.#problem;
    this.#narrow.fill(0);
    this.#wide.fill(0);
    this.#visit((values, node, share, voxel, first) => {
      const dose = this.doses[row[voxel]] * share;
      for (let term = 0; term < 4; term++) values[node + term] += weights[8 * voxel + first + term] * dose;
    });
    this.fluence.fill(0);
    for (const [plane, values] of [
      [narrow, this.#narrow],
      [wide, this.#wide],
    ] as const)
      this.#spread(plane, (bixel, node, share) => (this.fluence[bixel] += share * values[node]));
  }

  /** Each bixel with each value that it reaches. */
  #spread({ x, y, width, height }: Plane, use: (bixel: number, value: number, share: number) => void): void {
    const [columns, rows] = this.#problem.lattice;
    for (let bixel = 0; bixel < columns * rows; bixel++) {
      const along = span(x, bixel % columns, width);
      const across = span(y, Math.floor(bixel / columns), height);
      for (let j = across.from; j < across.to; j++)
        for (let i = along.from; i < along.to; i++)
          for (let term = 0; term < 4; term++)
            use(
              bixel,
              4 * (i + width * j) + term,
              x.profile[4 * (i + along.shift) + term] * y.profile[4 * (j + across.shift) + term],
            );
    }
  }

  /** Each voxel with each of the four nodes around it, on both planes. */
  #visit(use: (values: Float32Array, node: number, share: number, voxel: number, first: number) => void): void {
    const { x, y, narrow, wide } = this.#problem;
    const on = (plane: Plane, values: Float32Array, first: number, voxel: number): void => {
      const u = (x[voxel] - plane.from[0]) / plane.pitch;
      const v = (y[voxel] - plane.from[1]) / plane.pitch;
      if (!(u >= 0 && v >= 0 && u < plane.width - 1 && v < plane.height - 1)) return;
      const [i, j] = [Math.floor(u), Math.floor(v)];
      for (let corner = 0; corner < 4; corner++) {
        const [du, dv] = [corner & 1, corner >> 1];
        const share = (du === 1 ? u - i : 1 + i - u) * (dv === 1 ? v - j : 1 + j - v);
        use(values, 4 * (i + du + plane.width * (j + dv)), share, voxel, first);
      }
    };
    for (let voxel = 0; voxel < x.length; voxel++) {
      on(wide, this.#wide, 4, voxel);
      on(narrow, this.#narrow, 0, voxel);
    }
  }
}

/** The nodes that a bixel reaches, and what leads from a node to its place in the profile. */
function span({ nodes, middle, reach }: Axis, bixel: number, size: number) {
  const at = middle + nodes * bixel;
  return { from: Math.max(0, at - reach), to: Math.min(size, at + reach + 1), shift: reach - at };
}
