import { type Mat4, transformPoint } from '../geometry/affine.ts';
import type { Vec3 } from '../geometry/vec.ts';
import type { ImageVolume } from '../model/image.ts';
import { gradientAgreement } from './gradients.ts';
import { gridCorners, type IndexBox, middleOf, prepareImage, type PreparedImage, valueRange } from './prepare.ts';
import { climb, displaced, distanceBetween } from './search.ts';
import { Similarity } from './similarity.ts';

/** What the images themselves say of a transform that somebody or something proposed. */
export interface Assessment {
  /** Normalized mutual information, 1 to 2. */
  readonly metric: number;
  /** Pearson correlation of the values: near 1 for images of one modality, of little meaning otherwise. */
  readonly correlation: number;
  /** How well edges lie on edges: 1/3 by chance, towards 1 where all are parallel; undefined without edges in both. */
  readonly gradients: number | undefined;
  /** Part of the smaller image that lies in the other, 0..1. */
  readonly overlap: number;
  /** 0 (failed) to 1; below DOUBTFUL the transform is not to be trusted. */
  readonly quality: number;
  readonly warnings: readonly string[];
}

/** Below this quality a registration is flagged; every failed one of the calibration is below, every good one above. */
export const DOUBTFUL = 0.5;

/** Restarts from this far (mm, turns at 80 mm), and how near (mm, at the farthest corner) they have to come to each other. */
const AWAY = 20;
const BACK = 5;

/** Two images prepared in blocks of 5, 3 and 2 mm, with their similarities: what the last steps of a registration look at. */
export interface Compared {
  readonly middle: Similarity;
  readonly close: Similarity;
  readonly fine: Similarity;
  readonly images: readonly [PreparedImage, PreparedImage];
}

/** Prepares two images for registration and judgement; `crop` leaves only a part of the fixed one. */
export function compareImages(fixed: ImageVolume, moving: ImageVolume, crop?: IndexBox): Compared {
  const ranges = [valueRange(fixed), valueRange(moving)] as const;
  const pair = (spacing: number): [PreparedImage, PreparedImage] => [
    prepareImage(fixed, ranges[0], spacing, crop),
    prepareImage(moving, ranges[1], spacing),
  ];
  const images = pair(5);
  return {
    images,
    middle: new Similarity(...images, 12_000),
    close: new Similarity(...pair(3), 20_000),
    fine: new Similarity(...pair(2), 30_000),
  };
}

/**
 * Judges a rigid transform (moving LPS mm to fixed LPS mm) by questions that need no truth. Is it a maximum: how far away is the one
 * that a climb from it reaches? Is it a steep one: how much similarity is lost 6 mm and 4° away? Is it found again: how many of eight
 * climbs from 20 mm away come back? The quality is the product of the three answers and of one for the overlap; README.md has the
 * cases by which its limits were set.
 */
export const assessRigid = (fixed: ImageVolume, moving: ImageVolume, matrix: Mat4): Assessment =>
  assessCompared(compareImages(fixed, moving), matrix);

/** The same of images that are prepared already. */
export function assessCompared({ images, middle, fine }: Compared, matrix: Mat4): Assessment {
  const { nmi, correlation, overlap } = fine.compare(matrix);
  const told = { metric: nmi, correlation, gradients: gradientAgreement(...images, matrix), overlap };
  const share = `the images overlap in ${Math.round(100 * overlap)} % only`;
  if (nmi <= 1) return { ...told, quality: 0, warnings: [`${share}: too little to judge`] };
  const corners = gridCorners(images[1]);
  const centre = transformPoint(matrix, middleOf(corners));
  const off = distanceBetween(climb(fine, matrix, centre, 4).matrix, matrix, corners);
  const { lost, returned } = neighbourhood(middle, matrix, corners);
  const quality = ramp(off, 8, 3) * ramp(lost, 0.035, 0.055) * ramp(returned, 0.25, 0.75) * ramp(overlap, 0.4, 0.6);
  const warnings = [
    ...(off > 3 ? [`the images agree better ${off.toFixed(0)} mm away`] : []),
    ...(quality < DOUBTFUL ? ['the registration is doubtful: check it'] : []),
    ...(overlap < 0.6 ? [share] : []),
  ];
  return { ...told, quality, warnings };
}

/** The part of the similarity that is lost 6 mm and 4° away on average, and the part of the restarts that come back. */
function neighbourhood(
  similarity: Similarity,
  matrix: Mat4,
  corners: readonly Vec3[],
): { readonly lost: number; readonly returned: number } {
  const centre = transformPoint(matrix, middleOf(corners));
  const settled = climb(similarity, matrix, centre, 4);
  if (settled.nmi <= 1) return { lost: 0, returned: 0 };
  const away = [0, 1, 2, 3, 4, 5].flatMap((axis) =>
    [6, -6].map((mm) => {
      const there = displaced(settled.matrix, [0, 0, 0, 0, 0, 0].with(axis, mm), centre);
      return similarity.compare(there).nmi - 1;
    }),
  );
  const lost = 1 - away.reduce((sum, there) => sum + there, 0) / away.length / (settled.nmi - 1);
  const back = DIRECTIONS.filter((direction) => {
    const start = displaced(
      settled.matrix,
      direction.map((x) => x * AWAY),
      centre,
    );
    return distanceBetween(climb(similarity, start, centre, 8).matrix, settled.matrix, corners) < BACK;
  });
  return { lost, returned: back.length / DIRECTIONS.length };
}

/** 0 at `none` and beyond, 1 at `full` and beyond, straight between. */
const ramp = (value: number, none: number, full: number): number =>
  Math.max(0, Math.min(1, (value - none) / (full - none)));

/** Unit steps in the six parameters, each and its opposite: turns and shifts mixed, mutually orthogonal as far as four are. */
const DIRECTIONS: readonly (readonly number[])[] = (
  [
    [1, 1, 0, 1, -1, 0],
    [1, -1, 1, 0, 0, 1],
    [0, 1, 1, -1, 0, -1],
    [1, 0, -1, 0, 1, 1],
  ] as const
).flatMap((one) => [1, -1].map((sign) => one.map((x) => (sign * x) / 2)));
