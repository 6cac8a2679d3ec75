import type { Vec3 } from '../../geometry/vec.ts';
import type { BeamFrame } from '../beam/beamFrame.ts';
import type { Filtration } from '../beam/filtration.ts';
import { CentreFluence } from '../beam/centreFluence.ts';
import type { FluenceMap } from '../beam/fluenceMap.ts';
import { DEPTH_NODES, depthIndex } from './coneTable.ts';
import { type LocalGrid, type MassPath, RoughPaths, traceToSource } from './rayTrace.ts';
import type { TermaTable } from './terma.ts';
import { visitPlane } from './visitPlane.ts';

/** TERMA and the state of the spectrum on the grid. */
export interface PrimaryField {
  /** Gy·cm² per unit primary fluence on the axis at the isocenter distance, or what it was scaled to. */
  readonly terma: Float32Array;
  /** Fractional index into the cone table's depth nodes. */
  readonly hardening: Float32Array;
}

/**
 * Fluence below this share of the open beam's is left out: what passes jaws and leaves together (some 1e-4 of the open dose, below
 * what any transmission figure is known to), in exchange for no ray trace and no release of energy over most of the patient.
 */
const NEGLIGIBLE = 1e-4;

/**
 * Fluence below this share of the open beam's, what the jaws let through, gets its path from a neighbour (RoughPaths). An error of
 * 10 % there is one of 1e-3; with the shared look-ups 4e-4 of the maximum at worst for one oblique beam on the thorax phantom.
 */
const MINOR = 0.01;

/** Planes [from, to) of the grid; `from` is even, where a block of rough paths begins. */
export type Planes = readonly [number, number];

/** Sums what several directions release in some planes of the grid: one for a static beam, the segments of a sector of an arc. */
export class ReleasedEnergy {
  readonly #grid: LocalGrid;
  readonly #planes: Planes;
  readonly #terma: Float32Array;
  /** Hardening times TERMA as long as it is summed. */
  readonly #hardening: Float32Array;

  constructor(grid: LocalGrid, planes: Planes) {
    const count = grid.dims[0] * grid.dims[1] * (planes[1] - planes[0]);
    this.#grid = grid;
    this.#planes = planes;
    this.#terma = new Float32Array(count);
    this.#hardening = new Float32Array(count);
  }

  /**
   * Attenuates a fluence into every voxel: fluence by the voxel's shadow on the isocenter plane, 1/r² from the source,
   * exact radiological path, TERMA with hardening.
   */
  async add(
    frame: BeamFrame,
    fluence: FluenceMap,
    /** Share of the meterset that the fluence stands for. */
    weight: number,
    /** What to multiply the TERMA with. */
    scale: number,
    terma: TermaTable,
    /** Beside the patient; none unless given. */
    filtration: Filtration | undefined,
    /** Awaited between planes: where a cancel is seen. */
    pause: () => Promise<void>,
  ): Promise<void> {
    const arriving = new CentreFluence(fluence, weight);
    const rough = new RoughPaths(this.#grid, frame.source);
    for (let k = this.#planes[0]; k < this.#planes[1]; k++) {
      await pause();
      this.#addPlane(k, frame, arriving, rough, weight, scale, terma, filtration);
    }
  }

  #addPlane(
    k: number,
    frame: BeamFrame,
    fluence: CentreFluence,
    rough: RoughPaths,
    weight: number,
    scale: number,
    terma: TermaTable,
    filtration: Filtration | undefined,
  ): void {
    const grid = this.#grid;
    const { source, sad } = frame;
    const path: MassPath = { water: 0, bone: 0 };
    const sideX = shadow(frame.x, grid.spacing);
    const sideY = shadow(frame.y, grid.spacing);
    const first = this.#planes[0] * grid.dims[0] * grid.dims[1];
    visitPlane(grid, frame, k, (voxel, i, j, x, y, project, squared) => {
      const photons = fluence.at(x, y, sideX * project, sideY * project);
      if (Math.abs(photons) <= NEGLIGIBLE * weight) return;
      if (Math.abs(photons) <= MINOR * weight) rough.trace(i, j, k, path);
      else traceToSource(grid, i, j, k, source, path);
      const filter = filtration === undefined ? 0 : filtration.depthAt(x, y);
      const reshaped = filtration === undefined ? 1 : filtration.factorAt(x, y);
      const arriving = photons * ((sad * sad) / squared) * reshaped * scale;
      const released = arriving * terma(path.water + filter, path.bone, grid.density[voxel]);
      this.#terma[voxel - first] += released;
      this.#hardening[voxel - first] += released * depthIndex(path.water + path.bone + filter);
    });
  }

  /**
   * The sum with its mean hardening, the TERMA divided by what the cones of the set, aligned with `frame`, hold of the kernel at the
   * voxel's tilt. The object must not be used any more.
   */
  finish(frame: BeamFrame, heldAtTilt: (cosine: number) => number): PrimaryField {
    const { dims, spacing } = this.#grid;
    const [terma, hardening] = [this.#terma, this.#hardening];
    const { source, travel } = frame;
    let at = 0;
    for (let k = this.#planes[0]; k < this.#planes[1]; k++)
      for (let j = 0; j < dims[1]; j++)
        for (let i = 0; i < dims[0]; i++, at++) {
          if (terma[at] === 0) continue;
          const x = i * spacing[0] - source[0];
          const y = j * spacing[1] - source[1];
          const z = k * spacing[2] - source[2];
          const along = x * travel[0] + y * travel[1] + z * travel[2];
          // Out of bounds only where contributions of both signs nearly cancel.
          hardening[at] = Math.max(0, Math.min(DEPTH_NODES.length - 1, hardening[at] / terma[at]));
          terma[at] /= heldAtTilt(along / Math.sqrt(x * x + y * y + z * z));
        }
    return { terma, hardening };
  }
}

/** Side of the box whose spread along a beam axis equals that of a voxel; exact when the grid is aligned with the beam. */
function shadow(axis: Vec3, spacing: Vec3): number {
  return Math.hypot(axis[0] * spacing[0], axis[1] * spacing[1], axis[2] * spacing[2]);
}
