import { IDENTITY } from '#shared/geometry/affine.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { Contour, ReferencedInstance } from '#shared/model/structures.ts';
import { distanceField } from './field.ts';
import type { Shape } from './shapes.ts';

/**
 * The true outlines of a shape on every slice of an axial image: zero level of the signed distance on a lattice finer than the
 * image. Holes come as inner contours. Vertices lie on the surface within a few hundredths of a millimetre.
 */
export function contourShape(shape: Shape, image: Grid, slices: readonly ReferencedInstance[]): Contour[] {
  const step = finestDetail(shape);
  const reach = 2 * step;
  const dims = ([0, 1] as const).map(
    (axis) => Math.ceil((shape.box.max[axis] - shape.box.min[axis] + 2 * reach) / step) + 1,
  );
  return slices.flatMap((slice, k) => {
    const z = image.origin[2] + k * image.spacing[2];
    const plane: Grid = {
      dims: [dims[0], dims[1], 1],
      spacing: [step, step, 1],
      origin: [shape.box.min[0] - reach, shape.box.min[1] - reach, z],
      direction: image.direction,
    };
    const field = distanceField(shape, plane, IDENTITY, reach);
    if (field === undefined) return [];
    const [x0, y0] = [plane.origin[0] + field.from[0] * step, plane.origin[1] + field.from[1] * step];
    return zeroRings(field.values, field.size[0], field.size[1])
      .map((ring) =>
        thin(
          ring.map(([u, v]) => [x0 + u * step, y0 + v * step]),
          0.01,
        ),
      )
      .filter((ring) => ring.length >= 3)
      .map((ring) => ({
        type: 'CLOSED_PLANAR' as const,
        points: Float64Array.from(ring.flatMap(([x, y]) => [x, y, z])),
        referencedSopInstanceUid: slice.sopInstanceUid,
      }));
  });
}

/** Sampling step, mm: fine for small pieces, coarser for big smooth ones. */
function finestDetail(shape: Shape): number {
  const sizes = (shape.pieces ?? [shape]).map(({ box }) => Math.min(box.max[0] - box.min[0], box.max[1] - box.min[1]));
  return Math.max(0.75, Math.min(2, Math.min(...sizes) / 16));
}

/** Stands for "far outside" where the field was not sampled, mm. */
const OUTSIDE = 1e3;

type Point = readonly [number, number];

/**
 * Marching squares: closed rings of the zero level in index units, negative inside. Each crossing sits on a lattice edge and
 * joins exactly two segments, so rings close by following edges; the ambiguous saddle is decided by the cell's mean.
 */
function zeroRings(values: Float32Array, nx: number, ny: number): Point[][] {
  // A rim of "outside" all round closes rings that would leave the lattice.
  const [width, height] = [nx + 2, ny + 2];
  const padded = new Float32Array(width * height).fill(OUTSIDE);
  for (let j = 0; j < ny; j++) padded.set(values.subarray(nx * j, nx * (j + 1)), 1 + width * (j + 1));
  // Edge ids: 2p for the edge from node p to p + 1, 2p + 1 for the edge from p to p + width.
  const next = new Map<number, number>();
  for (let j = 0; j < height - 1; j++)
    for (let i = 0, p = width * j; i < width - 1; i++, p++) {
      const [a, b, c, d] = [padded[p], padded[p + 1], padded[p + width + 1], padded[p + width]];
      const code = (a < 0 ? 1 : 0) | (b < 0 ? 2 : 0) | (c < 0 ? 4 : 0) | (d < 0 ? 8 : 0);
      if (code === 0 || code === 15) continue;
      const sides = [2 * p, 2 * p + 3, 2 * (p + width), 2 * p + 1];
      for (const [from, to] of segments(code, a + b + c + d < 0)) next.set(sides[from], sides[to]);
    }
  const rings: Point[][] = [];
  // Followed edges leave the map, and the iterator skips what has left.
  for (const first of next.keys()) {
    const ring: Point[] = [];
    for (let current = first; next.has(current); ) {
      ring.push(crossing(current, padded, width));
      const following = next.get(current) ?? first;
      next.delete(current);
      current = following;
    }
    rings.push(ring);
  }
  return rings;
}

/** Directed segments of a cell (sides: 0 low j, 1 high i, 2 high j, 3 low i), inside on the left. */
function segments(code: number, joined: boolean): readonly (readonly [number, number])[] {
  if (code === 5) return joined ? [[0, 1], [2, 3]] : [[0, 3], [2, 1]]; // biome-ignore format: a table
  if (code === 10) return joined ? [[3, 0], [1, 2]] : [[1, 0], [3, 2]]; // biome-ignore format: a table
  const entry = SINGLE_SEGMENT[code];
  return entry === undefined ? [] : [entry];
}
const SINGLE_SEGMENT: Readonly<Record<number, readonly [number, number]>> = {
  1: [0, 3], 2: [1, 0], 3: [1, 3], 4: [2, 1], 6: [2, 0], 7: [2, 3],
  8: [3, 2], 9: [0, 2], 11: [1, 2], 12: [3, 1], 13: [0, 1], 14: [3, 0],
}; // biome-ignore format: a table

function crossing(edge: number, padded: Float32Array, width: number): Point {
  const p = edge >> 1;
  const [i, j] = [(p % width) - 1, Math.floor(p / width) - 1];
  const upward = (edge & 1) === 1;
  const [a, b] = [padded[p], padded[upward ? p + width : p + 1]].map((value) => Math.min(value, OUTSIDE));
  const t = a / (a - b);
  return upward ? [i, j + t] : [i + t, j];
}

/** Drops vertices that lie within `tolerance` mm of the chord to the next kept one (a run is cut off at 12 mm). */
function thin(ring: readonly Point[], tolerance: number): Point[] {
  const kept: Point[] = [];
  let start = ring[0];
  let between: Point[] = [];
  for (const point of [...ring.slice(1), ring[0]]) {
    const [dx, dy] = [point[0] - start[0], point[1] - start[1]];
    const span = Math.hypot(dx, dy);
    const away = ([x, y]: Point): number => Math.abs((x - start[0]) * dy - (y - start[1]) * dx) / (span || 1);
    if (between.length > 0 && (span > 12 || between.some((other) => away(other) > tolerance))) {
      kept.push(start);
      start = between[between.length - 1];
      between = [];
    }
    between.push(point);
  }
  kept.push(start);
  return kept;
}
