import type { BeamFrame } from '../beam/beamFrame.ts';
import { type FluenceMap, meanFluence } from '../beam/fluenceMap.ts';
import type { Machine } from '../machine/machine.ts';
import type { LocalGrid } from '../collapsedCone/rayTrace.ts';
import { type BeamDepths, WIDE } from './beamDepths.ts';

/** Dose of what varies slowly on the beam's-eye lattice: at plane / 2 + widePlanes · ray. `layers`: the fluence on the rays. */
export function wideDose({ rays, widePlanes, wide }: BeamDepths, layers: Float32Array): Float32Array {
  const out = new Float32Array(rays[0] * rays[1] * widePlanes);
  let [node, at] = [0, 0];
  for (let ray = 0; ray < rays[0] * rays[1]; ray++) {
    const from = ray * WIDE;
    // WIDE is 5; spelt out, since this is the innermost loop.
    const a = layers[from];
    const b = layers[from + 1];
    const c = layers[from + 2];
    const d = layers[from + 3];
    const e = layers[from + 4];
    for (let n = 0; n < widePlanes; n++, node++, at += WIDE)
      out[node] = wide[at] * a + wide[at + 1] * b + wide[at + 2] * c + wide[at + 3] * d + wide[at + 4] * e;
  }
  return out;
}

/**
 * Adds contaminating electrons to it: the blurred opening times a fall with depth to 0 at their range, as sourceModel.ts defines them.
 * @param kerma of the open primary at the surface, Gy·cm².
 */
export function addElectrons(
  dose: Float32Array,
  { rays, from, pitch, planes, near, step, depth, widePlanes }: BeamDepths,
  { sad }: BeamFrame,
  map: FluenceMap,
  { weight, attenuation, range }: Machine['beam']['electrons'],
  kerma: number,
): void {
  const last = Math.exp(-attenuation * range);
  for (let v = 0, node = 0; v < rays[1]; v++)
    for (let u = 0; u < rays[0]; u++) {
      const [x, y] = [from[0] + u * pitch, from[1] + v * pitch];
      const share = meanFluence(map, x, y, map.pixel, map.pixel) * weight * kerma;
      const stretch = Math.hypot(1, x / 10 / sad, y / 10 / sad);
      for (let n = 0; n < widePlanes; n++, node++) {
        const crossed = depth[(u + rays[0] * v) * planes + 2 * n];
        if (crossed >= range) continue;
        const fall = (Math.exp(-attenuation * crossed) - last) / (1 - last);
        dose[node] += share * fall * (sad / ((near + 2 * n * step) * stretch)) ** 2;
      }
    }
}

/** A dose on the lattice seen at every second voxel of the grid, plane by plane, the grid's last voxel included. */
export class EverySecondVoxel {
  readonly #grid: LocalGrid;
  readonly #frame: BeamFrame;
  readonly #depths: BeamDepths;
  readonly #dose: Float32Array;
  readonly width: number;
  readonly height: number;
  /** The two planes last asked for, by parity. */
  readonly #planes: { at: number; readonly values: Float32Array }[];

  constructor(grid: LocalGrid, frame: BeamFrame, depths: BeamDepths, dose: Float32Array) {
    this.#grid = grid;
    this.#frame = frame;
    this.#depths = depths;
    this.#dose = dose;
    this.width = (grid.dims[0] >> 1) + 1;
    this.height = (grid.dims[1] >> 1) + 1;
    this.#planes = [0, 1].map(() => ({ at: -1, values: new Float32Array(this.width * this.height) }));
  }

  /** Values at voxels (2i, 2j, 2·half): at [i + width · j]. */
  plane(half: number): Float32Array {
    const plane = this.#planes[half % 2];
    if (plane.at !== half) this.#fill(2 * half, plane.values);
    plane.at = half;
    return plane.values;
  }

  #fill(k: number, out: Float32Array): void {
    const { rays, from, pitch, near, step, widePlanes } = this.#depths;
    const { source, sad, x: ex, y: ey, travel } = this.#frame;
    const { spacing } = this.#grid;
    const dose = this.#dose;
    const layer = widePlanes * rays[0];
    const lastU = rays[0] - 1.0001;
    const lastV = rays[1] - 1.0001;
    const lastN = widePlanes - 1.0001;
    const perPitch = (sad * 10) / pitch;
    const u0 = from[0] / pitch;
    const v0 = from[1] / pitch;
    const z = k * spacing[2] - source[2];
    let at = 0;
    for (let j = 0; j < this.height; j++) {
      const y = 2 * j * spacing[1] - source[1];
      const alongRow = y * travel[1] + z * travel[2];
      const uRow = y * ex[1] + z * ex[2];
      const vRow = y * ey[1] + z * ey[2];
      for (let i = 0; i < this.width; i++, at++) {
        const x = 2 * i * spacing[0] - source[0];
        const along = alongRow + x * travel[0];
        const project = along > 0 ? perPitch / along : 0;
        // Held beyond the lattice, which ends with the patient.
        const n = Math.min(lastN, Math.max(0, (along - near) / step / 2));
        const u = Math.min(lastU, Math.max(0, (uRow + x * ex[0]) * project - u0));
        const v = Math.min(lastV, Math.max(0, (vRow + x * ey[0]) * project - v0));
        const it = n | 0;
        const iu = u | 0;
        const iv = v | 0;
        const ft = n - it;
        const fu = u - iu;
        const fv = v - iv;
        const a = it + widePlanes * iu + layer * iv;
        const b = a + widePlanes;
        const c = a + layer;
        const d = c + widePlanes;
        const low = dose[a] + fu * (dose[b] - dose[a]);
        const high = dose[c] + fu * (dose[d] - dose[c]);
        const lowNext = dose[a + 1] + fu * (dose[b + 1] - dose[a + 1]);
        const highNext = dose[c + 1] + fu * (dose[d + 1] - dose[c + 1]);
        const here = low + fv * (high - low);
        out[at] = here + ft * (lowNext + fv * (highNext - lowNext) - here);
      }
    }
  }
}
