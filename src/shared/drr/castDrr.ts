import { axisOf, type Grid } from '../geometry/volume.ts';
import { add, dot, length, scale, subtract, type Vec3 } from '../geometry/vec.ts';
import type { CastPlanes, CastVolume } from './castVolume.ts';
import { type DepthWindow, EVERYTHING } from './depthWindow.ts';
import { type ImageRays, projectionOf } from './projection.ts';
import { type Projection, planeSums } from './planeSums.ts';
import { type DrrRays, type DrrView, drrRays } from './view.ts';

/** Rays further than this from the axis they are cast along (cosine) see too few planes of it. */
const STEEPEST = 0.15;

/**
 * The fast picture: for each pixel, rows of the image one after the other, the attenuation along its ray in mm of water. Rays are cast
 * along the axis of the volume nearest to the beam's: first onto a plane of the volume (`planeSums`), from there onto the image.
 * Undefined where the image is too wide for that because some of its rays run across the axis.
 */
export function castDrr(volume: CastVolume, view: DrrView, depth: DepthWindow = EVERYTHING): Float32Array | undefined {
  const lps = drrRays(view);
  const axis = mainAxis(volume.grid, lps.axis);
  if (isSteep(lps, axisOf(volume.grid, axis), view.size)) return undefined;
  const planes = volume.along(axis);
  const rays = raysInIndex(volume.grid, lps, view, planes, axis);
  const out = new Float32Array(view.size[0] * view.size[1]);
  const projection = projectionOf(planes, volume.grid.dims[axis], rays, view, depth);
  if (projection !== undefined) spread(planeSums(planes, projection), projection, rays, view.size, out);
  return out;
}

/** The axis with the most planes on the way, coarse ones counting less: of 3 mm slices and 1 mm pixels the pixels up to 60 degrees. */
function mainAxis(grid: Grid, direction: Vec3): 0 | 1 | 2 {
  const score = ([0, 1, 2] as const).map((n) => Math.abs(dot(axisOf(grid, n), direction)) / Math.sqrt(grid.spacing[n]));
  return score[0] >= score[1] && score[0] >= score[2] ? 0 : score[1] >= score[2] ? 1 : 2;
}

function isSteep({ source, first, column, row, axis }: DrrRays, along: Vec3, size: readonly [number, number]): boolean {
  const forward = Math.sign(dot(axis, along));
  return [0, size[0] - 1].some((c) =>
    [0, size[1] - 1].some((r) => {
      const ray = subtract(add(first, add(scale(column, c), scale(row, r))), source);
      return forward * dot(ray, along) < STEEPEST * length(ray);
    }),
  );
}

/** The rays in indices (u, v, plane) of a volume with its border. */
function raysInIndex(grid: Grid, rays: DrrRays, view: DrrView, { u, v }: CastPlanes, axis: 0 | 1 | 2): ImageRays {
  const axes = [u, v, axis] as const;
  const directions = axes.map((n) => axisOf(grid, n));
  const vector = (a: Vec3): Vec3 => [
    dot(a, directions[0]) / grid.spacing[u],
    dot(a, directions[1]) / grid.spacing[v],
    dot(a, directions[2]) / grid.spacing[axis],
  ];
  const point = (a: Vec3): Vec3 => add(vector(subtract(a, grid.origin)), [1, 1, 1]);
  const deeper = axes.map((n, m) => dot(rays.axis, directions[m]) * grid.spacing[n]);
  return {
    source: point(rays.source),
    first: point(rays.first),
    column: vector(rays.column),
    row: vector(rays.row),
    isocenter: point(view.isocenter),
    deeper: [deeper[0], deeper[1], deeper[2]],
    squares: [grid.spacing[u] ** 2, grid.spacing[v] ** 2, grid.spacing[axis] ** 2],
  };
}

/**
 * From the projection onto a plane of the volume to the image, by cubic convolution (R. G. Keys, IEEE Trans. Acoust. Speech Signal
 * Process. 29 (1981) 1153–1160), which may ring a little below nothing at hard edges, and from sums over planes to lengths: a ray's way from plane to plane is the same everywhere.
 */
function spread(
  sums: Float32Array,
  { columns, rows, lowU, lowV, stepU, stepV, reference }: Projection,
  { source, first, column, row, squares }: ImageRays,
  size: readonly [number, number],
  out: Float32Array,
): void {
  const [x, y] = [new Float64Array(4), new Float64Array(4)];
  const ahead = reference - source[2];
  for (let r = 0, q = 0; r < size[1]; r++)
    for (let c = 0; c < size[0]; c++, q++) {
      const du = first[0] + c * column[0] + r * row[0] - source[0];
      const dv = first[1] + c * column[1] + r * row[1] - source[1];
      const dp = first[2] + c * column[2] + r * row[2] - source[2];
      const a = (source[0] + (du * ahead) / dp - lowU) / stepU;
      const b = (source[1] + (dv * ahead) / dp - lowV) / stepV;
      if (!(a > -1 && b > -1 && a < columns && b < rows)) continue;
      const [i, j] = [Math.floor(a), Math.floor(b)];
      keys(a - i, x);
      keys(b - j, y);
      let sum = 0;
      for (let m = 0; m < 4; m++) {
        const line = j + m - 1;
        if (line < 0 || line >= rows) continue;
        const p = line * columns + i - 1;
        let part = 0;
        if (i >= 1 && i + 2 < columns)
          part = x[0] * sums[p] + x[1] * sums[p + 1] + x[2] * sums[p + 2] + x[3] * sums[p + 3];
        else for (let n = 0; n < 4; n++) if (i + n >= 1 && i + n <= columns) part += x[n] * sums[p + n];
        sum += y[m] * part;
      }
      const step = Math.sqrt(squares[0] * du * du + squares[1] * dv * dv + squares[2] * dp * dp) / Math.abs(dp);
      out[q] = sum * step;
    }
}

/** Weights of the four neighbours of a point `t` behind the second. */
function keys(t: number, out: Float64Array): void {
  out[0] = ((2 - t) * t - 1) * t * 0.5;
  out[1] = ((3 * t - 5) * t * t + 2) * 0.5;
  out[2] = ((4 - 3 * t) * t + 1) * t * 0.5;
  out[3] = (t - 1) * t * t * 0.5;
}
