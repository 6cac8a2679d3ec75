import type { Vec3 } from '../../geometry/vec.ts';
import type { BeamFrame } from '../beam/beamFrame.ts';
import { boneMassFraction } from '../patient/medium.ts';
import type { LocalGrid } from '../collapsedCone/rayTrace.ts';
import type { BeamDepths } from './beamDepths.ts';
import type { FieldMap } from './fluenceLayers.ts';
import { NarrowDose } from './narrowDose.ts';
import type { RowExtents } from './rowExtents.ts';
import { EverySecondVoxel } from './wideDose.ts';

/**
 * Dose of one fluence map, plane by plane of the grid: what varies slowly comes from the beam's-eye lattice by way of every second
 * voxel, what makes edges is computed voxel by voxel where the field is.
 */
export class ApertureDose {
  readonly #grid: LocalGrid;
  readonly #rows: RowExtents;
  readonly #boneRatio: number;
  readonly #wide: EverySecondVoxel;
  readonly #narrow: NarrowDose | undefined;
  readonly #row: Float32Array;

  /** @param wide dose on the lattice (wideDose.ts). */
  constructor(
    grid: LocalGrid,
    frame: BeamFrame,
    depths: BeamDepths,
    field: FieldMap | undefined,
    wide: Float32Array,
    boneRatio: number,
    rows: RowExtents,
  ) {
    this.#grid = grid;
    this.#rows = rows;
    this.#boneRatio = boneRatio;
    this.#wide = new EverySecondVoxel(grid, frame, depths, wide);
    this.#narrow = field === undefined ? undefined : new NarrowDose(grid, frame, depths, field);
    this.#row = new Float32Array(grid.dims[0] + 2);
  }

  /** Adds `factor` times the dose of plane k. */
  addPlane(k: number, factor: number, dose: Float32Array): void {
    const { density, dims } = this.#grid;
    const row = this.#row;
    const nx = dims[0];
    const { width } = this.#wide;
    const near = this.#wide.plane(k >> 1);
    const far = this.#wide.plane((k + 1) >> 1);
    for (let j = 0; j < dims[1]; j++) {
      const begin = this.#rows[2 * (j + dims[1] * k)];
      const end = this.#rows[2 * (j + dims[1] * k) + 1];
      if (end < begin) continue;
      const low = width * (j >> 1);
      const high = width * ((j + 1) >> 1);
      let h = begin >> 1;
      let before = 0.25 * (near[low + h] + near[high + h] + far[low + h] + far[high + h]);
      for (let i = 2 * h; i <= end; i += 2) {
        row[i] = before;
        h++;
        const next = h < width ? 0.25 * (near[low + h] + near[high + h] + far[low + h] + far[high + h]) : before;
        row[i + 1] = 0.5 * (before + next);
        before = next;
      }
      this.#narrow?.addRow(j, k, begin, end, row);
      const at = nx * (j + dims[1] * k);
      for (let i = begin; i <= end; i++) {
        const rho = density[at + i];
        if (rho <= 0) continue;
        const bone = rho > 1 ? 1 - boneMassFraction(rho) * (1 - this.#boneRatio) : 1;
        dose[at + i] += row[i] * bone * factor;
      }
    }
  }
}

/** Sides of a voxel's shadow on the isocenter plane along the beam's x and y, mm. */
export function voxelShadow({ spacing }: LocalGrid, { x, y }: BeamFrame): [number, number] {
  const side = (axis: Vec3): number => Math.hypot(...axis.map((part, n) => part * spacing[n])) * 10;
  return [side(x), side(y)];
}
