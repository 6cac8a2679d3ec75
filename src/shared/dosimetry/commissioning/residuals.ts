import type { ComputedScan } from './curves.ts';
import type { MeasuredScan } from './measured/scan.ts';

/** A point passes when the doses differ by no more than `percent`, or the same dose lies within `distance` mm along the scan. */
export interface Criterion {
  readonly percent: number;
  readonly distance: number;
}

/** A measured scan beside the computed one, both relative: 100 where they are normalised. */
export interface ScanResidual {
  /** Place of the scan in its list. */
  readonly scan: number;
  readonly measured: readonly number[];
  readonly computed: readonly number[];
  /** The computed curve for drawing, in the same scale. */
  readonly curve: ComputedScan['curve'];
  /** Per point: per cent of the computed dose on the axis at that depth, computed minus measured. */
  readonly differences: readonly number[];
  /** Per point: distance in mm to where the computed curve has the measured dose; undefined where it never has. */
  readonly distances: readonly (number | undefined)[];
}

/** Off the axis a profile is normalised to the mean of the points within this distance (mm). */
const ON_AXIS = 5.5;

/**
 * Normalises and compares. A depth dose gets one factor, the one that makes the mean deviation beyond the maximum zero, and is given
 * in per cent of the computed maximum; a profile is 100 on the axis; an output factor is taken as it is (per cent).
 */
export function residualOf(scan: MeasuredScan, computed: ComputedScan, index: number): ScanResidual {
  const { scale, unit } = scan.kind === 'depth' ? depthScale(scan, computed) : axisScale(scan, computed);
  const measured = scan.values.map((value) => value * scale * unit);
  const values = computed.values.map((value) => value * unit);
  const curve = { positions: computed.curve.positions, values: computed.curve.values.map((value) => value * unit) };
  const differences = values.map((value, n) => {
    const local = scan.kind === 'depth' || scan.kind === 'outputFactor' ? measured[n] : 100;
    return (100 * (value - measured[n])) / local;
  });
  const distances = measured.map((value, n) =>
    scan.kind === 'outputFactor' ? undefined : distanceTo(curve, scan.positions[n], value),
  );
  return { scan: index, measured, computed: values, curve, differences, distances };
}

/** Depth of the computed maximum, mm. */
export function depthOfMaximum({ curve }: ComputedScan): number {
  return curve.positions[curve.values.indexOf(Math.max(...curve.values))];
}

/** `scale` takes measured values to computed ones; `unit` takes those to per cent. */
function depthScale(scan: MeasuredScan, computed: ComputedScan): { scale: number; unit: number } {
  const maximum = Math.max(...computed.curve.values);
  const depth = depthOfMaximum(computed);
  let [sum, count] = [0, 0];
  scan.positions.forEach((position, n) => {
    if (position < depth || !(scan.values[n] > 0)) return;
    sum += Math.log(computed.values[n] / scan.values[n]);
    count++;
  });
  const scale = count > 0 ? Math.exp(sum / count) : maximum / Math.max(...scan.values);
  return { scale, unit: 100 / maximum };
}

function axisScale(scan: MeasuredScan, computed: ComputedScan): { scale: number; unit: number } {
  if (scan.kind === 'outputFactor') return { scale: 1, unit: 100 };
  const near = scan.positions.flatMap((position, n) => (Math.abs(position) <= ON_AXIS ? [n] : []));
  const closest = scan.positions.reduce((best, at, n) => (Math.abs(at) < Math.abs(scan.positions[best]) ? n : best), 0);
  const points = near.length > 0 ? near : [closest];
  const mean = (values: readonly number[]): number => points.reduce((sum, n) => sum + values[n], 0) / points.length;
  return { scale: mean(computed.values) / mean(scan.values), unit: 100 / mean(computed.values) };
}

/** Nearest crossing of `value` along a curve of straight pieces. */
function distanceTo(curve: ComputedScan['curve'], position: number, value: number): number | undefined {
  let best: number | undefined;
  for (let n = 0; n + 1 < curve.positions.length; n++) {
    const [a, b] = [curve.values[n] - value, curve.values[n + 1] - value];
    if (a * b > 0 || (a === 0 && b === 0)) continue;
    const at = curve.positions[n] + (a / (a - b)) * (curve.positions[n + 1] - curve.positions[n]);
    const distance = Math.abs(at - position);
    if (best === undefined || distance < best) best = distance;
  }
  return best;
}

/** Figures of one scan, as reports give them. */
export interface ScanFigures {
  readonly points: number;
  /** Largest and mean absolute difference, per cent, of the points that `inside` counts. */
  readonly worst: number;
  readonly mean: number;
  /** Share of all points that pass the criterion. */
  readonly share: number;
}

export function figuresOf(
  residual: ScanResidual,
  criterion: Criterion,
  inside: (point: number) => boolean,
): ScanFigures {
  const sizes = residual.differences.map(Math.abs);
  const counted = sizes.filter((_, n) => inside(n));
  const passed = sizes.filter((_, n) => passes(residual, n, criterion)).length;
  return {
    points: sizes.length,
    worst: counted.reduce((most, size) => Math.max(most, size), 0),
    mean: counted.reduce((sum, size) => sum + size, 0) / Math.max(1, counted.length),
    share: passed / sizes.length,
  };
}

export function passes(residual: ScanResidual, point: number, criterion: Criterion): boolean {
  const distance = residual.distances[point];
  return (
    Math.abs(residual.differences[point]) <= criterion.percent ||
    (distance !== undefined && distance <= criterion.distance)
  );
}
