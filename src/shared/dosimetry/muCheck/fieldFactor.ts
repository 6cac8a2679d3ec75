import type { Opening } from './opening.ts';
import { lookUp, type MuTables, tissueFactor } from './tables.ts';

/** Sectors and steps (mm) of the scatter integration, and how far scatter is gathered (mm at depth). */
const SECTORS = 72;
const STEP = 2;
const REACH = 140;
/**
 * Blur of the primary radiation's edges in water, mm: source and secondary electrons together, as a Gaussian (5 mm between 20 and 80 %).
 * With it sums of modulated beams part least from the collapsed cone's; 2 and 4 mm do nearly as well (docs/DOSIMETRY.md).
 */
const PENUMBRA = 3;
/** Radius of the circle that scatters as much as a square of side 1 (Day and Aird, BJR Suppl. 25, 1996). */
const CIRCLE = 0.5611;

/**
 * Sp × TPR of an irregular field at a point: the primary radiation that reaches it (with its penumbra), and the scatter of its surroundings by sectors
 * (Clarkson, BJR 14 (1941) 265), a ring counting with what collimators let through there.
 * @param x, y the point at the isocenter plane, mm
 * @param scale distance of the point from the source over that of the isocenter
 */
export function fieldFactor(
  tables: MuTables,
  { transmitted }: Opening,
  depth: number,
  x: number,
  y: number,
  scale: number,
): number {
  const primary = tissueFactor(tables, depth, 0);
  const scatter: number[] = [];
  for (let radius = 0; radius <= REACH; radius += STEP)
    scatter.push(tissueFactor(tables, depth, radius / CIRCLE) - primary);
  let gathered = 0;
  for (let sector = 0; sector < SECTORS; sector++) {
    const angle = (2 * Math.PI * (sector + 0.5)) / SECTORS;
    const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
    for (let n = 1; n < scatter.length; n++) {
      const radius = ((n - 0.5) * STEP) / scale;
      gathered += transmitted(x + radius * dx, y + radius * dy) * (scatter[n] - scatter[n - 1]);
    }
  }
  return primaryAt(transmitted, x, y) * primary + gathered / SECTORS;
}

/** Steps and weights of the blur along one axis: to 2.4 σ by 0.6 σ. */
const NODES = [-4, -3, -2, -1, 0, 1, 2, 3, 4].map((n) => ({ at: 0.6 * n * PENUMBRA, weight: Math.exp(-0.18 * n * n) }));
const WHOLE = NODES.reduce((sum, { weight }) => sum + weight, 0) ** 2;

/** Share of the primary radiation at a point, with the penumbra of edges nearby. */
function primaryAt(transmitted: Opening['transmitted'], x: number, y: number): number {
  let sum = 0;
  for (const across of NODES)
    for (const along of NODES) sum += across.weight * along.weight * transmitted(x + across.at, y + along.at);
  return sum / WHOLE;
}

/** Side of the square of the same area over perimeter (Sterling et al., BJR 37 (1964) 544). */
export function equivalentSquare([x1, x2, y1, y2]: Opening['jaws']): number {
  const [a, b] = [x2 - x1, y2 - y1];
  return (2 * a * b) / (a + b);
}

/** Sc of a jaw opening. */
export const collimatorScatter = (tables: MuTables, jaws: Opening['jaws']): number =>
  lookUp(tables.collimatorScatter, equivalentSquare(jaws));
