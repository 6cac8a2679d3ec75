import type { Volume, VoxelArray } from './volume.ts';

/**
 * A fast trilinear reader of a volume at LPS mm. Voxels are boxes round their centres: up to half a voxel beyond the outermost
 * centres the nearest value holds; further out the result is NaN.
 */
export function trilinearSampler(volume: Volume<VoxelArray>): (x: number, y: number, z: number) => number {
  const { data, origin: o, direction: d, spacing: s } = volume;
  const [nx, ny, nz] = volume.dims;
  const [ax, ay, az] = [d[0] / s[0], d[1] / s[0], d[2] / s[0]];
  const [bx, by, bz] = [d[3] / s[1], d[4] / s[1], d[5] / s[1]];
  const [cx, cy, cz] = [d[6] / s[2], d[7] / s[2], d[8] / s[2]];
  const [dx, dy, dz] = [nx > 1 ? 1 : 0, ny > 1 ? nx : 0, nz > 1 ? nx * ny : 0];
  const edge = 0.5 + 1e-6;
  return (px, py, pz) => {
    const qx = px - o[0];
    const qy = py - o[1];
    const qz = pz - o[2];
    let x = qx * ax + qy * ay + qz * az;
    let y = qx * bx + qy * by + qz * bz;
    let z = qx * cx + qy * cy + qz * cz;
    if (!(x >= -edge && y >= -edge && z >= -edge && x <= nx - 1 + edge && y <= ny - 1 + edge && z <= nz - 1 + edge))
      return Number.NaN;
    x = x < 0 ? 0 : x > nx - 1 ? nx - 1 : x;
    y = y < 0 ? 0 : y > ny - 1 ? ny - 1 : y;
    z = z < 0 ? 0 : z > nz - 1 ? nz - 1 : z;
    const i = Math.max(0, Math.min(nx - 2, Math.floor(x)));
    const j = Math.max(0, Math.min(ny - 2, Math.floor(y)));
    const k = Math.max(0, Math.min(nz - 2, Math.floor(z)));
    const [fx, fy, fz] = [x - i, y - j, z - k];
    const q = i + nx * (j + ny * k);
    const c00 = data[q] + fx * (data[q + dx] - data[q]);
    const c10 = data[q + dy] + fx * (data[q + dy + dx] - data[q + dy]);
    const c01 = data[q + dz] + fx * (data[q + dz + dx] - data[q + dz]);
    const c11 = data[q + dz + dy] + fx * (data[q + dz + dy + dx] - data[q + dz + dy]);
    const c0 = c00 + fy * (c10 - c00);
    return c0 + fz * (c01 + fy * (c11 - c01) - c0);
  };
}
