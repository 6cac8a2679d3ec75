import { dot } from '#shared/geometry/vec.ts';
import type { PlaneView } from '../plane/planeView.ts';
import type { Context2D } from './keptDrawing.ts';

/** A view's projection as six products per point and no allocation: x = ax·x + ay·y + az·z + a, y likewise with b. */
export interface PlaneAffine {
  readonly ax: number;
  readonly ay: number;
  readonly az: number;
  readonly a: number;
  readonly bx: number;
  readonly by: number;
  readonly bz: number;
  readonly b: number;
}

export function planeAffine({ right, down, scale, point, width, height }: PlaneView): PlaneAffine {
  return {
    ax: right[0] * scale,
    ay: right[1] * scale,
    az: right[2] * scale,
    a: width / 2 - dot(point, right) * scale,
    bx: down[0] * scale,
    by: down[1] * scale,
    bz: down[2] * scale,
    b: height / 2 - dot(point, down) * scale,
  };
}

/** Vertices nearer than this to the one before show no difference, CSS pixels. */
const SAME_PIXEL = 0.7;

/** Appends LPS points (x, y, z one after the other) to the context's current path. */
export function tracePoints(context: Context2D, affine: PlaneAffine, points: Float64Array, closed: boolean): void {
  const { ax, ay, az, a, bx, by, bz, b } = affine;
  let [lastX, lastY] = [Infinity, Infinity];
  const end = points.length - 3;
  for (let i = 0; i <= end; i += 3) {
    const x = ax * points[i] + ay * points[i + 1] + az * points[i + 2] + a;
    const y = bx * points[i] + by * points[i + 1] + bz * points[i + 2] + b;
    if (i === 0) context.moveTo(x, y);
    else if (i < end && Math.abs(x - lastX) + Math.abs(y - lastY) < SAME_PIXEL) continue;
    else context.lineTo(x, y);
    lastX = x;
    lastY = y;
  }
  if (closed) context.closePath();
}
