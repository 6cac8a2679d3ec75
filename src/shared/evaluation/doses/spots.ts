import { indexToPatient, type Volume, voxelVolume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';

/** A voxel centre: Gy and LPS mm. */
interface DosePlace {
  readonly gray: number;
  readonly at: Vec3;
}

interface Spot {
  /** cm³, each voxel with the part of it that counts. */
  readonly volume: number;
  /** Its hottest (or coldest) voxel. */
  readonly extreme: DosePlace;
  /** Mean place of its voxels, LPS mm. */
  readonly centre: Vec3;
}

export interface FoundSpots {
  /** Largest first. */
  readonly spots: readonly Spot[];
  /** The hottest (or coldest) voxel where one looks, whatever the level; absent when there is none. */
  readonly extreme?: DosePlace;
}

interface SpotSearch {
  readonly kind: 'hot' | 'cold';
  /** Gy: from here up (hot), or from here down (cold). */
  readonly level: number;
  /** Part 0..1 of each voxel that belongs to where one looks (a structure's mask on the dose grid). */
  readonly within: ArrayLike<number>;
  /** Part of each voxel that is left out (the target, for hot spots outside it). */
  readonly without?: ArrayLike<number>;
}

/** A voxel counts when at least this part of it is where one looks: else spots would grow out along a rim of slivers. */
const LEAST_PART = 0.5;

/**
 * Connected regions (26 neighbours) of a dose that are at least as hot, or at most as cold, as a level inside a structure; largest
 * first. Volumes are of whole voxels times their part: regions of a few voxels are known to about a voxel.
 */
export function findSpots(dose: Volume<Float32Array>, search: SpotSearch): FoundSpots {
  const { data, dims } = dose;
  const [nx, ny, nz] = dims;
  const { kind, level, within, without } = search;
  const hot = kind === 'hot';
  const part = (p: number): number => within[p] - Math.min(within[p], without?.[p] ?? 0);
  const beyond = (p: number, q: number): boolean => (hot ? data[p] > data[q] : data[p] < data[q]);
  const counts = (p: number): boolean => part(p) >= LEAST_PART && (hot ? data[p] >= level : data[p] <= level);
  const placeOf = (p: number): DosePlace => {
    const index: Vec3 = [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))];
    return { gray: data[p], at: indexToPatient(dose, index) };
  };
  let furthest = -1;
  const seen = new Uint8Array(data.length);
  const spots: Spot[] = [];
  const stack: number[] = [];
  for (let seed = 0; seed < data.length; seed++) {
    // A dose mapped from elsewhere holds NaN where it does not reach.
    if (part(seed) >= LEAST_PART && !Number.isNaN(data[seed]) && (furthest < 0 || beyond(seed, furthest)))
      furthest = seed;
    if (seen[seed] !== 0 || !counts(seed)) continue;
    seen[seed] = 1;
    stack.push(seed);
    let [best, sum, x, y, z] = [seed, 0, 0, 0, 0];
    for (let p = stack.pop(); p !== undefined; p = stack.pop()) {
      const [i, j, k] = [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))];
      const weight = part(p);
      sum += weight;
      x += weight * i;
      y += weight * j;
      z += weight * k;
      if (beyond(p, best)) best = p;
      for (let c = Math.max(0, k - 1); c <= Math.min(nz - 1, k + 1); c++)
        for (let b = Math.max(0, j - 1); b <= Math.min(ny - 1, j + 1); b++)
          for (let a = Math.max(0, i - 1); a <= Math.min(nx - 1, i + 1); a++) {
            const q = a + nx * (b + ny * c);
            if (seen[q] !== 0 || !counts(q)) continue;
            seen[q] = 1;
            stack.push(q);
          }
    }
    spots.push({
      volume: (sum * voxelVolume(dose)) / 1000,
      extreme: placeOf(best),
      centre: indexToPatient(dose, [x / sum, y / sum, z / sum]),
    });
  }
  spots.sort((a, b) => b.volume - a.volume);
  return { spots, ...(furthest < 0 ? {} : { extreme: placeOf(furthest) }) };
}
