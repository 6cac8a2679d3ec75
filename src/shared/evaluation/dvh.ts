import type { Volume } from '../geometry/volume.ts';
import type { Contour } from '../model/structures.ts';
import { areaCoverage } from '../structures/coverage.ts';
import { areaOf, boundsOf, normaliseRings, type Ring } from '../structures/rings.ts';
import { type ContourStack, stackContours, stackPoint } from '../structures/stack.ts';
import { trilinearSampler } from '../geometry/sampler.ts';

export interface DvhOptions {
  /** Name of the structure, used in warnings. */
  readonly name?: string;
  /** Number of bins between minimum and maximum dose. Default 4000. */
  readonly bins?: number;
  /** About how many points sample the structure. Default 400 000. */
  readonly samples?: number;
}

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
  doseAtVolume(percent: number): number;
  /** D_x cm³: the dose in Gy that the hottest `cm3` receive at least. */
  doseAtAbsoluteVolume(cm3: number): number;
  /** V_x: the percent of the volume that receives at least `gray`. */
  volumeAtDose(gray: number): number;
}

/** The functions of a DVH over its table, e.g. after it came back from a worker. */
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
 * The ROI is sampled on a lattice of its own, so that small structures get as many samples as large ones: each contour plane's
 * slab is cut into layers and pixels (exact area fraction as weight), and each sample takes the trilinear dose at its centre.
 * Minimum and maximum also look at every contour vertex, on both faces of its slab.
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
  const step = Math.max(0.05, Math.min(Math.cbrt(volume / (options.samples ?? 400_000)), Math.min(...dose.spacing)));
  const samples = collect(stack, planes, dose, step);
  const curve = cumulate(samples, options.bins ?? 4000);
  if (samples.outside > 1e-6 * samples.total)
    warnings.push(
      `${name}: ${((100 * samples.outside) / samples.total).toFixed(1)} % of the volume lies outside the dose grid and counts as 0 Gy`,
    );
  return dvhOf({
    volume: volume / 1000,
    min: samples.min,
    mean: samples.sum / samples.total,
    max: samples.max,
    curve,
    covered: 1 - samples.outside / samples.total,
    warnings,
  });
}

interface Samples {
  readonly dose: Float32Array;
  readonly weight: Float32Array;
  readonly count: number;
  readonly total: number;
  readonly outside: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

interface Layered {
  readonly rings: readonly Ring[];
  readonly low: number;
  readonly high: number;
}

function collect(stack: ContourStack, planes: readonly Layered[], volume: Volume<Float32Array>, step: number): Samples {
  const sampler = trilinearSampler(volume);
  let dose = new Float32Array(1 << 16);
  let weight = new Float32Array(1 << 16);
  let [count, total, outside, sum, min, max] = [0, 0, 0, 0, Infinity, -Infinity];
  const extreme = (value: number): void => {
    if (value < min) min = value;
    if (value > max) max = value;
  };
  for (const { rings, low, high } of planes) {
    const box = boundsOf(rings);
    if (!box) continue;
    const width = Math.max(1, Math.ceil((box[2] - box[0]) / step));
    const height = Math.max(1, Math.ceil((box[3] - box[1]) / step));
    const [du, dv] = [(box[2] - box[0]) / width, (box[3] - box[1]) / height];
    const lattice = { width, height, u0: box[0] + du / 2, v0: box[1] + dv / 2, du, dv };
    const coverage = areaCoverage(rings, lattice);
    const layers = Math.max(1, Math.ceil((high - low) / step));
    const thickness = (high - low) / layers;
    for (let layer = 0; layer < layers; layer++) {
      const w = low + (layer + 0.5) * thickness;
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) {
          const share = coverage[row * width + column];
          if (share === 0) continue;
          const point = stackPoint(stack, lattice.u0 + column * du, lattice.v0 + row * dv, w);
          let value = sampler(point[0], point[1], point[2]);
          const part = share * du * dv * thickness;
          total += part;
          if (Number.isNaN(value)) {
            outside += part;
            value = 0;
          }
          sum += part * value;
          // A pixel mostly outside has its centre outside: the boundary is looked at by the vertices instead.
          if (share >= 0.5) extreme(value);
          if (count === dose.length) {
            dose = grow(dose);
            weight = grow(weight);
          }
          dose[count] = value;
          weight[count++] = part;
        }
    }
    for (const ring of rings)
      for (let i = 0; i < ring.length; i += 2)
        for (const w of [low, high]) {
          const point = stackPoint(stack, ring[i], ring[i + 1], w);
          const value = sampler(point[0], point[1], point[2]);
          extreme(Number.isNaN(value) ? 0 : value);
        }
  }
  return { dose, weight, count, total, outside, sum, min, max };
}

const grow = (values: Float32Array): Float32Array<ArrayBuffer> => {
  const larger = new Float32Array(values.length * 2);
  larger.set(values);
  return larger;
};

function cumulate(samples: Samples, bins: number): DvhTable['curve'] {
  const { min, max, count } = samples;
  const histogram = new Float64Array(bins);
  const perGray = max > min ? bins / (max - min) : 0;
  for (let i = 0; i < count; i++) {
    const bin = Math.floor((samples.dose[i] - min) * perGray);
    histogram[Math.max(0, Math.min(bins - 1, bin))] += samples.weight[i];
  }
  const dose = new Float64Array(bins + 2);
  const volume = new Float64Array(bins + 2);
  volume[0] = 100;
  let above = 0;
  dose[bins + 1] = max;
  for (let bin = bins - 1; bin >= 0; bin--) {
    above += histogram[bin];
    dose[bin + 1] = min + ((max - min) * bin) / bins;
    volume[bin + 1] = (100 * above) / samples.total;
  }
  return { dose, volume };
}
