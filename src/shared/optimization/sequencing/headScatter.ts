import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import { ApertureFluence } from '../aperture/apertureFluence.ts';
import { gridOf } from '../aperture/bixelGrid.ts';

/** Each round leaves a share of the extra-focal source (some percent) of what the last one left. */
const ROUNDS = 4;

/**
 * What is to pass through leaves, by bixel, so that with the extra-focal source and the monitor's backscatter bixel weights come out as wanted;
 * 0 where the scatter alone is more.
 */
export function withoutHeadScatter(lattice: BixelLattice, weights: Float64Array, machine: Machine): Float64Array {
  const { grid, places } = gridOf(lattice);
  const [x, y] = [0, 1].map((axis): readonly [number, number] => {
    const low = grid.first[axis] - grid.width / 2;
    return [low, low + grid.width * (axis === 0 ? grid.columns : grid.rows)];
  });
  const model = new ApertureFluence(lattice, machine, { x, y });
  const open = new Float64Array(grid.columns * grid.rows);
  const given = new Float64Array(weights.length);
  for (let round = 0; round < ROUNDS; round++) {
    model.toBixels(open, given);
    for (const [n, place] of places.entries()) open[place] = Math.max(0, open[place] + weights[n] - given[n]);
  }
  return Float64Array.from(places, (place) => open[place]);
}
