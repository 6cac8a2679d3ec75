import type { Mat4 } from '#shared/geometry/affine.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

/** A rigid matrix in two numbers: its angle about its one axis (degrees, from the trace) and where it puts the origin (mm). */
export function motionOf(m: Mat4): { readonly degrees: number; readonly mm: Vec3 } {
  const cosine = Math.max(-1, Math.min(1, (m[0] + m[5] + m[10] - 1) / 2));
  return { degrees: (Math.acos(cosine) * 180) / Math.PI, mm: [m[3], m[7], m[11]] };
}
