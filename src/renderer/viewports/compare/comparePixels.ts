import { patientToIndex, type Volume, type VoxelArray } from '#shared/geometry/volume.ts';
import { subtract } from '#shared/geometry/vec.ts';
import { type Colormap, colorAt } from '../layers/colormaps.ts';
import type { PlaneView } from '../plane/planeView.ts';

/** Stored values of a view's plane, sampled every `step` CSS pixels at pixel centres, x fastest; NaN outside the volume. */
export interface PlaneSamples {
  readonly width: number;
  readonly height: number;
  readonly step: number;
  readonly values: Float32Array;
}

/** Samples a plane may have: about 10 ms of one core, so that the wheel stays fluent on a large screen. */
const MOST_SAMPLES = 400_000;

/** The step, CSS pixels, at which a view is sampled: a pixel, or more where the plane is large. */
export const stepOf = ({ width, height }: Pick<PlaneView, 'width' | 'height'>): number =>
  Math.max(1, Math.sqrt((width * height) / MOST_SAMPLES));

/** Trilinear, as shared/geometry/sampler: half a voxel beyond the outermost centres takes the nearest value. */
export function samplePlane(volume: Volume<VoxelArray>, view: PlaneView, step = stepOf(view)): PlaneSamples {
  const [width, height] = [Math.ceil(view.width / step), Math.ceil(view.height / step)];
  const values = new Float32Array(width * height);
  const { data } = volume;
  const [nx, ny, nz] = volume.dims;
  const [dx, dy, dz] = [nx > 1 ? 1 : 0, ny > 1 ? nx : 0, nz > 1 ? nx * ny : 0];
  // Canvas to voxel index is affine: three points give it, and no sample costs a call.
  const start = patientToIndex(volume, view.toPatient(step / 2, step / 2));
  const [ax, ay, az] = subtract(patientToIndex(volume, view.toPatient(step * 1.5, step / 2)), start);
  const [bx, by, bz] = subtract(patientToIndex(volume, view.toPatient(step / 2, step * 1.5)), start);
  const edge = 0.5 + 1e-6;
  for (let row = 0, p = 0; row < height; row++)
    for (let column = 0; column < width; column++, p++) {
      let x = start[0] + column * ax + row * bx;
      let y = start[1] + column * ay + row * by;
      let z = start[2] + column * az + row * bz;
      if (!(x >= -edge && y >= -edge && z >= -edge && x <= nx - 1 + edge && y <= ny - 1 + edge && z <= nz - 1 + edge)) {
        values[p] = Number.NaN;
        continue;
      }
      x = x < 0 ? 0 : x > nx - 1 ? nx - 1 : x;
      y = y < 0 ? 0 : y > ny - 1 ? ny - 1 : y;
      z = z < 0 ? 0 : z > nz - 1 ? nz - 1 : z;
      const i = x >= nx - 1 && nx > 1 ? nx - 2 : x | 0;
      const j = y >= ny - 1 && ny > 1 ? ny - 2 : y | 0;
      const k = z >= nz - 1 && nz > 1 ? nz - 2 : z | 0;
      const [fx, fy, fz] = [x - i, y - j, z - k];
      const q = i + nx * (j + ny * k);
      const c00 = data[q] + fx * (data[q + dx] - data[q]);
      const c10 = data[q + dy] + fx * (data[q + dy + dx] - data[q + dy]);
      const c01 = data[q + dz] + fx * (data[q + dz + dx] - data[q + dz]);
      const c11 = data[q + dz + dy] + fx * (data[q + dz + dy + dx] - data[q + dz + dy]);
      const c0 = c00 + fy * (c10 - c00);
      values[p] = c0 + fz * (c01 + fy * (c11 - c01) - c0);
    }
  return { width, height, step, values };
}

/** Window limits in stored values. */
export interface Limits {
  readonly lower: number;
  readonly upper: number;
}

const TABLE = 256;

/** RGBA of samples through a window and a colour map; transparent outside the volume. */
export function windowedPixels(samples: PlaneSamples, limits: Limits, map: Colormap): Uint8ClampedArray<ArrayBuffer> {
  const table = new Uint8ClampedArray(TABLE * 3);
  for (let i = 0; i < TABLE; i++)
    colorAt(map, i / (TABLE - 1)).forEach((part, channel) => (table[i * 3 + channel] = Math.round(part * 255)));
  const scale = (TABLE - 1) / (limits.upper - limits.lower);
  const pixels = new Uint8ClampedArray(samples.values.length * 4);
  for (let p = 0; p < samples.values.length; p++) {
    const value = samples.values[p];
    if (Number.isNaN(value)) continue;
    const entry = Math.max(0, Math.min(TABLE - 1, Math.round((value - limits.lower) * scale))) * 3;
    pixels[p * 4] = table[entry];
    pixels[p * 4 + 1] = table[entry + 1];
    pixels[p * 4 + 2] = table[entry + 2];
    pixels[p * 4 + 3] = 255;
  }
  return pixels;
}

/** A stored value as a fraction of its window. */
export const grey = (value: number, { lower, upper }: Limits): number => (value - lower) / (upper - lower);

/**
 * RGBA of second − first in window widths: mid grey where equal, red where the second is brighter, blue where darker, full colour at
 * ±`span`; transparent where either has no voxel. Both planes must be sampled alike.
 */
export function differencePixels(
  first: PlaneSamples,
  firstLimits: Limits,
  second: PlaneSamples,
  secondLimits: Limits,
  span: number,
): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(first.values.length * 4);
  for (let p = 0; p < first.values.length; p++) {
    const difference = grey(second.values[p], secondLimits) - grey(first.values[p], firstLimits);
    if (Number.isNaN(difference)) continue;
    const t = Math.max(-1, Math.min(1, difference / span));
    pixels[p * 4] = 40 + (t > 0 ? 215 * t : 0);
    pixels[p * 4 + 1] = 40 + 60 * Math.abs(t);
    pixels[p * 4 + 2] = 40 + (t < 0 ? -215 * t : 0);
    pixels[p * 4 + 3] = 255;
  }
  return pixels;
}
