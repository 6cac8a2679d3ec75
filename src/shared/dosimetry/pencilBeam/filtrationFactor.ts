import type { Filtration } from '../beam/filtration.ts';
import type { PencilTables } from './gaussianLadder.ts';

/** Depth (g/cm²) at which filtration is right; above and below it a wedge's hardening is off by up to a few percent. */
const RIGHT_AT = 10;

/**
 * Filtration (off-axis softening, wedges) as a factor of the fluence at a place of the isocenter plane (mm): more or less energy
 * released at a middle depth. Undefined where there is none.
 */
export function filtrationFactor(
  filtration: Filtration | undefined,
  { terma }: PencilTables,
): ((x: number, y: number) => number) | undefined {
  if (filtration === undefined) return undefined;
  const unfiltered = terma(RIGHT_AT, 0, 1);
  return (x, y) => (filtration.factorAt(x, y) * terma(RIGHT_AT + filtration.depthAt(x, y), 0, 1)) / unfiltered;
}
