import { describe, expect, it } from 'vitest';
import { isodoseSurface } from '#shared/evaluation/isodoseSurface.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import { rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { AXIAL, type Volume } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Contour } from '#shared/model/structures.ts';
import { roiSurface, type SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';
import { circle, rectangle, sphere } from '../shapes.ts';

/** Enclosed volume by the divergence theorem, cm³; positive when triangles turn counter-clockwise seen from outside. */
function enclosed({ vertices: p, triangles }: SurfaceMesh): number {
  let six = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    six +=
      p[a] * (p[b + 1] * p[c + 2] - p[b + 2] * p[c + 1]) +
      p[a + 1] * (p[b + 2] * p[c] - p[b] * p[c + 2]) +
      p[a + 2] * (p[b] * p[c + 1] - p[b + 1] * p[c]);
  }
  return six / 6000;
}

/** How many edges lack a twin running the other way: 0 for a closed surface. */
function openEdges({ triangles, vertices }: SurfaceMesh): number {
  const count = vertices.length / 3;
  const runs = new Map<number, number>();
  for (let t = 0; t < triangles.length; t += 3)
    for (const [i, j] of [
      [0, 1],
      [1, 2],
      [2, 0],
    ]) {
      const [a, b] = [triangles[t + i], triangles[t + j]];
      const key = Math.min(a, b) * count + Math.max(a, b);
      runs.set(key, (runs.get(key) ?? 0) + (a < b ? 1 : -1));
    }
  return [...runs.values()].filter((balance) => balance !== 0).length;
}

/** Vertices − edges + faces: 2 for each sphere, 0 for each torus. */
function eulerNumber({ triangles, vertices }: SurfaceMesh): number {
  const edges = new Set<number>();
  const count = vertices.length / 3;
  for (let t = 0; t < triangles.length; t += 3)
    for (let i = 0; i < 3; i++) {
      const [a, b] = [triangles[t + i], triangles[t + ((i + 1) % 3)]];
      edges.add(Math.min(a, b) * count + Math.max(a, b));
    }
  return count - edges.size + triangles.length / 3;
}

function surfaceOf(contours: readonly Contour[]): SurfaceMesh {
  const mesh = roiSurface(contours);
  if (mesh === undefined) throw new Error('no surface');
  return mesh;
}

const planes = (from: number, to: number, spacing: number): number[] =>
  Array.from({ length: Math.round((to - from) / spacing) + 1 }, (_, k) => from + k * spacing);

/** Axial cuts of a torus that lies in the x–z plane: two discs, then one bean-like ring, then two again. */
const torus = (big: number, small: number, spacing: number): Contour[] =>
  planes(-small + spacing / 2, small - spacing / 2, spacing).flatMap((z) => {
    const half = Math.sqrt(small ** 2 - z ** 2);
    return [circle(0, 0, big + half, z), circle(0, 0, big - half, z)];
  });
const cone = (radius: number, height: number, spacing: number): Contour[] =>
  planes(spacing / 2, height - spacing / 2, spacing).map((z) => circle(0, 0, radius * (1 - z / height), z));
const shell = (outer: number, inner: number, spacing: number): Contour[] => [
  ...sphere(0, 0, 0, outer, spacing),
  ...sphere(0, 0, 0, inner, spacing),
];

/** Fractional tolerance of the enclosed volume against that of the contours' slabs, and the Euler number. */
const SHAPES: readonly (readonly [string, readonly Contour[], number, number])[] = [
  ['sphere of 40 mm on planes of 3 mm', sphere(1, -2, 0.4, 20, 3), 0.01, 2],
  ['sphere of 40 mm on planes of 1 mm', sphere(1, -2, 0.4, 20, 1), 0.01, 2],
  ['sphere of 100 mm on planes of 5 mm', sphere(0, 0, 0, 50, 5), 0.01, 2],
  ['lens of 8 mm on planes of 1 mm', sphere(0, 0, 0.4, 4, 1), 0.02, 2],
  ['lens of 8 mm on planes of 3 mm', sphere(0, 0, 1.2, 4, 3), 0.05, 2],
  ['cone', cone(25, 60, 2), 0.01, 2],
  ['torus', torus(30, 10, 2), 0.01, 0],
  ['hollow sphere', shell(30, 20, 2), 0.01, 4],
  ['box', planes(0, 60, 3).map((z) => rectangle(-20, -30, 20, 30, z)), 0.01, 2],
  ['one plane', [circle(0, 0, 20, 3)], 0.02, 2],
];

const extent = ({ vertices }: SurfaceMesh, axis: number): [number, number] => {
  const values = vertices.filter((_, i) => i % 3 === axis);
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
};

describe('roiSurface', () => {
  it.each(SHAPES)('%s: closed, outward, of its volume', (_, contours, tolerance, euler) => {
    const mesh = surfaceOf(contours);
    expect(openEdges(mesh)).toBe(0);
    expect(eulerNumber(mesh)).toBe(euler);
    expect(Math.abs(enclosed(mesh) / (measureRoi(contours)?.volume ?? 0) - 1)).toBeLessThan(tolerance);
    expect(mesh.triangles.length / 3).toBeLessThan(120_000);
  });

  it('lies on the sphere that the contours cut, with its normals', () => {
    const centre: Vec3 = [1, -2, 0.4];
    const { vertices, normals } = surfaceOf(sphere(...centre, 20, 1));
    let [worst, steepest] = [0, 1];
    for (let i = 0; i < vertices.length; i += 3) {
      const out = [0, 1, 2].map((axis) => vertices[i + axis] - centre[axis]);
      // The poles are flat: the last contours' slabs end there.
      if (Math.abs(out[2]) > 17) continue;
      worst = Math.max(worst, Math.abs(Math.hypot(...out) - 20));
      steepest = Math.min(steepest, out.reduce((sum, value, axis) => sum + value * normals[i + axis], 0) / 20);
    }
    expect(worst).toBeLessThan(0.15);
    expect(steepest).toBeGreaterThan(Math.cos((8 * Math.PI) / 180));
  });

  it('of turned contours is the turned surface', () => {
    const turn = rigidFromParameters([20, -35, 60], [100, -50, 30]);
    const contours = cone(25, 60, 2);
    const turned = contours.map(({ type, points }) => {
      const moved = new Float64Array(points.length);
      for (let i = 0; i < points.length; i += 3)
        moved.set(transformPoint(turn, [points[i], points[i + 1], points[i + 2]]), i);
      return { type, points: moved };
    });
    const mesh = surfaceOf(turned);
    expect(openEdges(mesh)).toBe(0);
    expect(Math.abs(enclosed(mesh) / enclosed(surfaceOf(contours)) - 1)).toBeLessThan(0.003);
    const apex = transformPoint(turn, [0, 0, 60]);
    let nearest = Infinity;
    for (let i = 0; i < mesh.vertices.length; i += 3)
      nearest = Math.min(nearest, Math.hypot(...apex.map((value, axis) => value - mesh.vertices[i + axis])));
    expect(nearest).toBeLessThan(1.2);
  });

  it('ends half a spacing beyond the last planes, also beside a gap, and half way where a part has no counterpart', () => {
    const tube = (x: number, from: number, to: number): Contour[] => planes(from, to, 3).map((z) => circle(x, 0, 8, z));
    const [low, high] = extent(surfaceOf(tube(0, 0, 30)), 2);
    expect(low).toBeCloseTo(-1.5, 2);
    expect(high).toBeCloseTo(31.5, 2);
    const apart = surfaceOf([...tube(0, 0, 30), ...tube(0, 60, 90)]);
    expect(openEdges(apart)).toBe(0);
    expect(eulerNumber(apart)).toBe(4);
    expect(apart.vertices.some((z, i) => i % 3 === 2 && z > 31.51 && z < 58.49)).toBe(false);
    // The second tube is half as long; it stands 40 mm away, so that nothing but its own depth tells where it ends.
    const pair = surfaceOf([...tube(0, 0, 30), ...tube(40, 0, 15)]);
    const tops = pair.vertices.filter((_, i) => i % 3 === 2 && pair.vertices[i - 2] > 20);
    expect(tops.reduce((a, b) => Math.max(a, b))).toBeCloseTo(16.5, 1);
  });

  it('keeps a keyhole a hole and leaves out points and open contours', () => {
    const keyhole: Contour = {
      type: 'CLOSED_PLANAR',
      points: Float64Array.from(
        [[-20, -20], [20, -20], [20, 0], [10, 0], [10, -10], [-10, -10], [-10, 10], [10, 10], [10, 0], [20, 0], [20, 20], [-20, 20]].flatMap(
          ([x, y]) => [x, y, 0],
        ),
      ), // biome-ignore format: a ring, bridge, the hole, bridge
    };
    const drawn = planes(0, 12, 3).map((z) => ({
      ...keyhole,
      points: keyhole.points.map((v, i) => (i % 3 === 2 ? z : v)),
    }));
    const mesh = surfaceOf(drawn);
    expect(eulerNumber(mesh)).toBe(0);
    expect(Math.abs(enclosed(mesh) / (1.2 * 15) - 1)).toBeLessThan(0.01);
    expect(roiSurface([{ type: 'POINT', points: Float64Array.of(1, 2, 3) }])).toBeUndefined();
    expect(roiSurface([{ ...drawn[0], type: 'OPEN_PLANAR' }])).toBeUndefined();
    expect(roiSurface([])).toBeUndefined();
  });
});

describe('isodoseSurface', () => {
  const dose: Volume<Float32Array> = {
    dims: [50, 44, 40],
    spacing: [2.5, 2.5, 3],
    origin: [-60, -55, -50],
    direction: AXIAL,
    data: Float32Array.from({ length: 50 * 44 * 40 }, (_, p) => {
      const [x, y, z] = [(p % 50) * 2.5 - 60, (Math.floor(p / 50) % 44) * 2.5 - 55, Math.floor(p / 2200) * 3 - 50];
      return 60 - Math.hypot(x - 2, y + 3, z - 1);
    }),
  };

  it('is the surface where a dose that falls with distance reaches the level', () => {
    const mesh = isodoseSurface(dose, 30);
    if (mesh === undefined) throw new Error('no surface');
    expect(openEdges(mesh)).toBe(0);
    expect(Math.abs(enclosed(mesh) / ((4 / 3) * Math.PI * 27) - 1)).toBeLessThan(0.01);
    for (let i = 0; i < mesh.vertices.length; i += 3) {
      const r = Math.hypot(mesh.vertices[i] - 2, mesh.vertices[i + 1] + 3, mesh.vertices[i + 2] - 1);
      expect(Math.abs(r - 30)).toBeLessThan(0.1);
    }
  });

  it('closes where the grid ends, and is absent where no dose is that high', () => {
    const all = isodoseSurface(dose, -1e3);
    if (all === undefined) throw new Error('no surface');
    expect(openEdges(all)).toBe(0);
    expect(enclosed(all)).toBeCloseTo((50 * 2.5 * 44 * 2.5 * 40 * 3) / 1000, -1);
    expect(extent(all, 0)[0]).toBeCloseTo(-61.25, 3);
    expect(isodoseSurface(dose, 61)).toBeUndefined();
  });
});
