import type { Contour } from '../../model/structures.ts';

/** The contours somebody drew or accepted. */
export const drawnOf = (contours: readonly Contour[]): Contour[] =>
  contours.filter((contour) => contour.interpolated !== true);

/** The contours made between drawn slices that nobody has accepted. */
export const interpolatedOf = (contours: readonly Contour[]): Contour[] =>
  contours.filter((contour) => contour.interpolated === true);

/** The drawn contours with others between them, marked as interpolated. */
export const withInterpolated = (contours: readonly Contour[], made: readonly Contour[]): Contour[] => [
  ...drawnOf(contours),
  ...made.map((contour): Contour => ({ ...contour, interpolated: true })),
];

/** The contours with the interpolated ones among `chosen` (default all) accepted; the same array where there are none. */
export function accepted(contours: readonly Contour[], chosen?: ReadonlySet<Contour>): readonly Contour[] {
  const taken = (contour: Contour): boolean => contour.interpolated === true && (chosen?.has(contour) ?? true);
  if (!contours.some(taken)) return contours;
  return contours.map((contour) => {
    if (!taken(contour)) return contour;
    const { interpolated: _accepted, ...rest } = contour;
    return rest;
  });
}
