import { normaliseRings, type Ring } from '../contours/rings.ts';

/** Edges under the disc are no longer than this share of its radius, so that they can bend. */
const BEND = 1 / 12;
/** A step is taken in parts no longer than this share of the radius: below 0.65 of it the push folds nothing over itself. */
const PART = 1 / 3;

/**
 * The outline pushed by a disc that goes one step: a point at distance d from the disc's centre moves by step·(1 − (d/R)²)², with the
 * disc at its middle and not at all at its rim (the steepest fall of that weight is 1.54/R). What is not under the disc stays.
 * @param rings even–odd outline, mm; centre, step and radius in the same (u, v), mm
 */
export function nudgeRings(
  rings: readonly Ring[],
  centre: readonly [number, number],
  step: readonly [number, number],
  radius: number,
): Ring[] {
  const parts = Math.max(1, Math.ceil(Math.hypot(...step) / (PART * radius)));
  const [du, dv] = [step[0] / parts, step[1] / parts];
  let pushed: readonly Ring[] = rings;
  for (let part = 0; part < parts; part++)
    pushed = pushed.map((ring) => pushRing(ring, centre[0] + part * du, centre[1] + part * dv, du, dv, radius));
  return pushed.every((ring, i) => ring === rings[i]) ? [...rings] : normaliseRings(pushed);
}

function pushRing(ring: Ring, u: number, v: number, du: number, dv: number, radius: number): Ring {
  const points: number[] = [];
  let moved = false;
  const put = (x: number, y: number): void => {
    const away = ((x - u) ** 2 + (y - v) ** 2) / radius ** 2;
    const weight = away < 1 ? (1 - away) ** 2 : 0;
    if (weight > 0) moved = true;
    points.push(x + weight * du, y + weight * dv);
  };
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    const [ex, ey] = [ring[j] - ring[i], ring[j + 1] - ring[i + 1]];
    put(ring[i], ring[i + 1]);
    const length = Math.hypot(ex, ey);
    const pieces = Math.ceil(length / (BEND * radius));
    if (pieces < 2 || nearest(ring[i] - u, ring[i + 1] - v, ex, ey) >= radius) continue;
    for (let n = 1; n < pieces; n++) put(ring[i] + (n / pieces) * ex, ring[i + 1] + (n / pieces) * ey);
  }
  return moved ? Float64Array.from(points) : ring;
}

/** Distance from the origin to the edge from (x, y) along (ex, ey). */
function nearest(x: number, y: number, ex: number, ey: number): number {
  const square = ex * ex + ey * ey;
  const t = square === 0 ? 0 : Math.max(0, Math.min(1, -(x * ex + y * ey) / square));
  return Math.hypot(x + t * ex, y + t * ey);
}
