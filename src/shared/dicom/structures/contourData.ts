import type { Contour, ContourType, ReferencedInstance } from '../../model/structures.ts';
import type { DataSet } from '../codec/dataset.ts';
import { contourPlaneDeviation } from '../image/planarity.ts';
import { isUid } from '../uid.ts';

const CONTOUR_TYPES: ReadonlySet<string> = new Set<ContourType>([
  'CLOSED_PLANAR',
  'CLOSEDPLANAR_XOR',
  'OPEN_PLANAR',
  'OPEN_NONPLANAR',
  'POINT',
]);

/** Contour coordinates are written to whole parts of this, 0.0001 mm. */
export const POINTS_PER_MM = 1e4;

/** Farthest a vertex of a planar contour may lie from its plane without a warning, mm. */
const PLANE_TOLERANCE = 0.1;

export const instanceOf = (item: DataSet): ReferencedInstance => ({
  sopClassUid: item.string('ReferencedSOPClassUID'),
  sopInstanceUid: item.string('ReferencedSOPInstanceUID'),
});

/** Whether class and instance are UIDs, so that the reference can be followed and written. */
export const isReference = ({ sopClassUid, sopInstanceUid }: ReferencedInstance): boolean =>
  isUid(sopClassUid) && isUid(sopInstanceUid);

/**
 * Contours of one item of ROI Contour Sequence (PS3.3 C.8.8.6). Images they name are added to `known`; repairs are told to `warnings`.
 * Throws INVALID_ATTRIBUTE for coordinates that are no points and for unknown contour types.
 */
export function readContours(
  item: DataSet,
  roi: string,
  known: Map<string, ReferencedInstance>,
  warnings: string[],
): Contour[] {
  const contours: Contour[] = [];
  const counts = { degenerate: 0, offPlane: 0, miscounted: 0, untyped: 0, offset: 0, images: 0, dangling: 0 };
  for (const contour of item.sequence('ContourSequence')) {
    const data = contour.numbers('ContourData');
    if (data.length % 3 !== 0) throw contour.invalid('ContourData', `${data.length} numbers are no points of "${roi}"`);
    const stated = contour.number('NumberOfContourPoints');
    if (stated !== data.length / 3) counts.miscounted++;
    const type = contourType(contour, data.length / 3, counts);
    const closed = type === 'CLOSED_PLANAR' || type === 'CLOSEDPLANAR_XOR';
    const points = closed ? withoutRepeatedEnd(data) : Float64Array.from(data);
    if (points.length === 0 || (closed && points.length < 9)) {
      counts.degenerate++;
      continue;
    }
    if (closed && contourPlaneDeviation(points) > PLANE_TOLERANCE) counts.offPlane++;
    // Retired since 2014; a zero vector says nothing.
    if (contour.numbers('ContourOffsetVector').some((mm) => mm !== 0)) counts.offset++;
    const [image, ...moreImages] = contour.sequence('ContourImageSequence');
    if (moreImages.length > 0) counts.images++;
    const named = image === undefined ? undefined : instanceOf(image);
    const reference = named !== undefined && isReference(named) ? named : undefined;
    if (named !== reference) counts.dangling++;
    if (reference !== undefined && !known.has(reference.sopInstanceUid)) known.set(reference.sopInstanceUid, reference);
    contours.push({
      type,
      points,
      ...(reference === undefined ? {} : { referencedSopInstanceUid: reference.sopInstanceUid }),
    });
  }
  if (counts.offset > 0)
    warnings.push(
      `"${roi}": ${counts.offset} contours state an offset of their slab from their plane, which is not applied`,
    );
  if (counts.images > 0)
    warnings.push(`"${roi}": ${counts.images} contours name several images; the first of each is kept`);
  if (counts.dangling > 0)
    warnings.push(
      `"${roi}": ${counts.dangling} contours name an image by what is no UID; they keep their place without it`,
    );
  if (counts.degenerate > 0)
    warnings.push(`"${roi}": ${counts.degenerate} contours of fewer than three different points left out`);
  if (counts.offPlane > 0)
    warnings.push(`"${roi}": ${counts.offPlane} contours are not planar within ${PLANE_TOLERANCE} mm`);
  if (counts.miscounted > 0)
    warnings.push(`"${roi}": ${counts.miscounted} contours state another number of points than they have`);
  if (counts.untyped > 0)
    warnings.push(`"${roi}": ${counts.untyped} contours without a geometric type read as closed or point`);
  return contours;
}

function contourType(contour: DataSet, points: number, counts: { untyped: number }): ContourType {
  const type = contour.string('ContourGeometricType');
  if (CONTOUR_TYPES.has(type)) return type as ContourType;
  if (type !== '') throw contour.invalid('ContourGeometricType', `"${type}" is no contour type`);
  counts.untyped++;
  return points === 1 ? 'POINT' : 'CLOSED_PLANAR';
}

/** Some senders repeat the first vertex at the end, which the standard closes by itself. */
function withoutRepeatedEnd(data: number[]): Float64Array {
  let end = data.length;
  while (end > 3 && data[0] === data[end - 3] && data[1] === data[end - 2] && data[2] === data[end - 1]) end -= 3;
  return Float64Array.from(data.slice(0, end));
}
