import { IsocenterError } from '../../contract/errors.ts';
import { cross, dot, length, normalize, scale, subtract, type Vec3 } from '../../geometry/vec.ts';
import type { Slice } from './imageSlices.ts';

/** Slices sorted along their common normal at equal distances: what a volume is made of. Lengths mm. */
export interface SliceStack {
  readonly slices: readonly Slice[];
  readonly row: Vec3;
  readonly column: Vec3;
  readonly normal: Vec3;
  /** Distance of neighbouring planes along the normal. */
  readonly step: number;
  /** In-plane shift from one slice to the next along row and column: not [0, 0] for a tilted gantry. */
  readonly shear: readonly [number, number];
  readonly warnings: readonly string[];
}

/** Largest difference of direction cosines within a series: 0.1 mm over half a metre. */
const COSINE_TOLERANCE = 2e-4;
/** Planes nearer than this lie in one place, mm. */
const SAME_PLACE = 0.01;
/** A slice may be off its even place by this part of the step, but by 0.05 mm at most and 0.01 mm at least (positions are rounded). */
const STEP_TOLERANCE = 0.01;
/** A slice may be off the stack's straight line by this in its plane, mm. */
const LINE_TOLERANCE = 0.1;

/**
 * Proves that the slices of one series form a regular stack. Localizers and exact duplicates are dropped with a warning.
 * Throws GEOMETRY when orientations or matrices differ, planes coincide with other content, slices are missing or unevenly spaced.
 */
export function stackSlices(all: readonly Slice[], sameContent: (a: Slice, b: Slice) => boolean): SliceStack {
  const warnings: string[] = [];
  const images = withoutLocalizers(all, warnings);
  const first = images[0];
  for (const slice of images) checkAlike(first, slice);
  const { row, column, normal } = axesOf(first);
  const sorted = images.toSorted((a, b) => dot(a.position, normal) - dot(b.position, normal));
  const slices = withoutDuplicates(sorted, normal, sameContent, warnings);
  const step = stepOf(slices, normal);
  return { slices, row, column, normal, step, shear: shearOf(slices, row, column), warnings };
}

function refuse(message: string, object: string, attribute: string): IsocenterError {
  return new IsocenterError('GEOMETRY', message, { object, attribute });
}

function withoutLocalizers(all: readonly Slice[], warnings: string[]): readonly Slice[] {
  const images = all.filter((slice) => !slice.localizer);
  if (images.length === 0 || images.length === all.length) return all;
  warnings.push(`${all.length - images.length} localizer images left out`);
  return images;
}

function checkAlike(first: Slice, slice: Slice): void {
  if (slice.orientation.some((cosine, i) => Math.abs(cosine - first.orientation[i]) > COSINE_TOLERANCE))
    throw refuse(
      `oriented otherwise than ${first.object}: the series holds several stacks`,
      slice.object,
      'ImageOrientationPatient',
    );
  if (slice.format.rows !== first.format.rows || slice.format.columns !== first.format.columns)
    throw refuse(
      `${slice.format.columns} × ${slice.format.rows} pixels, ${first.object} has ${first.format.columns} × ${first.format.rows}`,
      slice.object,
      'Rows',
    );
  if (slice.pixelSpacing.some((mm, i) => Math.abs(mm - first.pixelSpacing[i]) > 1e-4 * mm))
    throw refuse(
      `pixels of ${slice.pixelSpacing.join(' × ')} mm, ${first.object} has ${first.pixelSpacing.join(' × ')} mm`,
      slice.object,
      'PixelSpacing',
    );
}

function axesOf(slice: Slice): { row: Vec3; column: Vec3; normal: Vec3 } {
  const o = slice.orientation;
  const row = normalize([o[0], o[1], o[2]]);
  const stated: Vec3 = [o[3], o[4], o[5]];
  if (
    Math.abs(length([o[0], o[1], o[2]]) - 1) > 1e-3 ||
    Math.abs(length(stated) - 1) > 1e-3 ||
    Math.abs(dot(row, stated)) > 1e-3
  )
    throw refuse(
      `rows and columns (${o.join(', ')}) are no perpendicular unit vectors`,
      slice.object,
      'ImageOrientationPatient',
    );
  const normal = normalize(cross(row, stated));
  return { row, column: cross(normal, row), normal };
}

function withoutDuplicates(
  sorted: readonly Slice[],
  normal: Vec3,
  sameContent: (a: Slice, b: Slice) => boolean,
  warnings: string[],
): Slice[] {
  const kept: Slice[] = [];
  for (const slice of sorted) {
    const before = kept[kept.length - 1];
    if (before === undefined || dot(subtract(slice.position, before.position), normal) > SAME_PLACE) kept.push(slice);
    else if (!sameContent(before, slice))
      throw refuse(
        `lies where ${before.object} lies but shows something else: several phases or echoes in one series?`,
        slice.object,
        'ImagePositionPatient',
      );
  }
  if (kept.length < sorted.length) warnings.push(`${sorted.length - kept.length} duplicate slices left out`);
  return kept;
}

/** The even distance of the planes; that of a single slice is its thickness. */
function stepOf(slices: readonly Slice[], normal: Vec3): number {
  const at = slices.map((slice) => dot(slice.position, normal));
  if (slices.length === 1) {
    if (slices[0].thickness === undefined)
      throw refuse('a single slice without a thickness is no volume', slices[0].object, 'SliceThickness');
    return slices[0].thickness;
  }
  const gaps = at.slice(1).map((position, k) => position - at[k]);
  const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)];
  const wide = gaps.findIndex((gap) => gap > 1.5 * median && Math.abs(gap / median - Math.round(gap / median)) < 0.1);
  if (wide >= 0)
    throw refuse(
      `slices are missing: ${gaps[wide].toFixed(2)} mm to ${slices[wide + 1].object} where others are ${median.toFixed(2)} mm apart`,
      slices[wide].object,
      'ImagePositionPatient',
    );
  const step = (at[at.length - 1] - at[0]) / gaps.length;
  const tolerance = Math.min(0.05, Math.max(0.01, STEP_TOLERANCE * step));
  const off = at.findIndex((position, k) => Math.abs(position - at[0] - k * step) > tolerance);
  if (off >= 0)
    throw refuse(
      `the slices are not evenly spaced: gaps from ${Math.min(...gaps).toFixed(2)} to ${Math.max(...gaps).toFixed(2)} mm`,
      slices[off].object,
      'ImagePositionPatient',
    );
  return step;
}

/** In-plane shift per slice; throws GEOMETRY when the slices' corners do not lie on one line. */
function shearOf(slices: readonly Slice[], row: Vec3, column: Vec3): [number, number] {
  if (slices.length === 1) return [0, 0];
  const first = slices[0].position;
  const last = subtract(slices[slices.length - 1].position, first);
  const shear: [number, number] = [dot(last, row) / (slices.length - 1), dot(last, column) / (slices.length - 1)];
  slices.forEach((slice, k) => {
    const shift = subtract(slice.position, first);
    const off = Math.hypot(dot(shift, row) - k * shear[0], dot(shift, column) - k * shear[1]);
    if (off > LINE_TOLERANCE)
      throw refuse(
        `the corner of the slice is ${off.toFixed(2)} mm off the line of the others`,
        slice.object,
        'ImagePositionPatient',
      );
  });
  const total = length(scale([shear[0], shear[1], 0], slices.length - 1));
  return total <= LINE_TOLERANCE ? [0, 0] : shear;
}
