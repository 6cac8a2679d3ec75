import type { Volume } from '#shared/geometry/volume.ts';
import { patientToIndex, sampleAtIndex } from '#shared/geometry/volume.ts';
import { subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { colorAt, colormapByName } from './colormaps.ts';
import type { PlaneView } from '../plane/planeView.ts';

export interface DoseWashOptions {
  /** Dose range of the colours, Gy; below `min` nothing is drawn. */
  readonly min: number;
  readonly max: number;
  /** 0..1. */
  readonly opacity: number;
  /** Prescribed dose, Gy, for the legend's per cent. */
  readonly prescription: number;
  /** Where given, dose has the colour of the highest of these levels (Gy) that it reaches. */
  readonly bands?: readonly { readonly from: number; readonly color: readonly [number, number, number] }[];
}

const TABLE_SIZE = 256;

/** Colours from `min` (first entry) to `max` (last), 3 bytes each. */
export function doseColorTable(): Uint8ClampedArray {
  const map = colormapByName('Rainbow');
  const table = new Uint8ClampedArray(TABLE_SIZE * 3);
  for (let i = 0; i < TABLE_SIZE; i++)
    colorAt(map, i / (TABLE_SIZE - 1)).forEach((part, channel) => {
      table[i * 3 + channel] = Math.round(part * 255);
    });
  return table;
}

/** The same with the colour of the highest band that each entry reaches. */
function bandTable({ min, max, bands = [] }: DoseWashOptions): Uint8ClampedArray {
  const table = new Uint8ClampedArray(TABLE_SIZE * 3);
  const rising = [...bands].sort((a, b) => a.from - b.from);
  for (let i = 0; i < TABLE_SIZE; i++) {
    // Half an entry up: a level's own dose is in its band, whatever the rounding.
    const gray = min + ((i + 0.5) / (TABLE_SIZE - 1)) * (max - min);
    table.set(rising.findLast(({ from }) => from <= gray)?.color ?? [0, 0, 0], i * 3);
  }
  return table;
}

/**
 * RGBA pixels of the colour wash on a view sampled every `step` CSS pixels (pixel centres), trilinear in dose; transparent
 * outside the dose grid and below `options.min`.
 */
export function doseWashPixels(
  dose: Volume<Float32Array>,
  view: PlaneView,
  options: DoseWashOptions,
  step: number,
): { width: number; height: number; pixels: Uint8ClampedArray<ArrayBuffer> } {
  const width = Math.ceil(view.width / step);
  const height = Math.ceil(view.height / step);
  const pixels = new Uint8ClampedArray(width * height * 4);
  const table = options.bands === undefined ? doseColorTable() : bandTable(options);
  // The map from canvas to voxel index is affine: three evaluations give it.
  const start = patientToIndex(dose, view.toPatient(step / 2, step / 2));
  const perX = subtract(patientToIndex(dose, view.toPatient(step * 1.5, step / 2)), start);
  const perY = subtract(patientToIndex(dose, view.toPatient(step / 2, step * 1.5)), start);
  const scale = (TABLE_SIZE - 1) / Math.max(1e-9, options.max - options.min);
  const alpha = Math.round(options.opacity * 255);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const index: Vec3 = [
        start[0] + x * perX[0] + y * perY[0],
        start[1] + x * perX[1] + y * perY[1],
        start[2] + x * perX[2] + y * perY[2],
      ];
      const value = sampleAtIndex(dose, index, -1);
      if (!(value >= options.min) || value < 0) continue;
      const entry = Math.min(TABLE_SIZE - 1, Math.round((value - options.min) * scale)) * 3;
      const p = (y * width + x) * 4;
      pixels[p] = table[entry];
      pixels[p + 1] = table[entry + 1];
      pixels[p + 2] = table[entry + 2];
      pixels[p + 3] = alpha;
    }
  return { width, height, pixels };
}
