import { dot, type Vec3 } from '../../geometry/vec.ts';
import type { BeamFrame } from '../beam/beamFrame.ts';
import { boneMassFraction } from '../patient/medium.ts';
import type { LocalGrid } from '../collapsedCone/rayTrace.ts';
import type { RowExtents } from './rowExtents.ts';
import { SCALE_COUNT, SCALE_FROM, SCALE_STEP } from './gaussianLadder.ts';

/**
 * A lattice that diverges with the beam: rays through evenly spaced points (u, v) of the isocenter plane (mm in the beam-limiting
 * device's x and y), cut by planes at evenly spaced distances from the source along the axis. Node = n + planes · (u + rays[0] · v).
 */
export interface BeamsEye {
  /** Rays along u and v; the first at `from`, then every `pitch` mm. */
  readonly rays: readonly [number, number];
  readonly from: readonly [number, number];
  readonly pitch: number;
  /** Planes, the first at `near` cm from the source along the axis, then every `step` cm. */
  readonly planes: number;
  readonly near: number;
  readonly step: number;
  /** Water-equivalent mass crossed since the surface, g/cm². */
  readonly depth: Float32Array;
  /** Fractional rows of the tables: ln(magnification × density) that electrons, and scattered photons, came through. */
  readonly primaryRow: Float32Array;
  readonly scatterRow: Float32Array;
}

/** A box around the projection of everything that has mass. Undefined when nothing lies in front of the source. */
function extents(grid: LocalGrid, rows: RowExtents, frame: BeamFrame): { low: Vec3; high: Vec3 } | undefined {
  const [nx, ny, nz] = grid.dims;
  const first = [nx, ny, nz];
  const last = [-1, -1, -1];
  for (let k = 0, line = 0; k < nz; k++)
    for (let j = 0; j < ny; j++, line++) {
      const begin = rows[2 * line];
      const end = rows[2 * line + 1];
      if (end < begin) continue;
      if (begin < first[0]) first[0] = begin;
      if (end > last[0]) last[0] = end;
      if (j < first[1]) first[1] = j;
      if (j > last[1]) last[1] = j;
      if (k < first[2]) first[2] = k;
      last[2] = k;
    }
  if (last[2] < 0) return undefined;
  const low: [number, number, number] = [Infinity, Infinity, Infinity];
  const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++) {
    const v = [0, 1, 2].map((axis) => {
      const index = (corner >> axis) & 1 ? last[axis] + 0.5 : first[axis] - 0.5;
      return index * grid.spacing[axis] - frame.source[axis];
    }) as unknown as Vec3;
    const along = Math.max(dot(v, frame.travel), frame.sad / 10);
    const project = (frame.sad / along) * 10;
    [dot(v, frame.x) * project, dot(v, frame.y) * project, dot(v, frame.travel)].forEach((value, axis) => {
      low[axis] = Math.min(low[axis], value);
      high[axis] = Math.max(high[axis], value);
    });
  }
  return high[2] > frame.sad / 10 ? { low, high } : undefined;
}

/** No ray further out (mm at the isocenter plane) than the widest field's scatter matters. */
const WIDEST = 400;

/**
 * Traces all rays exactly, voxel by voxel.
 * @param boneRatio μ/ρ of bone over that of water: what a gram of it counts as.
 * @param reaches g/cm² behind a point over which density is averaged, for the primary and the scatter.
 */
export function beamsEye(
  grid: LocalGrid,
  rows: RowExtents,
  frame: BeamFrame,
  pitch: number,
  boneRatio: number,
  reaches: readonly [number, number],
): BeamsEye | undefined {
  const box = extents(grid, rows, frame);
  if (box === undefined) return undefined;
  const lowest = [0, 1].map((axis) => Math.floor(Math.max(-WIDEST, box.low[axis]) / pitch - 0.5));
  const rays = [0, 1].map((axis) => Math.ceil(Math.min(WIDEST, box.high[axis]) / pitch + 0.5) - lowest[axis] + 1);
  const step = Math.min(...grid.spacing);
  const near = Math.max(box.low[2], frame.sad / 10) - step / 2;
  const planes = Math.max(2, Math.ceil((box.high[2] - near) / step) + 2);
  const count = Math.max(0, rays[0]) * Math.max(0, rays[1]) * planes;
  if (count === 0) return undefined;
  const depth = new Float32Array(count);
  const [primaryRow, scatterRow] = [new Float32Array(count), new Float32Array(count)];
  const from = [lowest[0] * pitch, lowest[1] * pitch] as const;
  for (let v = 0, at = 0; v < rays[1]; v++)
    for (let u = 0; u < rays[0]; u++, at += planes) {
      const [a, b] = [(from[0] + u * pitch) / 10 / frame.sad, (from[1] + v * pitch) / 10 / frame.sad];
      const perAlong: Vec3 = [0, 1, 2].map(
        (axis) => frame.travel[axis] + a * frame.x[axis] + b * frame.y[axis],
      ) as unknown as Vec3;
      traceRay(grid, frame.source, perAlong, { near, step, planes, boneRatio }, depth, at);
      const line = { near, step, planes, sad: frame.sad, stretch: Math.hypot(...perAlong) };
      rowsAlong(depth, primaryRow, at, line, reaches[0]);
      rowsAlong(depth, scatterRow, at, line, reaches[1]);
    }
  return { rays: [rays[0], rays[1]], from, pitch, planes, near, step, depth, primaryRow, scatterRow };
}

interface Planes {
  readonly near: number;
  readonly step: number;
  readonly planes: number;
}

/** Mass from the source to each plane along source + t·d, t being the distance along the axis. */
function traceRay(
  grid: LocalGrid,
  source: Vec3,
  d: Vec3,
  { near, step, planes, boneRatio }: Planes & { readonly boneRatio: number },
  out: Float32Array,
  at: number,
): void {
  const { dims, spacing, density } = grid;
  // Where the ray is inside the grid's faces.
  let [enter, leave] = [0, Infinity];
  for (let axis = 0; axis < 3; axis++) {
    const a = (-0.5 * spacing[axis] - source[axis]) / d[axis];
    const b = ((dims[axis] - 0.5) * spacing[axis] - source[axis]) / d[axis];
    if (d[axis] === 0 ? Math.abs(source[axis] / spacing[axis] - (dims[axis] - 1) / 2) > dims[axis] / 2 : false) return;
    if (d[axis] === 0) continue;
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  }
  if (enter >= leave) return;
  const length = Math.hypot(d[0], d[1], d[2]);
  const start = [0, 1, 2].map((axis) => {
    const index = Math.round((source[axis] + (enter + 1e-9) * d[axis]) / spacing[axis]);
    return Math.min(dims[axis] - 1, Math.max(0, index));
  });
  const next = [0, 1, 2].map((axis) =>
    d[axis] === 0 ? Infinity : ((start[axis] + (d[axis] > 0 ? 0.5 : -0.5)) * spacing[axis] - source[axis]) / d[axis],
  );
  let [x, y, z] = start;
  let [nextX, nextY, nextZ] = next;
  const [deltaX, deltaY, deltaZ] = [0, 1, 2].map((axis) => spacing[axis] / Math.abs(d[axis]));
  const [stepX, stepY, stepZ] = [0, 1, 2].map((axis) => (d[axis] > 0 ? 1 : -1));
  const [nx, ny, nz] = dims;
  let voxel = x + nx * (y + ny * z);
  let t = enter;
  let mass = 0;
  let plane = Math.max(0, Math.ceil((enter - near) / step));
  let planeAt = near + plane * step;
  while (t < leave) {
    const to = Math.min(nextX, nextY, nextZ);
    const rho = density[voxel];
    const perT = length * (rho > 1 ? rho * (1 - boneMassFraction(rho) * (1 - boneRatio)) : rho);
    while (plane < planes && planeAt <= to) {
      out[at + plane] = mass + perT * (planeAt - t);
      plane++;
      planeAt = near + plane * step;
    }
    mass += perT * (to - t);
    t = to;
    if (to === nextX) {
      nextX += deltaX;
      x += stepX;
      voxel += stepX;
      if (x < 0 || x >= nx) break;
    } else if (to === nextY) {
      nextY += deltaY;
      y += stepY;
      voxel += stepY * nx;
      if (y < 0 || y >= ny) break;
    } else {
      nextZ += deltaZ;
      z += stepZ;
      voxel += stepZ * nx * ny;
      if (z < 0 || z >= nz) break;
    }
  }
  for (; plane < planes; plane++) out[at + plane] = mass;
}

/**
 * The density that energy deposited at each plane came through, times the magnification there, as a row of the tables: length per mass
 * averaged over the mass behind, with weights that fall exponentially. Energy that travels `reach` on the average has come through
 * places half as far behind, on the average.
 */
function rowsAlong(
  depth: Float32Array,
  rows: Float32Array,
  at: number,
  { near, step, planes, sad, stretch }: Planes & { readonly sad: number; readonly stretch: number },
  reach: number,
): void {
  const length = step * stretch;
  let lengthPerMass = 0;
  for (let n = 0; n < planes; n++) {
    const mass = (depth[at + n] - depth[at + Math.max(0, n - 1)]) / (reach / 2);
    if (depth[at + n] > 0 && lengthPerMass === 0) {
      // The plane before may lie in front of the surface: what comes next counts.
      const ahead = depth[at + Math.min(planes - 1, n + 1)] - depth[at + n];
      lengthPerMass = ahead > 0 ? length / ahead : 1;
    } else if (lengthPerMass > 0) {
      const kept = Math.exp(-mass);
      lengthPerMass = lengthPerMass * kept + (length / (reach / 2)) * (mass > 1e-6 ? (1 - kept) / mass : 1);
    }
    const density = lengthPerMass > 0 ? 1 / lengthPerMass : 1;
    const row = (Math.log(density * ((near + n * step) / sad)) - SCALE_FROM) / SCALE_STEP;
    rows[at + n] = Math.min(SCALE_COUNT - 1, Math.max(0, row));
  }
}
