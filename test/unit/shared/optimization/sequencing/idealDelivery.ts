import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import type { BixelLattice } from '#shared/dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import type { Beam } from '#shared/model/plan.ts';

/** Steps that a moving aperture is looked at in between control points. */
const STEPS = 10;

/**
 * MU that each bixel of a lattice gets: where leaves (their stated ends, opened by `tip`) and jaws are open, all of them, behind leaves
 * inside the jaws their transmission. Written for tests, from DICOM's definitions, without the sequencer's code.
 */
export function idealDelivery(
  beam: Beam,
  machine: Machine,
  { width, middles }: BixelLattice,
  tip: number,
): Float64Array {
  const { type, leafBoundaries: edges, transmission } = machine.mlc!;
  const [along, across] = type === 'MLCX' ? [0, 1] : [1, 0];
  const pairs = edges.length - 1;
  const got = new Float64Array(middles.length);
  const overlap = (a: number, b: number, c: number, d: number): number => Math.max(0, Math.min(b, d) - Math.max(a, c));
  const under = middles.map((middle) =>
    Array.from({ length: pairs }, (_, pair) => pair).filter(
      (pair) =>
        Math.abs(middle[across] - (edges[pair] + edges[pair + 1]) / 2) < (width + edges[pair + 1] - edges[pair]) / 2,
    ),
  );
  for (let n = 1; n < beam.controlPoints.length; n++) {
    const [from, to] = [beam.controlPoints[n - 1], beam.controlPoints[n]];
    const mu = (beam.meterset! * (to.metersetWeight - from.metersetWeight)) / beam.finalMetersetWeight;
    if (mu === 0) continue;
    const [a, b] = [from.positions[type]!, to.positions[type]!];
    const still = a.every((at, leaf) => at === b[leaf]);
    const steps = still ? 1 : STEPS;
    const jaws = [from.positions.ASYMX!, from.positions.ASYMY!];
    for (let step = 0; step < steps; step++) {
      const at = (leaf: number): number => a[leaf] + ((step + 0.5) / steps) * (b[leaf] - a[leaf]);
      for (const [bixel, middle] of middles.entries()) {
        const [low, high] = [middle[along] - width / 2, middle[along] + width / 2];
        const inJaws = overlap(low, high, jaws[along][0], jaws[along][1]) / width;
        let open = 0;
        let covered = 0;
        for (const pair of under[bixel]) {
          const wide =
            overlap(
              Math.max(middle[across] - width / 2, jaws[across][0]),
              Math.min(middle[across] + width / 2, jaws[across][1]),
              edges[pair],
              edges[pair + 1],
            ) / width;
          if (wide === 0) continue;
          covered += wide;
          const [first, last] = [at(pair) - tip, at(pairs + pair) + tip];
          open += (wide * overlap(Math.max(low, jaws[along][0]), Math.min(high, jaws[along][1]), first, last)) / width;
        }
        got[bixel] += (mu / steps) * (transmission * inJaws * covered + (1 - transmission) * open);
      }
    }
  }
  return got;
}
