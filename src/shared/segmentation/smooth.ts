import { IsocenterError } from '../contract/errors.ts';
import { measureRoi } from '../evaluation/statistics.ts';
import type { Vec3 } from '../geometry/vec.ts';
import { type Grid, patientToIndex } from '../geometry/volume.ts';
import type { Contour } from '../model/structures.ts';
import { rasterizeRoi } from '../structures/contours/mask.ts';
import { isClosed } from '../structures/contours/stack.ts';
import { gaussian } from './blur.ts';
import { boxGrid, boxOfContours, type Field, outlineField } from './field.ts';

export interface SmoothOptions {
  /** Standard deviation of the smoothing, mm: details much smaller than this go. */
  readonly sigma: number;
  /** In space, or each slice by itself. */
  readonly dimension: 2 | 3;
  /** Only these slices of the image (first, last) change; the contours of the others stay as they are. */
  readonly slices?: readonly [number, number];
}

export interface Smoothed {
  readonly contours: Contour[];
  /** cm³ before and after. */
  readonly before: number;
  readonly after: number;
}

/** The level is sought until the volume is this near, as a share of it. */
const VOLUME_TOLERANCE = 5e-4;

/**
 * Smooths a structure and keeps its volume: its partial-volume mask is filtered with a Gaussian and outlined again at the level
 * that encloses the volume it had (an iso-surface of the filtered indicator function moves by curvature, as Merriman, Bence and
 * Osher, J. Comput. Phys. 112 (1994) 334, use it; the level takes its shrinking back).
 * @returns contours on the slices of `grid`
 * @throws IsocenterError GEOMETRY when nothing is left of it, or as rasterizeRoi; USAGE for a sigma that is not positive
 */
export function smoothContours(contours: readonly Contour[], grid: Grid, options: SmoothOptions): Smoothed {
  const { sigma, dimension, slices } = options;
  if (!(sigma > 0)) throw new IsocenterError('USAGE', 'a smoothing has a width above 0 mm');
  const inRange = (contour: Contour): boolean => slices === undefined || isOn(contour, grid, slices);
  const chosen = contours.filter((contour) => isClosed(contour) && inRange(contour));
  const before = measureRoi(contours, grid)?.volume ?? 0;
  const wanted = measureRoi(chosen, grid)?.volume ?? 0;
  if (wanted === 0) return { contours: [...contours], before, after: before };
  const border = 2 + Math.ceil((3 * sigma) / Math.min(grid.spacing[0], grid.spacing[1]));
  // Slices beyond the chosen ones take part, so that what is smoothed goes on in what is not.
  const box = boxOfContours(contours, grid, border);
  if (box === undefined) throw new IsocenterError('GEOMETRY', 'it lies outside the image');
  const lattice = boxGrid(grid, box);
  const data = rasterizeRoi(contours, lattice);
  const across = dimension === 3 ? sigma / grid.spacing[2] : 0;
  gaussian(data, lattice.dims, [sigma / grid.spacing[0], sigma / grid.spacing[1], across]);
  const field: Field = { ...lattice, data };
  const fresh = atVolume(field, wanted, (made) => (slices === undefined ? made : made.filter(inRange)));
  if (fresh.length === 0) throw new IsocenterError('GEOMETRY', `nothing is left of it when smoothed by ${sigma} mm`);
  const all = [...contours.filter((contour) => !chosen.includes(contour)), ...fresh];
  return { contours: all, before, after: measureRoi(all, grid)?.volume ?? 0 };
}

function isOn({ points }: Contour, grid: Grid, [first, last]: readonly [number, number]): boolean {
  const k = patientToIndex(grid, [points[0], points[1], points[2]] satisfies Vec3)[2];
  return k > first - 0.5 && k < last + 0.5;
}

/** Outlines of a share 0..1 at the level whose volume is the wanted one, by bisection and false position. */
function atVolume(field: Field, wanted: number, select: (contours: Contour[]) => Contour[]): Contour[] {
  let [low, high] = [0.02, 0.98];
  let level = 0.5;
  let best: Contour[] = [];
  const shifted = new Float32Array(field.data.length);
  for (let round = 0; round < 12; round++) {
    for (let p = 0; p < shifted.length; p++) shifted[p] = field.data[p] - level;
    best = select(outlineField({ ...field, data: shifted }));
    const volume = best.length === 0 ? 0 : (measureRoi(best, field)?.volume ?? 0);
    if (Math.abs(volume - wanted) < VOLUME_TOLERANCE * wanted) break;
    if (volume > wanted) low = level;
    else high = level;
    level = (low + high) / 2;
  }
  return best;
}
