import type { BeamFrame } from '../beam/beamFrame.ts';
import type { LocalGrid } from '../collapsedCone/rayTrace.ts';
import type { BeamDepths } from './beamDepths.ts';
import type { FieldMap } from './fluenceLayers.ts';
import { NARROW } from './gaussianLadder.ts';

/** Where the widest narrow Gaussian of the fluence is below this share of the open beam's, nothing is computed. */
const NEGLIGIBLE = 5e-4;

/** Where the narrow Gaussians of the fluence differ by less than this share, they count as one. */
const FLAT = 2e-3;

/** The dose of the narrow Gaussians, for the voxels of a row that see the field map. */
export class NarrowDose {
  readonly #grid: LocalGrid;
  readonly #frame: BeamFrame;
  readonly #depths: BeamDepths;
  readonly #field: FieldMap;

  constructor(grid: LocalGrid, frame: BeamFrame, depths: BeamDepths, field: FieldMap) {
    this.#grid = grid;
    this.#frame = frame;
    this.#depths = depths;
    this.#field = field;
  }

  /** Adds to row[i] the dose of voxel (i, j, k), for i from `begin` to `end`. */
  addRow(j: number, k: number, begin: number, end: number, row: Float32Array): void {
    const { rays, from, pitch, planes, near, step, narrow, narrowSum } = this.#depths;
    const { source, sad, x: ex, y: ey, travel } = this.#frame;
    const { spacing } = this.#grid;
    const { x0, y0, pixel, width, height, values } = this.#field;
    const y = j * spacing[1] - source[1];
    const z = k * spacing[2] - source[2];
    const hx = spacing[0];
    // Along the row all three are a + b·i; a place of the isocenter plane is u / along, v / along times the scale.
    const along0 = y * travel[1] + z * travel[2] - source[0] * travel[0];
    const uRow = y * ex[1] + z * ex[2] - source[0] * ex[0];
    const vRow = y * ey[1] + z * ey[2] - source[0] * ey[0];
    const scale = sad * 10;
    let first = begin;
    let last = end;
    /** Keeps the voxels with a + b·i > 0. */
    const keep = (a: number, b: number): void => {
      if (b > 0) first = Math.max(first, Math.ceil(-a / b + 1e-6));
      else if (b < 0) last = Math.min(last, Math.floor(-a / b - 1e-6));
      else if (a <= 0) last = -1;
    };
    const between = (a: number, b: number, low: number, high: number): void => {
      keep(a * scale - low * along0, b * scale - low * hx * travel[0]);
      keep(high * along0 - a * scale, high * hx * travel[0] - b * scale);
    };
    keep(along0 - near, hx * travel[0]);
    keep(near + (planes - 1) * step - along0, -hx * travel[0]);
    between(
      uRow,
      hx * ex[0],
      Math.max(x0, from[0]),
      Math.min(x0 + (width - 1) * pixel, from[0] + (rays[0] - 1) * pitch),
    );
    between(
      vRow,
      hx * ey[0],
      Math.max(y0, from[1]),
      Math.min(y0 + (height - 1) * pixel, from[1] + (rays[1] - 1) * pitch),
    );
    const layer = planes * rays[0];
    for (let i = first; i <= last; i++) {
      const x = i * hx;
      const along = along0 + x * travel[0];
      const project = scale / along;
      const px = (uRow + x * ex[0]) * project;
      const py = (vRow + x * ey[0]) * project;
      const fx = (px - x0) / pixel;
      const fy = (py - y0) / pixel;
      const ix = fx | 0;
      const iy = fy | 0;
      const p = (ix + width * iy) * NARROW;
      const q = p + width * NARROW;
      if (values[p + 3] + values[q + 7] < NEGLIGIBLE) continue;
      const gx = fx - ix;
      const gy = fy - iy;
      const g11 = gx * gy;
      const g10 = gx - g11;
      const g01 = gy - g11;
      const g00 = 1 - gx - g01;
      // NARROW is 4; spelt out, since this is the innermost loop.
      const f0 = g00 * values[p] + g10 * values[p + 4] + g01 * values[q] + g11 * values[q + 4];
      const f1 = g00 * values[p + 1] + g10 * values[p + 5] + g01 * values[q + 1] + g11 * values[q + 5];
      const f2 = g00 * values[p + 2] + g10 * values[p + 6] + g01 * values[q + 2] + g11 * values[q + 6];
      const f3 = g00 * values[p + 3] + g10 * values[p + 7] + g01 * values[q + 3] + g11 * values[q + 7];
      const u = (px - from[0]) / pitch;
      const v = (py - from[1]) / pitch;
      const n = (along - near) / step;
      const it = n | 0;
      const iu = u | 0;
      const iv = v | 0;
      const ft = n - it;
      const fu = u - iu;
      const fv = v - iv;
      const w11 = fu * fv;
      const w10 = fu - w11;
      const w01 = fv - w11;
      const w00 = 1 - fu - w01;
      const node = it + planes * iu + layer * iv;
      const right = node + planes;
      const above = node + layer;
      const corner = above + planes;
      const spread = FLAT * f0;
      if (Math.abs(f0 - f3) < spread && Math.abs(f1 - f3) < spread && Math.abs(f2 - f3) < spread) {
        const flat =
          (1 - ft) *
            (w00 * narrowSum[node] + w10 * narrowSum[right] + w01 * narrowSum[above] + w11 * narrowSum[corner]) +
          ft *
            (w00 * narrowSum[node + 1] +
              w10 * narrowSum[right + 1] +
              w01 * narrowSum[above + 1] +
              w11 * narrowSum[corner + 1]);
        row[i] += f2 * flat;
        continue;
      }
      const a = node * NARROW;
      const b = right * NARROW;
      const c = above * NARROW;
      const d = corner * NARROW;
      const here =
        w00 * (narrow[a] * f0 + narrow[a + 1] * f1 + narrow[a + 2] * f2 + narrow[a + 3] * f3) +
        w10 * (narrow[b] * f0 + narrow[b + 1] * f1 + narrow[b + 2] * f2 + narrow[b + 3] * f3) +
        w01 * (narrow[c] * f0 + narrow[c + 1] * f1 + narrow[c + 2] * f2 + narrow[c + 3] * f3) +
        w11 * (narrow[d] * f0 + narrow[d + 1] * f1 + narrow[d + 2] * f2 + narrow[d + 3] * f3);
      const next =
        w00 * (narrow[a + 4] * f0 + narrow[a + 5] * f1 + narrow[a + 6] * f2 + narrow[a + 7] * f3) +
        w10 * (narrow[b + 4] * f0 + narrow[b + 5] * f1 + narrow[b + 6] * f2 + narrow[b + 7] * f3) +
        w01 * (narrow[c + 4] * f0 + narrow[c + 5] * f1 + narrow[c + 6] * f2 + narrow[c + 7] * f3) +
        w11 * (narrow[d + 4] * f0 + narrow[d + 5] * f1 + narrow[d + 6] * f2 + narrow[d + 7] * f3);
      row[i] += here + ft * (next - here);
    }
  }
}
