import type { VoxelArray } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Window } from './layers.ts';

export interface WindowPreset {
  readonly name: string;
  readonly window: Window;
}

/** Customary CT windows, HU. */
const CT: readonly WindowPreset[] = [
  { name: 'Soft tissue', window: { center: 40, width: 400 } },
  { name: 'Lung', window: { center: -600, width: 1500 } },
  { name: 'Bone', window: { center: 400, width: 1800 } },
  { name: 'Brain', window: { center: 40, width: 80 } },
  { name: 'Wide', window: { center: 0, width: 2500 } },
];

/** PET in standardised uptake values, g/ml. */
const SUV: readonly WindowPreset[] = [
  { name: 'SUV 0–5', window: { center: 2.5, width: 5 } },
  { name: 'SUV 0–10', window: { center: 5, width: 10 } },
  { name: 'SUV 0–20', window: { center: 10, width: 20 } },
];

/** The presets that make sense for an image, its own default first where it is no CT. */
export function presetsFor(image: ImageVolume): readonly WindowPreset[] {
  const auto: WindowPreset = { name: 'Auto', window: autoWindow(image) };
  if (image.unit === 'HU') return CT;
  if (image.unit === 'SUV') return [...SUV, auto];
  return [auto, { name: 'As sent', window: image.window }];
}

const SAMPLES = 100_000;

/** Window from the 1st to the 99.5th percentile of the voxel values (0 to 99.9th for PET, where zero means no uptake). */
export function autoWindow(image: ImageVolume): Window {
  // A registered image is moved by a new record around the same voxels.
  const known = autoWindows.get(image.data) ?? computeAutoWindow(image);
  autoWindows.set(image.data, known);
  return known;
}

const autoWindows = new WeakMap<VoxelArray, Window>();

function computeAutoWindow(image: ImageVolume): Window {
  const step = Math.max(1, Math.floor(image.data.length / SAMPLES));
  const values = new Float32Array(Math.ceil(image.data.length / step));
  for (let i = 0, n = 0; i < image.data.length; i += step) values[n++] = image.data[i] * image.slope + image.intercept;
  values.sort();
  const at = (fraction: number): number => values[Math.min(values.length - 1, Math.floor(fraction * values.length))];
  const pet = image.modality === 'PT';
  const [low, high] = [pet ? 0 : at(0.01), at(pet ? 0.999 : 0.995)];
  return { center: (low + high) / 2, width: Math.max(high - low, 1e-6) };
}
