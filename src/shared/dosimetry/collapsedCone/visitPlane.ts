import type { BeamFrame } from '../beam/beamFrame.ts';
import type { LocalGrid } from './rayTrace.ts';

/**
 * Visits the voxels of plane `k` that hold matter and lie in front of the source: index in the grid, column and row, where the ray to the
 * voxel's centre crosses the isocenter plane (BLD x, y in mm), mm there for a centimetre at the voxel, and the squared distance from the source (cm²).
 */
export function visitPlane(
  grid: LocalGrid,
  frame: BeamFrame,
  k: number,
  visit: (voxel: number, i: number, j: number, x: number, y: number, project: number, squared: number) => void,
): void {
  const [nx, ny] = grid.dims;
  const [hx, hy, hz] = grid.spacing;
  const { source, sad } = frame;
  const [tx, ty, tz] = frame.travel;
  const [xx, xy, xz] = frame.x;
  const [yx, yy, yz] = frame.y;
  const vz = k * hz - source[2];
  let voxel = k * nx * ny;
  for (let j = 0; j < ny; j++) {
    const vy = j * hy - source[1];
    for (let i = 0; i < nx; i++, voxel++) {
      if (grid.density[voxel] <= 0) continue;
      const vx = i * hx - source[0];
      const along = vx * tx + vy * ty + vz * tz;
      if (along <= 0) continue;
      const project = (sad / along) * 10;
      const x = (vx * xx + vy * xy + vz * xz) * project;
      const y = (vx * yx + vy * yy + vz * yz) * project;
      visit(voxel, i, j, x, y, project, vx * vx + vy * vy + vz * vz);
    }
  }
}
