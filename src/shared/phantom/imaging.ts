import { IDENTITY, type Mat4 } from '#shared/geometry/affine.ts';
import { type Grid, voxelCount, voxelVolume } from '#shared/geometry/volume.ts';
import type { Anatomy, Part, Tissue } from './anatomy.ts';
import { distanceField } from './field.ts';
import type { Random } from './random.ts';

/** CT voxels in HU: partial volume at every surface, noise with the short correlation of a reconstruction kernel. */
export function renderCt(anatomy: Anatomy, random: Random, noise: number): Int16Array {
  const signal = renderTissues(anatomy.parts, anatomy.ct, IDENTITY, -1000, (tissue) => tissue.hu);
  addCorrelatedNoise(signal, anatomy.ct, random, noise);
  return Int16Array.from(signal, (value) => Math.max(-1024, Math.min(3071, Math.round(value))));
}

/**
 * MR voxels: the same anatomy through `toAnatomy`, times a smooth coil sensitivity, with Rician noise
 * (magnitude of a complex signal: Gudbjartsson & Patz 1995).
 */
export function renderMr(anatomy: Anatomy, random: Random, toAnatomy: Mat4): Int16Array {
  const grid = anatomy.mr;
  const signal = renderTissues(anatomy.parts, grid, toAnatomy, 0, (tissue) => tissue.mr);
  const [nx, ny, nz] = grid.dims;
  const phase = [random.between(-0.5, 0.5), random.between(-0.5, 0.5), random.between(-0.5, 0.5)];
  const sigma = 14;
  const out = new Int16Array(signal.length);
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const real = signal[p] * coilSensitivity(i / nx, j / ny, k / nz, phase) + sigma * random.normal();
        out[p] = Math.round(Math.hypot(real, sigma * random.normal()));
      }
  return out;
}

/** A smooth bias of about ±25 % over the field of view. */
const coilSensitivity = (u: number, v: number, w: number, phase: readonly number[]): number =>
  1 +
  0.12 * Math.sin(2.6 * (u + phase[0])) +
  0.15 * Math.cos(2.2 * (v + phase[1])) -
  0.1 * Math.sin(2.9 * (w + phase[2]));

/** Paints the parts in order; a voxel takes of each layer the fraction of it that lies below the layer's surface. */
function renderTissues(
  parts: readonly Part[],
  grid: Grid,
  toAnatomy: Mat4,
  background: number,
  valueOf: (tissue: Tissue) => number | undefined,
): Float32Array {
  const values = new Float32Array(voxelCount(grid)).fill(background);
  // A plane crosses a voxel over about its mean width; the exact box chord would depend on the plane's direction.
  const width = Math.cbrt(voxelVolume(grid));
  for (const { shape, layers } of parts) {
    const visible = layers.flatMap(({ depth, tissue }) => {
      const value = valueOf(tissue);
      return value === undefined ? [] : [{ depth, value }];
    });
    if (visible.length === 0) continue;
    const reach = width - Math.min(...visible.map(({ depth }) => depth));
    const band = width + Math.max(...visible.map(({ depth }) => Math.abs(depth)));
    const field = distanceField(shape, grid, toAnatomy, reach, band);
    if (field === undefined) continue;
    const [si, sj, sk] = field.size;
    for (let k = 0, q = 0; k < sk; k++)
      for (let j = 0; j < sj; j++) {
        let p = field.from[0] + grid.dims[0] * (field.from[1] + j + grid.dims[1] * (field.from[2] + k));
        for (let i = 0; i < si; i++, p++, q++) {
          const d = field.values[q];
          for (const { depth, value } of visible) {
            const covered = 0.5 - (d + depth) / width;
            if (covered <= 0) break;
            values[p] = covered >= 1 ? value : values[p] + covered * (value - values[p]);
          }
        }
      }
  }
  return values;
}

/** Each voxel mixes its own noise with its row and column neighbours', which leaves the standard deviation at `sigma`. */
function addCorrelatedNoise(values: Float32Array, grid: Grid, random: Random, sigma: number): void {
  if (sigma === 0) return;
  const nx = grid.dims[0];
  const white = Float32Array.from({ length: values.length + nx + 1 }, () => random.normal());
  const gain = sigma / Math.sqrt(1 + 0.36 + 0.36);
  for (let p = 0; p < values.length; p++) values[p] += gain * (white[p] + 0.6 * white[p + 1] + 0.6 * white[p + nx]);
}
