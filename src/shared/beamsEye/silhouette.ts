import { Clipper, FillRule, type Path64, type Paths64 } from 'clipper2-ts';
import type { Mat4 } from '../geometry/affine.ts';
import { projectToIsocenterPlane } from '../geometry/iec.ts';
import type { Contour } from '../model/structures.ts';
import { normaliseRings, type Ring, simplifyRings } from '../structures/contours/rings.ts';
import { stackContours, stackPoint } from '../structures/contours/stack.ts';

/** Clipper works on integers: micrometres. */
const UNITS_PER_MM = 1000;
/** Slabs reach into each other by this, so that no rounding leaves a slit between them, mm. */
const OVERLAP = 0.004;

/**
 * Casts the shadow of a structure: LPS mm → `frame`, a system with the isocenter as origin and z towards the source (`bldFromPatient`);
 * the outline comes in its x, y on the isocenter plane, mm, outers counter-clockwise and holes clockwise. Undefined where a part of the
 * structure is not in front of the source.
 */
export type ShadowCaster = (frame: Mat4, sad: number) => readonly Ring[] | undefined;

/**
 * Prepares contours for projection from any side. Every contour stands for its slab, whose faces and sides are projected and united.
 * @param tolerance mm by which the outline may leave the drawn contours
 * @throws IsocenterError GEOMETRY for contours that are not planar or not parallel to each other
 */
export function shadowCaster(contours: readonly Contour[], tolerance: number, name?: string): ShadowCaster {
  const stack = stackContours(contours, name === undefined ? {} : { name });
  const planes = stack.planes.map(({ rings, low, high }) => ({
    rings: simplifyRings(rings.length > 1 ? normaliseRings(rings) : rings, tolerance),
    faces: [low - OVERLAP / 2, high + OVERLAP / 2],
  }));
  const cast: ShadowCaster = (frame, sad) => {
    const shadows: Paths64 = [];
    for (const { rings, faces } of planes) {
      const [below, above] = faces.map((w) =>
        rings.map((ring) => {
          const path: Path64 = [];
          for (let i = 0; i + 1 < ring.length; i += 2) {
            const at = projectToIsocenterPlane(frame, sad, stackPoint(stack, ring[i], ring[i + 1], w));
            if (at === undefined) return undefined;
            path.push({ x: Math.round(at[0] * UNITS_PER_MM), y: Math.round(at[1] * UNITS_PER_MM) });
          }
          return path;
        }),
      );
      const parts: Paths64 = [];
      for (const [n, low] of below.entries()) {
        const high = above[n];
        if (low === undefined || high === undefined) return undefined;
        parts.push(...wall(low, high));
      }
      parts.push(...turned(below as Paths64), ...turned(above as Paths64));
      shadows.push(...Clipper.union(parts, FillRule.NonZero));
    }
    return Clipper.union(shadows, FillRule.NonZero).map(ringOfPath);
  };
  return (frame, sad) => {
    const last = lastCast.get(contours);
    if (
      last !== undefined &&
      last.tolerance <= tolerance &&
      last.sad === sad &&
      last.frame.every((v, n) => v === frame[n])
    )
      return last.shadow;
    const shadow = cast(frame, sad);
    lastCast.set(contours, { tolerance, frame, sad, shadow });
    return shadow;
  };
}

/** An aperture is fitted to the shadow that a view of the same beam draws right after it. */
const lastCast = new WeakMap<
  readonly Contour[],
  { tolerance: number; frame: Mat4; sad: number; shadow: readonly Ring[] | undefined }
>();

/**
 * The shadow of a wall between two outlines: one polygon for every run of sides that turn the same way, counter-clockwise. Quadrilaterals
 * one by one cover the same, but their union takes several times longer.
 */
function wall(low: Path64, high: Path64): Paths64 {
  const at = (n: number): number => n % low.length;
  const isTurned = low.map((_, n) => Clipper.area([low[n], low[at(n + 1)], high[at(n + 1)], high[n]]) < 0);
  const first = isTurned.findIndex((turn, n) => turn !== isTurned[at(n + low.length - 1)]);
  const runs: Paths64 = [];
  for (let from = Math.max(0, first), last = from + low.length; from < last; ) {
    let to = from + 1;
    while (to < last && isTurned[at(to)] === isTurned[at(from)]) to++;
    const corners = Array.from({ length: to - from + 1 }, (_, n) => at(from + n));
    const run = [...corners.map((n) => low[n]), ...corners.toReversed().map((n) => high[n])];
    runs.push(isTurned[at(from)] ? run.toReversed() : run);
    from = to;
  }
  return runs;
}

/** With outers counter-clockwise and holes clockwise: in a non-zero union opposite turns would cancel. */
function turned(paths: Paths64): Paths64 {
  const area = paths.reduce((sum, path) => sum + Clipper.area(path), 0);
  return area < 0 ? paths.map((path) => path.toReversed()) : paths;
}

function ringOfPath(path: Path64): Ring {
  const ring = new Float64Array(2 * path.length);
  path.forEach(({ x, y }, n) => {
    ring[2 * n] = x / UNITS_PER_MM;
    ring[2 * n + 1] = y / UNITS_PER_MM;
  });
  return ring;
}
