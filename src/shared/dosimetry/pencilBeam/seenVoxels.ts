import type { BeamFrame } from '../beam/beamFrame.ts';
import { boneMassFraction } from '../patient/medium.ts';
import type { LocalGrid } from '../collapsedCone/rayTrace.ts';
import { type BeamDepths, WIDE } from './beamDepths.ts';
import { NARROW, TERMS } from './gaussianLadder.ts';

/** A rectangle of the isocenter plane, mm. */
export interface Window {
  readonly low: readonly [number, number];
  readonly high: readonly [number, number];
}

/** The voxels that a window shows, by the cell of the isocenter plane in which they lie. */
export interface SeenVoxels {
  /** Cells along x and y, the first at the window's lower corner, `cell` mm wide. */
  readonly cells: readonly [number, number];
  readonly cell: number;
  /** Voxels of cell c (x fastest) are entries starts[c] … starts[c + 1] of what follows. */
  readonly starts: Uint32Array;
  /** Index in the grid. */
  readonly voxel: Uint32Array;
  /** Place on the isocenter plane, mm. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Weights of all Gaussians, inverse square and medium included, at entry · TERMS + term. */
  readonly weights: Float32Array;
}

/** All voxels with mass (of those `wanted`) whose middle lies in the window and on the lattice: 48 bytes each. */
export function seenVoxels(
  grid: LocalGrid,
  frame: BeamFrame,
  depths: BeamDepths,
  window: Window,
  cell: number,
  boneRatio: number,
  wanted: (voxel: number) => boolean = () => true,
): SeenVoxels {
  const cells = [0, 1].map((axis) => Math.max(1, Math.ceil((window.high[axis] - window.low[axis]) / cell))) as [
    number,
    number,
  ];
  const starts = new Uint32Array(cells[0] * cells[1] + 1);
  const place = { at: 0, cell: 0, x: 0, y: 0, along: 0 };
  const { rays, from, pitch } = depths;
  const low = [0, 1].map((axis) => Math.max(window.low[axis], from[axis]));
  const high = [0, 1].map((axis) => Math.min(window.high[axis], from[axis] + (rays[axis] - 1) * pitch) - 1e-6);
  const [nx, ny, nz] = grid.dims;
  const [hx, hy, hz] = grid.spacing;
  const { source, sad, x: ex, y: ey, travel } = frame;
  const each = (visit: () => void): void => {
    for (let k = 0, at = 0; k < nz; k++)
      for (let j = 0; j < ny; j++)
        for (let i = 0; i < nx; i++, at++) {
          if (grid.density[at] <= 0 || !wanted(at)) continue;
          const px = i * hx - source[0];
          const py = j * hy - source[1];
          const pz = k * hz - source[2];
          const along = px * travel[0] + py * travel[1] + pz * travel[2];
          if (along <= depths.near || along >= depths.near + (depths.planes - 1) * depths.step) continue;
          const x = ((px * ex[0] + py * ex[1] + pz * ex[2]) / along) * sad * 10;
          const y = ((px * ey[0] + py * ey[1] + pz * ey[2]) / along) * sad * 10;
          if (x < low[0] || x >= high[0] || y < low[1] || y >= high[1]) continue;
          place.at = at;
          place.x = x;
          place.y = y;
          place.along = along;
          place.cell = Math.floor((x - window.low[0]) / cell) + cells[0] * Math.floor((y - window.low[1]) / cell);
          visit();
        }
  };
  each(() => starts[place.cell + 1]++);
  for (let c = 0; c < cells[0] * cells[1]; c++) starts[c + 1] += starts[c];
  const count = starts[cells[0] * cells[1]];
  const next = starts.slice();
  const out = {
    voxel: new Uint32Array(count),
    x: new Float32Array(count),
    y: new Float32Array(count),
    weights: new Float32Array(count * TERMS),
  };
  each(() => {
    const entry = next[place.cell]++;
    out.voxel[entry] = place.at;
    out.x[entry] = place.x;
    out.y[entry] = place.y;
    const rho = grid.density[place.at];
    const medium = rho > 1 ? 1 - boneMassFraction(rho) * (1 - boneRatio) : 1;
    weightsBetween(depths, place.x, place.y, place.along, medium, out.weights, entry * TERMS);
  });
  return { cells, cell, starts, ...out };
}

/** Trilinear between the lattice's nodes, times `factor`. */
function weightsBetween(
  { rays, from, pitch, planes, widePlanes, near, step, narrow, wide }: BeamDepths,
  x: number,
  y: number,
  along: number,
  factor: number,
  out: Float32Array,
  at: number,
): void {
  const u = (x - from[0]) / pitch;
  const v = (y - from[1]) / pitch;
  const ray = Math.floor(u) + rays[0] * Math.floor(v);
  const fu = u - Math.floor(u);
  const fv = v - Math.floor(v);
  const n = (along - near) / step;
  const n2 = Math.min(n / 2, widePlanes - 1.0001);
  for (let corner = 0; corner < 8; corner++) {
    const [du, dv, dn] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const across = factor * (du === 1 ? fu : 1 - fu) * (dv === 1 ? fv : 1 - fv);
    const here = ray + du + rays[0] * dv;
    const f = n - Math.floor(n);
    const a = (Math.floor(n) + dn + planes * here) * NARROW;
    for (let term = 0; term < NARROW; term++) out[at + term] += across * (dn === 1 ? f : 1 - f) * narrow[a + term];
    const g = n2 - Math.floor(n2);
    const b = (Math.floor(n2) + dn + widePlanes * here) * WIDE;
    for (let term = NARROW; term < TERMS; term++)
      out[at + term] += across * (dn === 1 ? g : 1 - g) * wide[b + term - NARROW];
  }
}
