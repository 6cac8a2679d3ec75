import { DEPTH_COUNT, DEPTH_STEP, type PencilTables, SCALE_FROM, SCALE_STEP, SIGMAS, TERMS } from './gaussianLadder.ts';

/** Depth (g/cm²) at which a cut-off is judged. */
const AT_DEPTH = 10;
/** Largest cut-off, mm. */
const WIDEST = 400;

/** Share of a pencil's energy in water, 10 g/cm² deep at the isocenter's distance, beyond `radius` mm at the isocenter plane. */
export function lostBeyond({ primary, scatter }: PencilTables, radius: number): number {
  const row = Math.round(-SCALE_FROM / SCALE_STEP);
  const at = (row * DEPTH_COUNT + Math.round(AT_DEPTH / DEPTH_STEP)) * TERMS;
  let [beyond, total] = [0, 0];
  SIGMAS.forEach((sigma, term) => {
    const weight = primary[at + term] + scatter[at + term];
    total += weight;
    beyond += weight * Math.exp(-((radius / sigma) ** 2) / 2);
  });
  return beyond / total;
}

/** The smallest whole number of millimetres beyond which no more than `lost` of a pencil's energy lies. */
export function radiusLosing(tables: PencilTables, lost: number): number {
  let radius = 1;
  while (radius < WIDEST && lostBeyond(tables, radius) > lost) radius++;
  return radius;
}
