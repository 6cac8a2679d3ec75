import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../contract/errors.ts';
import { invertRigid, type Mat4, multiply } from '../geometry/affine.ts';
import { moveGrid } from '../geometry/volume.ts';
import type { ImageVolume } from '../model/image.ts';
import type { LoadElastix } from './elastix/module.ts';
import { rigidMap, rigidMatrix } from './elastix/rigid.ts';
import { runElastix } from './elastix/run.ts';
import {
  type Box,
  cornersOf,
  gridCorners,
  type IndexBox,
  indexBoxOf,
  middleOf,
  prepareImage,
  type PreparedImage,
  valueRange,
} from './prepare.ts';
import { assessRigid } from './quality.ts';
import { climb, searchCoarsely } from './search.ts';
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

/** Block sizes in mm: of the search, of elastix, of the last climb. */
const [COARSE, MIDDLE, FINE] = [8, 5, 3];

/**
 * Finds the rigid transform that lays `moving` on `fixed` by mutual information: a search from afar on blocks of 8 mm, elastix on
 * blocks of 5 mm, a climb of our own on blocks of 3 mm, which ends where it ends without chance. README.md tells why.
 * Works for a second or more between looks at the signal: call it in a worker.
 * @throws IsocenterError CANCELLED; GEOMETRY when the region misses the fixed image or the images are too small; INTERNAL when
 * elastix gives up
 */
export async function registerRigidly(
  load: LoadElastix,
  fixed: ImageVolume,
  moving: ImageVolume,
  options: RigidOptions = {},
): Promise<RigidResult> {
  const started = Date.now();
  const crop = options.region === undefined ? undefined : cropTo(fixed, options.region);
  const ranges = [valueRange(fixed), valueRange(moving)] as const;
  const pair = (spacing: number): readonly [PreparedImage, PreparedImage] => [
    prepareImage(fixed, ranges[0], spacing, crop),
    prepareImage(moving, ranges[1], spacing),
  ];
  const step = async (fraction: number): Promise<void> => {
    options.onProgress?.(fraction);
    await Promise.resolve();
    throwIfCancelled(options.signal);
  };
  await step(0);
  const start = options.initial ?? search(...pair(COARSE));
  await step(0.3);
  const [f, m] = pair(MIDDLE);
  const moved = moveGrid(m, start);
  const map = rigidMap({ iterations: 150, samples: 2048, seed: options.seed ?? 1 });
  const [found] = await runElastix(load, { fixed: f, moving: moved, maps: [map] });
  const rough = multiply(invertRigid(rigidMatrix(found)), start);
  await step(0.8);
  const [fine, fineMoving] = pair(FINE);
  const similarity = new Similarity(fine, fineMoving, 20_000);
  const { matrix } = climb(similarity, rough, middleOf(gridCorners(fine)), 3);
  await step(0.9);
  const { metric, quality, warnings } = assessRigid(fixed, moving, matrix);
  options.onProgress?.(1);
  return { matrix, metric, quality, warnings, seconds: (Date.now() - started) / 1000 };
}

function search(fixed: PreparedImage, moving: PreparedImage): Mat4 {
  const [best] = searchCoarsely(fixed, moving, new Similarity(fixed, moving, 3000));
  return best.matrix;
}

function cropTo(fixed: ImageVolume, region: Box): IndexBox {
  const crop = indexBoxOf(fixed, cornersOf(region));
  if (crop === undefined)
    throw new IsocenterError('GEOMETRY', 'the region misses the fixed image', { object: 'registration' });
  return crop;
}
