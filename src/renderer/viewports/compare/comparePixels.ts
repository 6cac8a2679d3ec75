import { resamplePlane } from '#shared/evaluation/slice.ts';
import type { Volume, VoxelArray } from '#shared/geometry/volume.ts';
import { type Colormap, colorAt } from '../colormaps.ts';
import type { PlaneView } from '../planeView.ts';

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

export function samplePlane(volume: Volume<VoxelArray>, view: PlaneView, step = stepOf(view)): PlaneSamples {
  const [width, height] = [Math.ceil(view.width / step), Math.ceil(view.height / step)];
  const plane = {
    origin: view.toPatient(step / 2, step / 2),
    right: view.right,
    down: view.down,
    width,
    height,
    spacing: step / view.scale,
  };
  return { width, height, step, values: resamplePlane(volume, plane) };
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
