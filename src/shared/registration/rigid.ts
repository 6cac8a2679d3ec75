import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../contract/errors.ts';
import { invertRigid, type Mat4, multiply } from '../geometry/affine.ts';
import { moveGrid } from '../geometry/volume.ts';
import type { ImageVolume } from '../model/image.ts';
import type { LoadElastix } from './elastix/module.ts';
import { rigidMap, rigidMatrix } from './elastix/rigid.ts';
import { type ElastixTask, runElastix } from './elastix/run.ts';
import {
  type Box,
  cornersOf,
  cropped,
  gridCorners,
  type IndexBox,
  indexBoxOf,
  middleOf,
  prepareImage,
  type PreparedImage,
  valueRange,
} from './prepare.ts';
import { assessCompared, compareImages } from './quality.ts';
import { better, type Candidate, climb, distanceBetween, merit, searchCoarsely } from './search.ts';
import { Similarity } from './similarity.ts';

export interface RigidOptions {
  /** A transform to start from (moving LPS mm to fixed LPS mm); without it the whole neighbourhood is searched. */
  readonly initial?: Mat4;
  /** Only what lies in this box of the fixed image counts, LPS mm. */
  readonly region?: Box;
  /** Of the random samples; the same seed gives the same result. */
  readonly seed?: number;
  readonly signal?: AbortSignalLike;
  /** 0..1 */
  readonly onProgress?: (fraction: number) => void;
}

export interface RigidResult {
  /** Moving LPS mm to fixed LPS mm. */
  readonly matrix: Mat4;
  /** Normalized mutual information under it, 1 to 2. */
  readonly metric: number;
  /** 0 (failed) to 1, see quality.ts. */
  readonly quality: number;
  readonly warnings: readonly string[];
  readonly seconds: number;
}

/** Blocks of the search from afar, mm. */
const COARSE = 8;

/**
 * Finds the rigid transform that lays `moving` on `fixed` by mutual information: a search from afar on blocks of 8 mm, elastix and
 * climbs of our own on blocks of 5 mm, last climbs on blocks of 3 and 2 mm, which end without chance. README.md tells why.
 * Works for a second or more between looks at the signal: call it in a worker.
 * @throws IsocenterError CANCELLED; GEOMETRY when the region misses the fixed image; INTERNAL when elastix gives up
 */
export async function registerRigidly(
  load: LoadElastix,
  fixed: ImageVolume,
  moving: ImageVolume,
  options: RigidOptions = {},
): Promise<RigidResult> {
  const started = Date.now();
  const step = async (fraction: number): Promise<void> => {
    options.onProgress?.(fraction);
    await Promise.resolve();
    throwIfCancelled(options.signal);
  };
  await step(0);
  const crop = options.region === undefined ? undefined : cropTo(fixed, options.region);
  const starts = options.initial === undefined ? search(fixed, moving, crop) : [options.initial];
  await step(0.3);
  const compared = compareImages(fixed, moving, crop);
  const centre = middleOf(gridCorners(compared.images[0]));
  const reached = starts.map((start) => climb(compared.middle, start, centre, 8)).sort(better);
  await step(0.4);
  const map = rigidMap({ iterations: 150, samples: 2048, seed: options.seed ?? 1 });
  const [start] = reached;
  const [found] = await runElastix(load, { ...around(compared.images, start.matrix), maps: [map] });
  const rough = multiply(invertRigid(rigidMatrix(found)), start.matrix);
  const [best] = [start, climb(compared.middle, rough, centre, 3)].sort(better);
  await step(0.8);
  const near = climb(compared.close, best.matrix, centre, 3);
  const { matrix } = climb(compared.fine, near.matrix, centre, 2);
  await step(0.9);
  const { metric, quality, warnings } = assessCompared(compared, matrix);
  options.onProgress?.(1);
  return { matrix, metric, quality, warnings, seconds: (Date.now() - started) / 1000 };
}

/** Candidates for a closer look: what the search found, as far as it is another place and nearly as good. */
function search(fixedImage: ImageVolume, movingImage: ImageVolume, crop: IndexBox | undefined): Mat4[] {
  const fixed = prepareImage(fixedImage, valueRange(fixedImage), COARSE, crop);
  const moving = prepareImage(movingImage, valueRange(movingImage), COARSE);
  const corners = gridCorners(moving);
  const chosen: Candidate[] = [];
  for (const candidate of searchCoarsely(fixed, moving, new Similarity(fixed, moving, 6000)))
    if (
      chosen.length === 0 ||
      (chosen.length < 3 &&
        merit(candidate) > 0.8 * merit(chosen[0]) &&
        chosen.every(({ matrix }) => distanceBetween(matrix, candidate.matrix, corners) > 10))
    )
      chosen.push(candidate);
  return chosen.map(({ matrix }) => matrix);
}

/** Elastix's images: the moving one where `start` puts it, and of the fixed one what lies around it. */
function around(
  [fixed, moving]: readonly [PreparedImage, PreparedImage],
  start: Mat4,
): Pick<ElastixTask, 'fixed' | 'moving'> {
  const moved = moveGrid(moving, start);
  const corners = gridCorners(moved);
  const reach = (axis: 0 | 1 | 2, sign: 1 | -1): number =>
    sign * (Math.max(...corners.map((corner) => sign * corner[axis])) + 25);
  const box = {
    min: [reach(0, -1), reach(1, -1), reach(2, -1)],
    max: [reach(0, 1), reach(1, 1), reach(2, 1)],
  } as const;
  return { fixed: cropped(fixed, indexBoxOf(fixed, cornersOf(box))), moving: moved };
}

function cropTo(fixed: ImageVolume, region: Box): IndexBox {
  const crop = indexBoxOf(fixed, cornersOf(region));
  if (crop === undefined)
    throw new IsocenterError('GEOMETRY', 'the region misses the fixed image', { object: 'registration' });
  return crop;
}
