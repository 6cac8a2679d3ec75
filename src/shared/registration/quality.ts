import { type Mat4, transformPoint } from '../geometry/affine.ts';
import type { ImageVolume } from '../model/image.ts';
import { gradientAgreement } from './gradients.ts';
import { gridCorners, middleOf, prepareImage, type PreparedImage, valueRange } from './prepare.ts';
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

/** mm; coarse enough to be quick, fine enough to see an error of a few mm. */
const SPACING = 5;
const SAMPLES = 6000;
/** Restarts from this far (mm, turns at 80 mm), and how near (mm, at the farthest corner) they have to come back. */
const AWAY = 20;
const BACK = 8;
const RESTARTS = 8;

/**
 * Judges a rigid transform (moving LPS mm to fixed LPS mm) by three questions that need no truth. Is it a maximum: how far away is
 * the one that a climb from it reaches? Is it a steep one: how much similarity is lost 6 mm and 4° away? Is it found again: how many
 * of eight climbs from 20 mm away come back? The quality is the product of the three answers and of one for the overlap.
 */
export function assessRigid(fixed: ImageVolume, moving: ImageVolume, matrix: Mat4): Assessment {
  return assessPrepared(
    prepareImage(fixed, valueRange(fixed), SPACING),
    prepareImage(moving, valueRange(moving), SPACING),
    matrix,
  );
}

function assessPrepared(fixed: PreparedImage, moving: PreparedImage, matrix: Mat4): Assessment {
  const similarity = new Similarity(fixed, moving, SAMPLES);
  const { nmi, correlation, overlap } = similarity.compare(matrix);
  const corners = gridCorners(moving);
  const centre = transformPoint(matrix, middleOf(corners));
  const gradients = gradientAgreement(fixed, moving, matrix);
  const told = { metric: nmi, correlation, gradients, overlap };
  if (nmi <= 1)
    return {
      ...told,
      quality: 0,
      warnings: [`the images overlap in ${Math.round(100 * overlap)} % only: too little to judge`],
    };
  const height = nmi - 1;
  const settled = climb(similarity, matrix, centre, 4);
  const off = distanceBetween(settled.matrix, matrix, corners);
  const around = [0, 1, 2, 3, 4, 5].flatMap((axis) =>
    [6, -6].map((mm) => similarity.compare(displaced(matrix, [0, 0, 0, 0, 0, 0].with(axis, mm), centre)).nmi - 1),
  );
  const lost = 1 - around.reduce((sum, there) => sum + there, 0) / around.length / height;
  const returned = DIRECTIONS.filter((direction) => {
    const start = displaced(
      matrix,
      direction.map((x) => x * AWAY),
      centre,
    );
    return distanceBetween(climb(similarity, start, centre, 8).matrix, settled.matrix, corners) < BACK;
  }).length;
  const quality =
    ramp(off, 8, 3) * ramp(lost, 0.02, 0.06) * ramp(returned / RESTARTS, 0, 0.5) * ramp(overlap, 0.3, 0.6);
  const warnings = [
    ...(off > 5 ? [`the images agree better ${off.toFixed(0)} mm away`] : []),
    ...(quality < DOUBTFUL ? ['the registration is doubtful: check it'] : []),
    ...(overlap < 0.6 ? [`the images overlap in ${Math.round(100 * overlap)} % only`] : []),
  ];
  return { ...told, quality, warnings };
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
