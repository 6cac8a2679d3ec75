import type { Vec3 } from '../../geometry/vec.ts';
import { type EditPlane, projectPath } from './brush.ts';
import { mergeRings, normaliseRings, reversed, type Ring, signedArea, simplifyRings } from '../contours/rings.ts';

/** Largest distance between the hand's stroke and the contour made of it, mm. */
const STROKE_ERROR = 0.1;
/** Loops smaller than this are slips of the hand, mm². */
const SLIP = 0.5;

/**
 * A freehand stroke or clicked polygon (LPS mm) as a clean closed shape on the plane: closed from its end to its start, loops by
 * self-crossing merged, no vertex of the stroke further than 0.1 mm from the outline. Empty when it encloses nothing.
 */
export function closeStroke(points: readonly Vec3[], plane: Pick<EditPlane, 'u' | 'v'>): Ring[] {
  if (points.length < 3) return [];
  const path = projectPath(points, plane);
  // Non-zero winding fills loops of either sense; its holes are loops the hand went round twice in opposite senses.
  const merged = mergeRings([signedArea(path) < 0 ? reversed(path) : path]).filter((ring) => signedArea(ring) > SLIP);
  return normaliseRings(simplifyRings(merged, STROKE_ERROR)).filter((ring) => signedArea(ring) > SLIP);
}
