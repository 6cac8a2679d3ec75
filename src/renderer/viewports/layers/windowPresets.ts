import type { VoxelArray } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Window } from './layers.ts';

export interface WindowPreset {
  readonly name: string;
  readonly window: Window;
}

/** Customary CT windows, HU (as listed by radiology references such as Radiopaedia's "Windowing (CT)"), and the sites they are for. */
const CT: readonly (WindowPreset & { readonly sites?: RegExp })[] = [
  { name: 'Soft tissue', window: { center: 40, width: 400 } },
  { name: 'Lung', window: { center: -600, width: 1500 }, sites: /CHEST|THORAX|LUNG|BREAST/ },
  { name: 'Mediastinum', window: { center: 50, width: 350 }, sites: /CHEST|THORAX|LUNG|BREAST|ESOPHAGUS/ },
  { name: 'Bone', window: { center: 400, width: 1800 } },
  { name: 'Brain', window: { center: 40, width: 80 }, sites: /HEAD|BRAIN|SKULL/ },
  { name: 'Skull base', window: { center: 600, width: 2800 }, sites: /HEAD|SKULL|EAR|NECK/ },
  { name: 'Liver', window: { center: 30, width: 150 }, sites: /ABDOMEN|LIVER/ },
  { name: 'Spine', window: { center: 50, width: 250 }, sites: /SPINE|PELVIS|PROSTATE/ },
  { name: 'Wide', window: { center: 0, width: 2500 } },
];

/** PET in standardised uptake values, g/ml. */
const SUV: readonly WindowPreset[] = [5, 10, 15].map((top) => ({
  name: `SUV 0–${top}`,
  window: { center: top / 2, width: top },
}));

/** The presets that make sense for an image: those of its body site first, and for MR percentiles of its own values. */
export function presetsFor(image: ImageVolume): readonly WindowPreset[] {
  if (image.unit === 'HU') {
    const site = image.bodyPart?.toUpperCase() ?? '';
    const fits = ({ sites }: (typeof CT)[number]): boolean => sites?.test(site) === true;
    return [...CT.filter(fits), ...CT.filter((preset) => !fits(preset))];
  }
  const auto: WindowPreset = { name: 'Auto', window: autoWindow(image) };
  if (image.unit === 'SUV') return [...SUV, auto];
  if (image.modality === 'PT') return [auto, { name: 'As sent', window: image.window }];
  return [
    auto,
    { name: '5–98 %', window: percentileWindow(image, 0.05, 0.98) },
    { name: '1–90 %', window: percentileWindow(image, 0.01, 0.9) },
    { name: 'As sent', window: image.window },
  ];
}

const SAMPLES = 100_000;

/** Window from the 1st to the 99.5th percentile of the voxel values (0 to 99.9th for PET, where zero means no uptake). */
export function autoWindow(image: ImageVolume): Window {
  return image.modality === 'PT' ? percentileWindow(image, 0, 0.999) : percentileWindow(image, 0.01, 0.995);
}

/** Window between two fractions of the voxel values; PET from 0. */
function percentileWindow(image: ImageVolume, from: number, to: number): Window {
  const values = sortedSample(image.data);
  const at = (fraction: number): number =>
    values[Math.min(values.length - 1, Math.floor(fraction * values.length))] * image.slope + image.intercept;
  const [low, high] = [image.modality === 'PT' ? 0 : at(from), at(to)];
  return { center: (low + high) / 2, width: Math.max(high - low, 1e-6) };
}

/** Stored values in rising order. A registered image is moved by a new record around the same voxels. */
const samples = new WeakMap<VoxelArray, Float32Array>();

function sortedSample(data: VoxelArray): Float32Array {
  const known = samples.get(data);
  if (known !== undefined) return known;
  const step = Math.max(1, Math.floor(data.length / SAMPLES));
  const values = new Float32Array(Math.ceil(data.length / step));
  for (let i = 0, n = 0; i < data.length; i += step) values[n++] = data[i];
  values.sort();
  samples.set(data, values);
  return values;
}
