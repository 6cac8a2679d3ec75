import { CUBE_CASES, CUBE_EDGES } from './cubeCases.ts';
import { growingFloats, growingIndices } from './growing.ts';

/** Triangles over a lattice: vertices in continuous index coordinates (x, y, z each), three vertex numbers a triangle. */
export interface LatticeSurface {
  readonly vertices: Float32Array;
  readonly triangles: Uint32Array;
}

/** Values of one k layer of a lattice, x fastest; the array is read before the next layer is asked for but one. */
export type LayerSource = (k: number) => ArrayLike<number>;

/**
 * The surface where a field falls below zero, by marching cubes; closed when no value of the lattice's border is negative.
 * Triangles turn counter-clockwise seen from where the field is positive. Vertices lie where the field, linear along lattice
 * edges, is zero; neighbours share them.
 * @param dims at least 2 along each axis
 * @param layer field values of layer k, asked for in rising order
 */
export function isoSurface(dims: readonly [number, number, number], layer: LayerSource): LatticeSurface {
  const [nx, ny, nz] = dims;
  const size = nx * ny;
  const vertices = growingFloats();
  const triangles = growingIndices();
  let lower = layer(0);
  // Vertex numbers on the edges that start at a lattice point: along x and y of the two layers in hand, along z between them.
  let [lowerX, lowerY, upperX, upperY] = [0, 1, 2, 3].map(() => new Int32Array(size).fill(-1));
  const betweenZ = new Int32Array(size).fill(-1);
  for (let k = 0; k + 1 < nz; k++) {
    const upper = layer(k + 1);
    upperX.fill(-1);
    upperY.fill(-1);
    betweenZ.fill(-1);
    const vertexOn = (edge: number, i: number, j: number): number => {
      const [from] = CUBE_EDGES[edge];
      const [x, y, z] = [i + (from & 1), j + ((from >> 1) & 1), from >> 2];
      const axis = edge >> 2;
      const known = axis === 2 ? betweenZ : axis === 0 ? (z ? upperX : lowerX) : z ? upperY : lowerY;
      const p = y * nx + x;
      if (known[p] >= 0) return known[p];
      const values = z ? upper : lower;
      const a = values[p];
      const b = axis === 2 ? upper[p] : values[axis === 0 ? p + 1 : p + nx];
      const f = a / (a - b);
      known[p] = vertices.length / 3;
      vertices.push(axis === 0 ? x + f : x, axis === 1 ? y + f : y, axis === 2 ? k + f : k + z);
      return known[p];
    };
    for (let j = 0; j + 1 < ny; j++)
      for (let i = 0, p = j * nx; i + 1 < nx; i++, p++) {
        const inside =
          (lower[p] < 0 ? 1 : 0) |
          (lower[p + 1] < 0 ? 2 : 0) |
          (lower[p + nx] < 0 ? 4 : 0) |
          (lower[p + nx + 1] < 0 ? 8 : 0) |
          (upper[p] < 0 ? 16 : 0) |
          (upper[p + 1] < 0 ? 32 : 0) |
          (upper[p + nx] < 0 ? 64 : 0) |
          (upper[p + nx + 1] < 0 ? 128 : 0);
        if (inside === 0 || inside === 255) continue;
        const edges = CUBE_CASES[inside];
        for (let t = 0; t < edges.length; t += 3)
          triangles.push(vertexOn(edges[t], i, j), vertexOn(edges[t + 1], i, j), vertexOn(edges[t + 2], i, j));
      }
    lower = upper;
    [lowerX, lowerY, upperX, upperY] = [upperX, upperY, lowerX, lowerY];
  }
  return { vertices: vertices.taken(), triangles: triangles.taken() };
}
