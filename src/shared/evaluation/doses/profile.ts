import { trilinearSampler } from '../../geometry/sampler.ts';
import { length, subtract, type Vec3 } from '../../geometry/vec.ts';
import type { Volume } from '../../geometry/volume.ts';

export interface DoseProfile {
  /** Distance from the start, mm. */
  readonly distance: Float64Array;
  /** Of each dose in Gy, in their order; NaN where it does not reach. */
  readonly doses: readonly Float64Array[];
}

/** Samples beyond which the step grows. */
const MOST_SAMPLES = 4000;

/**
 * Doses along the straight line between two points (LPS mm of the doses' frame of reference), trilinear, every quarter of the finest
 * spacing; both ends are sampled.
 */
export function doseProfile(doses: readonly Volume<Float32Array>[], from: Vec3, to: Vec3): DoseProfile {
  const along = subtract(to, from);
  const mm = length(along);
  const step = Math.min(...doses.flatMap(({ spacing }) => spacing), 10) / 4;
  const count = Math.min(MOST_SAMPLES, Math.max(2, Math.ceil(mm / step) + 1));
  const at = (n: number): Vec3 => {
    const t = n / (count - 1);
    return [from[0] + t * along[0], from[1] + t * along[1], from[2] + t * along[2]];
  };
  return {
    distance: Float64Array.from({ length: count }, (_, n) => (n / (count - 1)) * mm),
    doses: doses.map((dose) => {
      const sample = trilinearSampler(dose);
      return Float64Array.from({ length: count }, (_, n) => sample(...at(n)));
    }),
  };
}

/** The profile as CSV: position in mm, point in LPS mm, a column in Gy for each dose; empty where a dose does not reach. */
export function profileCsv({ distance, doses }: DoseProfile, from: Vec3, to: Vec3, names: readonly string[]): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const header = ['mm', 'x mm', 'y mm', 'z mm', ...names.map((name) => quoted(`${name} Gy`))].join(',');
  const last = distance[distance.length - 1] || 1;
  const rows = Array.from(distance, (mm, n) => {
    const place = [0, 1, 2].map((axis) => (from[axis] + (mm / last) * (to[axis] - from[axis])).toFixed(3));
    const values = doses.map((dose) => (Number.isNaN(dose[n]) ? '' : dose[n].toFixed(5)));
    return [mm.toFixed(3), ...place, ...values].join(',');
  });
  return `${[header, ...rows].join('\r\n')}\r\n`;
}
