import { type Mat4, multiply, rigidFromParameters, transformPoint, translation } from '../geometry/affine.ts';
import { subtract, type Vec3 } from '../geometry/vec.ts';
import { gridCorners, middleOf, type PreparedImage } from './prepare.ts';
import type { Similarity } from './similarity.ts';

/** A transform, moving LPS mm to fixed LPS mm, and how alike the images are under it. */
export interface Candidate {
  readonly matrix: Mat4;
  readonly nmi: number;
  readonly overlap: number;
}

/**
 * What candidates far from each other are ranked by: the less two images share, the easier they look alike, so below nine tenths of
 * overlap the similarity counts for less.
 */
export const merit = ({ nmi, overlap }: Pick<Candidate, 'nmi' | 'overlap'>): number =>
  (nmi - 1) * Math.min(1, overlap / 0.9);

/** A turn of 1 rad moves a point at this distance by as many mm: it makes rotations and shifts comparable. */
const RADIUS = 80;

/** `matrix` followed by a small rigid motion about `centre`: turns (as mm at the radius) about x, y, z, then shifts, mm. */
export const displaced = (matrix: Mat4, motion: readonly number[], centre: Vec3): Mat4 => {
  const degrees = (mm: number): number => (mm / RADIUS) * (180 / Math.PI);
  return multiply(
    rigidFromParameters(
      [degrees(motion[0]), degrees(motion[1]), degrees(motion[2])],
      [motion[3], motion[4], motion[5]],
      centre,
    ),
    matrix,
  );
};

/** Where no step of the climb is worth more than this in normalized mutual information, it has arrived. */
const ENOUGH = 1e-7;

/**
 * Climbs to the nearest maximum by a quasi-Newton method (BFGS: Nocedal & Wright 2006, chapter 6) over motions about `centre` (fixed
 * LPS mm); no step is longer than `reach` mm. The same start always ends at the same place.
 */
export function climb(similarity: Similarity, start: Mat4, centre: Vec3, reach: number): Candidate {
  // Turns count in mm at the radius.
  const at = (matrix: Mat4): { nmi: number; overlap: number; slope: number[] } => {
    const { nmi, overlap, gradient } = similarity.slope(matrix, centre);
    return { nmi, overlap, slope: gradient.map((value, axis) => (axis < 3 ? value / RADIUS : value)) };
  };
  let matrix = start;
  let here = at(matrix);
  let inverse = identity();
  let fresh = true;
  for (let iteration = 0; iteration < 60; iteration++) {
    let step = apply(inverse, here.slope);
    let gain = inner(step, here.slope);
    if (!(gain > 0)) {
      inverse = identity();
      fresh = true;
      step = here.slope;
      gain = inner(step, step);
      if (gain === 0) break;
    }
    const size = Math.hypot(...step);
    let scale = fresh ? Math.min(reach, 1) / size : Math.min(1, reach / size);
    let there: typeof here | undefined;
    let motion = step;
    for (let halving = 0; halving < 12; halving++, scale /= 3) {
      motion = step.map((value) => value * scale);
      there = at(displaced(matrix, motion, centre));
      if (there.nmi >= here.nmi + 1e-4 * scale * gain) break;
      there = undefined;
    }
    if (there === undefined) {
      if (fresh) break;
      inverse = identity();
      fresh = true;
      continue;
    }
    const won = there.nmi - here.nmi;
    // Of the negative: BFGS minimizes.
    const change = here.slope.map((value, axis) => value - (there?.slope[axis] ?? 0));
    inverse = updated(inverse, motion, change, fresh);
    fresh = false;
    matrix = displaced(matrix, motion, centre);
    here = there;
    if (won < ENOUGH && Math.hypot(...motion) < 0.01) break;
  }
  return { matrix, nmi: here.nmi, overlap: here.overlap };
}

const identity = (): number[][] => [0, 1, 2, 3, 4, 5].map((row) => [0, 0, 0, 0, 0, 0].with(row, 1));
const inner = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, n) => sum + value * b[n], 0);
const apply = (m: readonly number[][], v: readonly number[]): number[] => m.map((row) => inner(row, v));

/** BFGS update of the inverse Hessian; unchanged where the curvature is not positive. */
function updated(inverse: number[][], step: readonly number[], change: readonly number[], first: boolean): number[][] {
  const curvature = inner(step, change);
  if (!(curvature > 1e-12 * Math.hypot(...step) * Math.hypot(...change))) return inverse;
  const from = first ? identity().map((row) => row.map((x) => (x * curvature) / inner(change, change))) : inverse;
  const moved = apply(from, change);
  const factor = (1 + inner(change, moved) / curvature) / curvature;
  return from.map((row, i) =>
    row.map((value, j) => value + factor * step[i] * step[j] - (moved[i] * step[j] + step[i] * moved[j]) / curvature),
  );
}

/** Turns tried about each axis, degrees, and shifts from a start, mm: together they reach 15–20° and 40 mm and more. */
const TURNS: readonly Vec3[] = [
  [0, 0, 0], [12, 0, 0], [-12, 0, 0], [0, 12, 0], [0, -12, 0], [0, 0, 12], [0, 0, -12],
]; // biome-ignore format: a list
const SHIFTS = [-30, -15, 0, 15, 30];
/** As many of the best are climbed from, if they lie at least this far apart (mm). */
const CLIMBS = 6;
const APART = 15;

/**
 * Looks for the transform from afar: starts (the frames taken as one, the images' centres and their centres of mass laid on each
 * other) are shifted and turned, the best of all climbed from. Gives what the climbs reached, best first.
 */
export function searchCoarsely(fixed: PreparedImage, moving: PreparedImage, similarity: Similarity): Candidate[] {
  const centre = middleOf(gridCorners(fixed));
  const tried: Candidate[] = [];
  for (const start of starts(fixed, moving)) {
    const about = transformPoint(start, middleOf(gridCorners(moving)));
    for (const turn of TURNS)
      for (const x of SHIFTS)
        for (const y of SHIFTS)
          for (const z of SHIFTS) {
            const matrix = multiply(rigidFromParameters(turn, [x, y, z], about), start);
            const { nmi, overlap } = similarity.compare(matrix);
            tried.push({ matrix, nmi, overlap });
          }
  }
  tried.sort(better);
  const chosen: Candidate[] = [];
  for (const candidate of tried) {
    if (chosen.length === CLIMBS) break;
    if (chosen.every((other) => distanceBetween(other.matrix, candidate.matrix, gridCorners(moving)) > APART))
      chosen.push(candidate);
  }
  return chosen.map(({ matrix }) => climb(similarity, matrix, centre, 8)).sort(better);
}

/** Order of candidates, the best first. */
export const better = (a: Candidate, b: Candidate): number => merit(b) - merit(a);

function starts(fixed: PreparedImage, moving: PreparedImage): Mat4[] {
  const centres = translation(subtract(middleOf(gridCorners(fixed)), middleOf(gridCorners(moving))));
  const masses = translation(subtract(centreOfMass(fixed), centreOfMass(moving)));
  return [translation([0, 0, 0]), centres, masses].filter(
    (one, index, all) =>
      all.findIndex((other) => Math.hypot(one[3] - other[3], one[7] - other[7], one[11] - other[11]) < 8) === index,
  );
}

/** Where the values of an image have their centre, LPS mm. */
function centreOfMass(image: PreparedImage): Vec3 {
  const [nx, ny] = image.dims;
  let [x, y, z, mass] = [0, 0, 0, 0];
  for (let p = 0; p < image.data.length; p++) {
    const value = image.data[p];
    mass += value;
    x += value * (p % nx);
    y += value * (Math.floor(p / nx) % ny);
    z += value * Math.floor(p / (nx * ny));
  }
  if (mass === 0) return middleOf(gridCorners(image));
  const { origin: o, spacing: s, direction: d } = image;
  const [u, v, w] = [(x / mass) * s[0], (y / mass) * s[1], (z / mass) * s[2]];
  const at = (n: 0 | 1 | 2): number => o[n] + u * d[n] + v * d[3 + n] + w * d[6 + n];
  return [at(0), at(1), at(2)];
}

/** The largest distance (mm) between where two transforms take points of the moving image. */
export function distanceBetween(a: Mat4, b: Mat4, points: readonly Vec3[]): number {
  return Math.max(
    ...points.map((point) => {
      const [p, q] = [transformPoint(a, point), transformPoint(b, point)];
      return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
    }),
  );
}
