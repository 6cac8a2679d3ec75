import { gridOf } from '../aperture/bixelGrid.ts';
import type { DoseOperator } from './doseOperator.ts';

/** Columns of an operator that lie side by side in one direction's lattice, along or across the leaves: each pair once, one after the other. */
export function neighboursOf({ directions }: Pick<DoseOperator, 'directions'>): readonly number[] {
  return directions.flatMap(({ lattice, from }) => {
    const { grid, places } = gridOf(lattice);
    const at = new Map(Array.from(places, (place, n) => [place, from + n]));
    return Array.from(places).flatMap((place, n) => {
      const right = place % grid.columns < grid.columns - 1 ? at.get(place + 1) : undefined;
      const next = at.get(place + grid.columns);
      return [right, next].flatMap((other) => (other === undefined ? [] : [from + n, other]));
    });
  });
}

/**
 * `factor` · Σ (difference of neighbours)²; adds its gradient. Bixels far narrower than the penumbra may change places for the dose, and leaves
 * pay for every rise (Spirou et al., Med. Phys. 28 (2001) 2105; Alber, Nüsslin, Phys. Med. Biol. 45 (2000) N49).
 */
export function addRoughness(
  neighbours: readonly number[],
  x: Float64Array,
  factor: number,
  gradient: Float64Array,
): number {
  let sum = 0;
  for (let n = 0; n < neighbours.length; n += 2) {
    const [one, other] = [neighbours[n], neighbours[n + 1]];
    const difference = x[one] - x[other];
    sum += difference * difference;
    gradient[one] += 2 * factor * difference;
    gradient[other] -= 2 * factor * difference;
  }
  return factor * sum;
}
