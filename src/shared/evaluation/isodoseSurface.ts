import { isoSurface } from '../structures/surfaces/isoSurface.ts';
import { meshOnGrid, type SurfaceMesh } from '../structures/surfaces/surfaceMesh.ts';
import { type Grid, indexToPatient, type Volume } from '../geometry/volume.ts';

/** Voxels that a surface is made from at most; a finer dose grid is taken in steps of several voxels. */
const VOXELS = 4e6;

/**
 * The closed surface of a dose level: where the dose, linear between voxel centres, reaches `level` (Gy). It ends flat half a voxel
 * beyond the outermost voxel centres, where the grid ends. Undefined when the dose nowhere reaches the level.
 */
export function isodoseSurface(dose: Volume<Float32Array>, level: number): SurfaceMesh | undefined {
  const stride = Math.ceil(Math.cbrt((dose.dims[0] * dose.dims[1] * dose.dims[2]) / VOXELS));
  const [nx, ny, nz] = dose.dims.map((count) => Math.max(1, Math.ceil(count / stride)));
  const grid: Grid = {
    dims: [nx + 2, ny + 2, nz + 2],
    spacing: [dose.spacing[0] * stride, dose.spacing[1] * stride, dose.spacing[2] * stride],
    origin: indexToPatient(dose, [-stride, -stride, -stride]),
    direction: dose.direction,
  };
  const surface = isoSurface(grid.dims, (k) => {
    const layer = new Float32Array((nx + 2) * (ny + 2));
    const z = Math.min(nz - 1, Math.max(0, k - 1)) * stride;
    for (let j = 0, p = 0; j < ny + 2; j++) {
      const y = Math.min(ny - 1, Math.max(0, j - 1)) * stride;
      for (let i = 0; i < nx + 2; i++, p++) {
        const x = Math.min(nx - 1, Math.max(0, i - 1)) * stride;
        const beyond = i === 0 || j === 0 || k === 0 || i === nx + 1 || j === ny + 1 || k === nz + 1;
        const value = level - dose.data[x + dose.dims[0] * (y + dose.dims[1] * z)];
        // Mirrored at the level, so that the surface closes half way to the voxel that is not there.
        layer[p] = beyond ? Math.abs(value) : value;
      }
    }
    return layer;
  });
  return surface.triangles.length === 0 ? undefined : meshOnGrid(surface, grid);
}
