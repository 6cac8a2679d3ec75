import { dot } from '../geometry/vec.ts';
import { indexToPatient, type Volume } from '../geometry/volume.ts';
import type { Contour } from '../model/structures.ts';
import { areaOf, boundsOf, isInside, normaliseRings } from '../structures/contours/rings.ts';
import { type ContourStack, stackContours } from '../structures/contours/stack.ts';
import { type DoseSamples, sampleDose, type Slab } from './doseSamples.ts';

export interface DvhOptions {
  /** Name of the structure, used in warnings. */
  readonly name?: string;
  /** Number of bins between minimum and maximum dose. Default 4000. */
  readonly bins?: number;
  /** About how many points sample the structure. Default 400 000, more where each would stand for more than 10 mm³. */
  readonly samples?: number;
}

/** Of a large structure's sample, mm³: D0.03cc is read from the hottest few. */
const LARGEST_SAMPLE = 10;

/** A cumulative DVH as plain data (crosses to and from workers). */
export interface DvhTable {
  /** Volume of the structure, cm³. */
  readonly volume: number;
  /** Doses, Gy. */
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** `volume[i]` percent of the structure receive at least `dose[i]` Gy; dose rises from 0, volume falls from 100. */
  readonly curve: { readonly dose: Float64Array; readonly volume: Float64Array };
  /** Fraction 0..1 of the structure inside the dose grid; what lies outside counts as 0 Gy. */
  readonly covered: number;
  readonly warnings: readonly string[];
}

export interface Dvh extends DvhTable {
  /** D_x: the dose in Gy that `percent` of the volume receives at least (D98: near-minimum, D2: near-maximum; ICRU 83). */
  readonly doseAtVolume: (percent: number) => number;
  /** D_x cm³: the dose in Gy that the hottest `cm3` receive at least. */
  readonly doseAtAbsoluteVolume: (cm3: number) => number;
  /** V_x: the percent of the volume that receives at least `gray`. */
  readonly volumeAtDose: (gray: number) => number;
}

/** The metrics of a DVH over its table, e.g. after it came back from a worker. */
export function dvhOf(table: DvhTable): Dvh {
  const { dose, volume } = table.curve;
  const doseAtVolume = (percent: number): number => {
    if (percent >= 100) return table.min;
    if (percent <= 0) return table.max;
    let [low, high] = [0, volume.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (volume[middle] >= percent) low = middle;
      else high = middle;
    }
    const drop = volume[low] - volume[high];
    return drop === 0 ? dose[low] : dose[low] + ((volume[low] - percent) / drop) * (dose[high] - dose[low]);
  };
  return {
    ...table,
    doseAtVolume,
    doseAtAbsoluteVolume: (cm3) => doseAtVolume((100 * cm3) / table.volume),
    volumeAtDose: (gray) => {
      if (gray <= table.min) return 100;
      if (gray > table.max) return 0;
      let [low, high] = [0, dose.length - 1];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (dose[middle] < gray) low = middle;
        else high = middle;
      }
      const step = dose[high] - dose[low];
      return step === 0 ? volume[high] : volume[low] + ((gray - dose[low]) / step) * (volume[high] - volume[low]);
    },
  };
}

/**
 * Cumulative dose–volume histogram of an ROI in a dose grid of any orientation.
 *
 * The ROI is sampled on a lattice of its own (see sampleDose), so that small structures get as many samples as large ones. What
 * the structure is between its contour planes follows stackContours; what lies outside the dose grid counts as 0 Gy, with a warning.
 * @param dose Gy
 */
export function computeDvh(contours: readonly Contour[], dose: Volume<Float32Array>, options: DvhOptions = {}): Dvh {
  const name = options.name ?? 'structure';
  const stack = stackContours(contours, { name, singlePlaneThickness: Math.min(...dose.spacing) });
  const planes = stack.planes.map((plane) => ({ ...plane, rings: normaliseRings(plane.rings) }));
  const volume = planes.reduce((sum, plane) => sum + areaOf(plane.rings) * (plane.high - plane.low), 0);
  const warnings = [...stack.warnings];
  if (volume <= 0) {
    const empty = { dose: Float64Array.of(0), volume: Float64Array.of(0) };
    return dvhOf({
      volume: 0,
      min: 0,
      mean: 0,
      max: 0,
      curve: empty,
      covered: 0,
      warnings: [...warnings, `${name}: no volume`],
    });
  }
  const sample = options.samples === undefined ? Math.min(LARGEST_SAMPLE, volume / 400_000) : volume / options.samples;
  const step = Math.max(0.05, Math.min(Math.cbrt(sample), Math.min(...dose.spacing)));
  const samples = sampleDose(stack, planes, dose, step);
  // Between voxels nothing is higher than in them: a peak that a coarse lattice passes by is the largest voxel inside.
  const max = step < Math.min(...dose.spacing) / 4 ? samples.max : withVoxels(samples.max, stack, planes, dose);
  const curve = cumulate({ ...samples, max }, options.bins ?? 4000);
  if (samples.outside > 1e-6 * samples.total)
    warnings.push(
      `${name}: ${((100 * samples.outside) / samples.total).toFixed(1)} % of the volume lies outside the dose grid and counts as 0 Gy`,
    );
  return dvhOf({
    volume: volume / 1000,
    min: samples.min,
    mean: samples.sum / samples.total,
    max,
    curve,
    covered: 1 - samples.outside / samples.total,
    warnings,
  });
}

/** The largest of the samples and of the voxels whose middles lie in the structure. */
function withVoxels(
  max: number,
  { u, v, normal }: ContourStack,
  planes: readonly Slab[],
  dose: Volume<Float32Array>,
): number {
  const boxes = planes.map(({ rings }) => boundsOf(rings));
  const [nx, ny] = dose.dims;
  for (let voxel = 0; voxel < dose.data.length; voxel++) {
    if (!(dose.data[voxel] > max)) continue;
    const point = indexToPatient(dose, [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / nx / ny)]);
    const [a, b, c] = [dot(point, u), dot(point, v), dot(point, normal)];
    const isHere = planes.some(({ rings, low, high }, n) => {
      if (c < low || c >= high) return false;
      const box = boxes[n];
      return box !== undefined && a >= box[0] && a <= box[2] && b >= box[1] && b <= box[3] && isInside(rings, a, b);
    });
    if (isHere) max = dose.data[voxel];
  }
  return max;
}

function cumulate(samples: DoseSamples, bins: number): DvhTable['curve'] {
  const { min, max, count } = samples;
  const histogram = new Float64Array(bins);
  const perGray = max > min ? bins / (max - min) : 0;
  for (let i = 0; i < count; i++) {
    const bin = Math.floor((samples.dose[i] - min) * perGray);
    histogram[Math.max(0, Math.min(bins - 1, bin))] += samples.weight[i];
  }
  // Not samples.total: weights are kept in float32.
  const total = histogram.reduce((sum, weight) => sum + weight, 0);
  const dose = new Float64Array(bins + 2);
  const volume = new Float64Array(bins + 2);
  volume[0] = 100;
  let above = 0;
  dose[bins + 1] = max;
  for (let bin = bins - 1; bin >= 0; bin--) {
    above += histogram[bin];
    dose[bin + 1] = min + ((max - min) * bin) / bins;
    volume[bin + 1] = Math.min(100, (100 * above) / total);
  }
  return { dose, volume };
}
