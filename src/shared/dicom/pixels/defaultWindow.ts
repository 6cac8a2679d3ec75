import type { VoxelArray } from '../../geometry/volume.ts';
import type { ImageVolume } from '../../model/image.ts';

/** At most this many voxels are looked at. */
const SAMPLES = 20_000;

/** Window of a volume whose header has none: soft tissue for CT, SUV 0–10 for PET, else the 1st to 99th percentile of its values. */
export function defaultWindow(
  modality: string,
  unit: ImageVolume['unit'],
  volume: { readonly data: VoxelArray; readonly slope: number; readonly intercept: number },
): ImageVolume['window'] {
  if (modality === 'CT' && unit === 'HU') return { center: 40, width: 400 };
  if (unit === 'SUV') return { center: 5, width: 10 };
  const stride = Math.max(1, Math.floor(volume.data.length / SAMPLES));
  const values: number[] = [];
  for (let i = 0; i < volume.data.length; i += stride) values.push(volume.data[i] * volume.slope + volume.intercept);
  values.sort((a, b) => a - b);
  const low = modality === 'PT' ? 0 : values[Math.floor(values.length * 0.01)];
  const high = values[Math.floor((values.length - 1) * 0.99)];
  return { center: (low + high) / 2, width: Math.max(high - low, 1e-6) };
}
