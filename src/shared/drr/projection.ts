import type { Vec3 } from '../geometry/vec.ts';
import type { CastPlanes } from './castVolume.ts';
import { type DepthWindow, isEverything } from './depthWindow.ts';
import type { Projection } from './planeSums.ts';
import type { DrrView } from './view.ts';

/** Rays of an image in indices (u, v, plane) of a volume with its border. */
export interface ImageRays {
  readonly source: Vec3;
  /** Pixel (c, r) is at first + c·column + r·row. */
  readonly first: Vec3;
  readonly column: Vec3;
  readonly row: Vec3;
  readonly isocenter: Vec3;
  /** How many mm deeper along the beam axis one index further is. */
  readonly deeper: Vec3;
  /** Squares of the spacing, mm². */
  readonly squares: Vec3;
}

/** Matter nearer to the source than this part of the way to the isocenter is left away: it would be magnified beyond use. */
const NEAREST = 0.05;
/** Pixels of the projection need not be finer than this part of a voxel: between lie straight lines. */
const FINEST = 0.35;
/** Pixels beyond the image's edge, for the interpolation. */
const MARGIN = 2;

/** What of the planes an image needs to see, projected onto the plane through the isocenter; undefined when it sees nothing. */
export function projectionOf(
  { boxes }: CastPlanes,
  planes: number,
  rays: ImageRays,
  view: DrrView,
  depth: DepthWindow,
): Projection | undefined {
  const { source, isocenter } = rays;
  const reference = isocenter[2];
  const ahead = reference - source[2];
  const border = source[2] + NEAREST * ahead;
  let [first, last] = ahead > 0 ? [Math.max(1, Math.ceil(border)), planes] : [1, Math.min(planes, Math.floor(border))];
  const onReference = (c: number, r: number): readonly [number, number] => {
    const d = [0, 1, 2].map((n) => rays.first[n] + c * rays.column[n] + r * rays.row[n] - source[n]);
    return [source[0] + (d[0] * ahead) / d[2], source[1] + (d[1] * ahead) / d[2]];
  };
  const [columns, rows] = view.size;
  const [steps, seen] = [[Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], emptyBox()];
  for (const [c, r] of [
    [0, 0],
    [columns - 1, 0],
    [0, rows - 1],
    [columns - 1, rows - 1],
    [(columns - 1) / 2, (rows - 1) / 2],
  ]) {
    const [here, right, below] = [onReference(c, r), onReference(c + 1, r), onReference(c, r + 1)];
    for (const n of [0, 1]) steps[n] = Math.min(steps[n], Math.hypot(right[n] - here[n], below[n] - here[n]));
    include(seen, here);
  }
  const [stepU, stepV] = steps.map((step) => Math.max(FINEST, step));
  const matter = emptyBox();
  let [nearest, furthest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let p = first; p <= last; p++) {
    const [u0, u1, v0, v1] = boxes.subarray(4 * p, 4 * p + 4);
    if (u1 < u0) continue;
    [nearest, furthest] = [Math.min(nearest, p), Math.max(furthest, p)];
    const shrink = ahead / (p - source[2]);
    const at = (index: number, from: number): number => from + (index - from) * shrink;
    include(matter, [at(u0 - 1, source[0]), at(v0 - 1, source[1])]);
    include(matter, [at(u1 + 1, source[0]), at(v1 + 1, source[1])]);
  }
  [first, last] = [nearest, furthest];
  // Counted from the image's corner, not the matter's: parts of a patient are projected onto one lattice.
  const low = (n: 0 | 1, step: number): number =>
    seen[n] + step * Math.max(-MARGIN, Math.floor((matter[n] - seen[n]) / step));
  const [lowU, lowV] = [low(0, stepU), low(1, stepV)];
  const across = Math.ceil((Math.min(matter[2], seen[2] + MARGIN * stepU) - lowU) / stepU) + 1;
  const down = Math.ceil((Math.min(matter[3], seen[3] + MARGIN * stepV) - lowV) / stepV) + 1;
  if (!(first <= last && across > 1 && down > 1)) return undefined;
  const projection: Projection = {
    source: { u: source[0], v: source[1], plane: source[2] },
    reference,
    lowU,
    lowV,
    stepU,
    stepV,
    columns: across,
    rows: down,
    first,
    last,
  };
  return isEverything(depth) ? projection : within(projection, rays, view.sad, depth);
}

/** For each pixel the planes between which its ray is within the depth window. */
function within(
  projection: Projection,
  rays: ImageRays,
  sad: number,
  { near, far }: DepthWindow,
): Projection | undefined {
  const { columns, rows, lowU, lowV, stepU, stepV, reference, source } = projection;
  const [from, to] = [new Float32Array(columns * rows), new Float32Array(columns * rows)];
  const ahead = reference - source.plane;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let b = 0, q = 0; b < rows; b++)
    for (let a = 0; a < columns; a++, q++) {
      // From the source to the reference plane along the axis, mm; further along the ray it grows in proportion.
      const toReference =
        sad +
        (lowU + a * stepU - rays.isocenter[0]) * rays.deeper[0] +
        (lowV + b * stepV - rays.isocenter[1]) * rays.deeper[1];
      const p = source.plane + (ahead * (sad + near)) / toReference;
      const r = source.plane + (ahead * (sad + far)) / toReference;
      from[q] = Math.min(p, r);
      to[q] = Math.max(p, r);
      if (from[q] < first) first = from[q];
      if (to[q] > last) last = to[q];
    }
  first = Math.max(projection.first, Math.floor(first));
  last = Math.min(projection.last, Math.ceil(last));
  return first > last ? undefined : { ...projection, first, last, interval: { from, to } };
}

/** Lowest u, v and highest u, v. */
type Box = [number, number, number, number];

const emptyBox = (): Box => [Infinity, Infinity, -Infinity, -Infinity];

function include(box: Box, [u, v]: readonly [number, number]): void {
  box[0] = Math.min(box[0], u);
  box[1] = Math.min(box[1], v);
  box[2] = Math.max(box[2], u);
  box[3] = Math.max(box[3], v);
}
