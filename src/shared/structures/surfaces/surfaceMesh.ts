import { type Grid, indexToPatient } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';
import { isoSurface, type LatticeSurface } from './isoSurface.ts';
import { stackContours } from '../contours/stack.ts';
import { surfaceLayers } from './surfaceLayers.ts';

/** A closed surface: x, y, z of each vertex in LPS mm, its unit normal outwards, and three vertex numbers a triangle. */
export interface SurfaceMesh {
  readonly vertices: Float32Array;
  readonly normals: Float32Array;
  /** Counter-clockwise as seen from outside. */
  readonly triangles: Uint32Array;
}

export interface SurfaceOptions {
  readonly grid?: Grid;
  readonly name?: string;
  readonly triangles?: number;
}

/** Triangles of one ROI's surface, about, when nothing else is asked for. */
const TRIANGLES = 100_000;
/** How often a vertex's normal is averaged with its neighbours': facets of the lattice vanish, the shape does not move. */
const NORMAL_PASSES = 2;

/**
 * The closed surface of a ROI: marching cubes over the field of `surfaceLayers`. It passes through the contours within a tenth of a
 * lattice step, ends flat half a plane spacing beyond the last ones, and encloses the volume that measureRoi tells within 2 % (spheres,
 * cones, tori and shells of 2 cm and more; test/unit/shared/surfaceMesh.test.ts). Undefined without closed contours.
 * @param options grid: whose k planes the contours were probably drawn on; triangles: about how many there may be
 * @throws IsocenterError GEOMETRY for contours that are not planar or not parallel.
 */
export function roiSurface(
  contours: readonly Contour[],
  { grid, name, triangles = TRIANGLES }: SurfaceOptions = {},
): SurfaceMesh | undefined {
  const layers = surfaceLayers(stackContours(contours, { grid, name }), triangles);
  return layers === undefined ? undefined : meshOnGrid(isoSurface(layers.grid.dims, layers.layer), layers.grid);
}

/** A lattice's surface in patient space, with normals. The grid's axes are right-handed, so outside stays outside. */
export function meshOnGrid({ vertices, triangles }: LatticeSurface, grid: Grid): SurfaceMesh {
  const placed = new Float32Array(vertices.length);
  for (let i = 0; i < vertices.length; i += 3)
    placed.set(indexToPatient(grid, [vertices[i], vertices[i + 1], vertices[i + 2]]), i);
  return { vertices: placed, normals: normalsOf(placed, triangles), triangles };
}

function normalsOf(vertices: Float32Array, triangles: Uint32Array): Float32Array {
  let normals = new Float32Array(vertices.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
    const [ux, uy, uz] = [
      vertices[b] - vertices[a],
      vertices[b + 1] - vertices[a + 1],
      vertices[b + 2] - vertices[a + 2],
    ];
    const [vx, vy, vz] = [
      vertices[c] - vertices[a],
      vertices[c + 1] - vertices[a + 1],
      vertices[c + 2] - vertices[a + 2],
    ];
    const [nx, ny, nz] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
    for (const p of [a, b, c]) {
      normals[p] += nx;
      normals[p + 1] += ny;
      normals[p + 2] += nz;
    }
  }
  normalizeAll(normals);
  for (let pass = 0; pass < NORMAL_PASSES; pass++) {
    const blurred = normals.slice();
    for (let t = 0; t < triangles.length; t += 3) {
      const [a, b, c] = [3 * triangles[t], 3 * triangles[t + 1], 3 * triangles[t + 2]];
      for (let axis = 0; axis < 3; axis++) {
        const sum = normals[a + axis] + normals[b + axis] + normals[c + axis];
        blurred[a + axis] += sum;
        blurred[b + axis] += sum;
        blurred[c + axis] += sum;
      }
    }
    normalizeAll(blurred);
    normals = blurred;
  }
  return normals;
}

function normalizeAll(vectors: Float32Array): void {
  for (let i = 0; i < vectors.length; i += 3) {
    const norm = Math.sqrt(vectors[i] ** 2 + vectors[i + 1] ** 2 + vectors[i + 2] ** 2);
    const scale = norm === 0 ? 0 : 1 / norm;
    vectors[i] *= scale;
    vectors[i + 1] *= scale;
    vectors[i + 2] *= scale;
  }
}
