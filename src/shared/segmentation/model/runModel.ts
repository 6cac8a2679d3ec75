import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../../contract/errors.ts';
import { trilinearSampler } from '../../geometry/sampler.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import { AXIAL, type Grid, indexToPatient, patientToIndex, voxelCount } from '../../geometry/volume.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Contour } from '../../model/structures.ts';
import { boxGrid, clipBox, type Field, outlineField } from '../field.ts';
import type { ModelManifest } from './manifest.ts';
import type { RunWindow } from './session.ts';

export interface ModelFind {
  readonly label: ModelManifest['labels'][number];
  /** On the image's slices; empty when the model found none. */
  readonly contours: readonly Contour[];
}

interface ModelOptions {
  /** 0..1. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignalLike;
}

/** Values of all channels held at once: 1 GB. */
const MOST_VALUES = 256e6;

/**
 * Runs a segmentation model over an image window by window (overlapping, weighted towards their middles, as Isensee et al., Nat.
 * Methods 18 (2021) 203) on a lattice along the patient's axes, and outlines on the image's slices where each label's probability
 * is the greatest (one channel: above one half), between the voxels.
 * @throws IsocenterError USAGE for an image of another modality; REFERENCE for labels beyond the model's channels; CANCELLED
 */
export async function segmentWithModel(
  image: ImageVolume,
  manifest: ModelManifest,
  run: RunWindow,
  { onProgress, signal }: ModelOptions = {},
): Promise<ModelFind[]> {
  if (image.modality !== manifest.modality)
    throw new IsocenterError('USAGE', `is for ${manifest.modality}, the image is ${image.modality}`, {
      object: manifest.name,
    });
  const grid = modelGrid(image, manifest);
  const seen = modelInput(image, grid, manifest);
  const [sx, sy, sz] = manifest.input.size;
  const weights = windowWeights(manifest.input.size);
  const starts = grid.dims.map((count, axis) => windowStarts(count, manifest.input.size[axis], manifest.input.overlap));
  const total = starts[0].length * starts[1].length * starts[2].length;
  const voxels = voxelCount(grid);
  const weight = new Float32Array(voxels);
  let channels: Float32Array[] = [];
  let done = 0;
  for (const z of starts[2])
    for (const y of starts[1])
      for (const x of starts[0]) {
        throwIfCancelled(signal);
        const result = await run(cut(seen, grid.dims, [x, y, z], manifest.input.size));
        const count = result.length / weights.length;
        if (channels.length === 0) channels = emptyChannels(count, voxels, manifest);
        activate(result, count, weights.length, manifest.output.activation);
        for (let k = 0, q = 0; k < sz; k++)
          for (let j = 0; j < sy; j++)
            for (let i = 0; i < sx; i++, q++) {
              if (x + i >= grid.dims[0] || y + j >= grid.dims[1] || z + k >= grid.dims[2]) continue;
              const p = x + i + grid.dims[0] * (y + j + grid.dims[1] * (z + k));
              weight[p] += weights[q];
              for (let c = 0; c < count; c++) channels[c][p] += weights[q] * result[c * weights.length + q];
            }
        onProgress?.((0.9 * ++done) / total);
      }
  for (const channel of channels) for (let p = 0; p < voxels; p++) channel[p] /= weight[p];
  return manifest.labels.map((label) => ({ label, contours: outlineLabel(image, grid, channels, label.channel) }));
}

function emptyChannels(count: number, voxels: number, manifest: ModelManifest): Float32Array[] {
  const beyond = manifest.labels.find(({ channel }) => channel >= count);
  if (beyond !== undefined)
    throw new IsocenterError(
      'REFERENCE',
      `the model has ${count} channels, '${beyond.name}' is to be number ${beyond.channel}`,
      {
        object: manifest.name,
        attribute: 'labels.channel',
      },
    );
  if (count * voxels > MOST_VALUES)
    throw new IsocenterError('USAGE', 'the image is too large for so many channels at this spacing', {
      object: manifest.name,
    });
  return Array.from({ length: count }, () => new Float32Array(voxels));
}

/** A lattice of the model's spacing along the patient's axes that holds the whole image. */
function modelGrid(image: ImageVolume, { input: { spacing } }: ModelManifest): Grid {
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let corner = 0; corner < 8; corner++)
    indexToPatient(image, [
      corner & 1 ? image.dims[0] - 1 : 0,
      corner & 2 ? image.dims[1] - 1 : 0,
      corner & 4 ? image.dims[2] - 1 : 0,
    ]).forEach((value, axis) => {
      low[axis] = Math.min(low[axis], value);
      high[axis] = Math.max(high[axis], value);
    });
  const dims = low.map((value, axis) => Math.max(1, Math.ceil((high[axis] - value) / spacing[axis] - 1e-6) + 1));
  return { dims: dims as unknown as Vec3, spacing, origin: low as unknown as Vec3, direction: AXIAL };
}

/** The image as the model wants to see it. */
function modelInput(image: ImageVolume, grid: Grid, { input }: ModelManifest): Float32Array {
  const sample = trilinearSampler(image);
  const data = new Float32Array(voxelCount(grid));
  const [nx, ny, nz] = grid.dims;
  const [low, high] = input.clip ?? [-Infinity, Infinity];
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const raw = sample(
          grid.origin[0] + i * grid.spacing[0],
          grid.origin[1] + j * grid.spacing[1],
          grid.origin[2] + k * grid.spacing[2],
        );
        const value = Number.isNaN(raw) ? input.outside : raw * image.slope + image.intercept;
        data[p] = (Math.max(low, Math.min(high, value)) - input.subtract) / input.divide;
      }
  return data;
}

/** Where windows start along an axis: evenly, the last one flush with the end. */
function windowStarts(count: number, size: number, overlap: number): number[] {
  if (count <= size) return [0];
  const steps = Math.ceil((count - size) / Math.max(1, Math.floor(size * (1 - overlap))));
  return Array.from({ length: steps + 1 }, (_, n) => Math.round((n * (count - size)) / steps));
}

/** Gaussian weights, standard deviation an eighth of the window, never quite 0. */
function windowWeights([sx, sy, sz]: readonly [number, number, number]): Float32Array {
  const along = (size: number): number[] =>
    Array.from({ length: size }, (_, n) => Math.exp(-(((n - (size - 1) / 2) / (size / 8)) ** 2) / 2) + 1e-3);
  const [ax, ay, az] = [along(sx), along(sy), along(sz)];
  const weights = new Float32Array(sx * sy * sz);
  for (let k = 0, q = 0; k < sz; k++)
    for (let j = 0; j < sy; j++) for (let i = 0; i < sx; i++, q++) weights[q] = ax[i] * ay[j] * az[k];
  return weights;
}

/** A window of the input; beyond its end the last value goes on. */
function cut(data: Float32Array, [nx, ny, nz]: Vec3, [x, y, z]: Vec3, [sx, sy, sz]: Vec3): Float32Array {
  const window = new Float32Array(sx * sy * sz);
  for (let k = 0, q = 0; k < sz; k++)
    for (let j = 0; j < sy; j++) {
      const row = nx * (Math.min(ny - 1, y + j) + ny * Math.min(nz - 1, z + k));
      for (let i = 0; i < sx; i++, q++) window[q] = data[row + Math.min(nx - 1, x + i)];
    }
  return window;
}

/** Makes probabilities of a window's channels, in place. */
function activate(
  values: Float32Array,
  count: number,
  size: number,
  activation: ModelManifest['output']['activation'],
): void {
  if (activation === 'sigmoid') for (let n = 0; n < values.length; n++) values[n] = 1 / (1 + Math.exp(-values[n]));
  if (activation !== 'softmax') return;
  for (let q = 0; q < size; q++) {
    let top = -Infinity;
    for (let c = 0; c < count; c++) top = Math.max(top, values[c * size + q]);
    let sum = 0;
    for (let c = 0; c < count; c++) sum += values[c * size + q] = Math.exp(values[c * size + q] - top);
    for (let c = 0; c < count; c++) values[c * size + q] /= sum;
  }
}

/** Outlines of a channel on the image's slices: where it beats one half or every other channel. */
function outlineLabel(image: ImageVolume, grid: Grid, channels: readonly Float32Array[], channel: number): Contour[] {
  const lead = new Float32Array(channels[channel].length);
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  const [nx, ny] = grid.dims;
  for (let p = 0; p < lead.length; p++) {
    let other = channels.length === 1 ? 0.5 : -Infinity;
    for (let c = 0; c < channels.length; c++) if (c !== channel && channels[c][p] > other) other = channels[c][p];
    lead[p] = channels[channel][p] - other;
    if (lead[p] < 0) continue;
    [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))].forEach((value, axis) => {
      low[axis] = Math.min(low[axis], value);
      high[axis] = Math.max(high[axis], value);
    });
  }
  if (high[0] < low[0]) return [];
  const index = { low: [Infinity, Infinity, Infinity], high: [-Infinity, -Infinity, -Infinity] };
  for (let corner = 0; corner < 8; corner++) {
    const at = [0, 1, 2].map((axis) => (corner & (1 << axis) ? high[axis] + 1 : low[axis] - 1)) as unknown as Vec3;
    patientToIndex(image, indexToPatient(grid, at)).forEach((value, axis) => {
      index.low[axis] = Math.min(index.low[axis], Math.floor(value));
      index.high[axis] = Math.max(index.high[axis], Math.ceil(value));
    });
  }
  const box = clipBox({ low: index.low as unknown as Vec3, high: index.high as unknown as Vec3 }, image);
  return outlineField(onImage({ ...grid, data: lead }, boxGrid(image, box)));
}

/** A field sampled on a box of the image's lattice; outside of it, outside. */
function onImage(field: Field, box: Grid): Field {
  const sample = trilinearSampler(field);
  const data = new Float32Array(voxelCount(box));
  const [nx, ny, nz] = box.dims;
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const value = sample(...indexToPatient(box, [i, j, k]));
        data[p] = Number.isNaN(value) ? -1 : value;
      }
  return { ...box, data };
}
