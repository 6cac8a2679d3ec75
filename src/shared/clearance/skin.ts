import type { Roi, StructureSet } from '../model/structures.ts';

/** Points along a contour no further apart than this, mm. */
const APART = 4;

/** Outlines of the body, and of what lies on the patient or holds him, as points: LPS mm x, y, z … */
export function skinPoints({ rois }: Pick<StructureSet, 'rois'>): Float32Array {
  const bodies = rois.filter(({ type }) => type === 'EXTERNAL' || type === 'BOLUS' || type === 'FIXATION');
  const points: number[] = [];
  for (const roi of bodies) for (const contour of roi.contours) addContour(contour, points);
  return Float32Array.from(points);
}

function addContour({ points }: Roi['contours'][number], to: number[]): void {
  const count = points.length / 3;
  for (let n = 0; n < count; n++) {
    const m = (n + 1) % count;
    const [x, y, z] = points.subarray(3 * n, 3 * n + 3);
    const [dx, dy, dz] = [points[3 * m] - x, points[3 * m + 1] - y, points[3 * m + 2] - z];
    const steps = Math.max(1, Math.ceil(Math.hypot(dx, dy, dz) / APART));
    for (let step = 0; step < steps; step++)
      to.push(x + (dx * step) / steps, y + (dy * step) / steps, z + (dz * step) / steps);
  }
}
