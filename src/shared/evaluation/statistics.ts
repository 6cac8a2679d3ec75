import type { Contour } from '../model/structures.ts';
import type { Grid, Volume, VoxelArray } from '../geometry/volume.ts';
import { voxelVolume } from '../geometry/volume.ts';
import type { Vec3 } from '../geometry/vec.ts';
import { areaOf, normaliseRings, type Ring } from '../structures/contours/rings.ts';
import { stackContours, stackPoint } from '../structures/contours/stack.ts';

export interface MaskStatistics {
  /** Weighted by partial volume; in the unit of the values. */
  readonly mean: number;
  readonly standardDeviation: number;
  readonly min: number;
  readonly max: number;
  /** mm³ */
  readonly volume: number;
}

/**
 * Statistics of a volume's values (data·slope + intercept) under a partial-volume mask on the same grid; minimum and maximum
 * over voxels at least half inside. Undefined under an empty mask.
 */
export function statisticsUnder(
  mask: Float32Array,
  volume: Volume<VoxelArray>,
  slope = 1,
  intercept = 0,
): MaskStatistics | undefined {
  let [weight, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (let p = 0; p < mask.length; p++) {
    const share = mask[p];
    if (share === 0) continue;
    const value = volume.data[p] * slope + intercept;
    weight += share;
    sum += share * value;
    squares += share * value * value;
    if (share >= 0.5) {
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (weight === 0) return undefined;
  const mean = sum / weight;
  const standardDeviation = Math.sqrt(Math.max(0, squares / weight - mean * mean));
  return { mean, standardDeviation, min, max, volume: weight * voxelVolume(volume) };
}

/** Volume (cm³) and centre of mass (LPS mm) of an ROI from its contours alone; undefined without closed contours. */
export function measureRoi(contours: readonly Contour[], grid?: Grid): { volume: number; centroid: Vec3 } | undefined {
  const stack = stackContours(contours, grid ? { grid } : {});
  let [volume, u, v, w] = [0, 0, 0, 0];
  for (const plane of stack.planes) {
    const rings = normaliseRings(plane.rings);
    const thickness = plane.high - plane.low;
    const part = areaOf(rings) * thickness;
    const [mu, mv] = firstMoments(rings);
    volume += part;
    u += mu * thickness;
    v += mv * thickness;
    w += (part * (plane.low + plane.high)) / 2;
  }
  if (volume <= 0) return undefined;
  return { volume: volume / 1000, centroid: stackPoint(stack, u / volume, v / volume, w / volume) };
}

/** ∫u dA and ∫v dA over normalised rings (Green's theorem), mm³. */
export function firstMoments(rings: readonly Ring[]): [number, number] {
  let [mu, mv] = [0, 0];
  for (const ring of rings)
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const cross = ring[j] * ring[i + 1] - ring[i] * ring[j + 1];
      mu += ((ring[j] + ring[i]) * cross) / 6;
      mv += ((ring[j + 1] + ring[i + 1]) * cross) / 6;
    }
  return [mu, mv];
}
