import { throwIfCancelled } from '../../contract/errors.ts';
import { type FluenceDose, spreadDose } from '../../dosimetry/pencilBeam/fluence/fluenceDose.ts';
import { laidFluence } from '../../dosimetry/pencilBeam/fluence/laidFluence.ts';
import { simdKernel } from '../../dosimetry/pencilBeam/fluence/simd/simdKernel.ts';
import { type Among, type Direction, directionsOf, type DoseOperator, type OperatorMaker } from './doseOperator.ts';
import { groupsOf, InfluenceGroup, rowsOfGrid, sumGroups } from './groups.ts';

/**
 * The dose-influence matrix in this thread. Nothing of it is stored: its products are made anew from each direction's blurred fluence, in
 * a fraction of the time it would take to read it. Doses are summed group by group (groups.ts), as threads do it.
 */
export class Influence implements DoseOperator {
  readonly rows: number;
  readonly columns: number;
  readonly seen: number;
  readonly implementation = simdKernel.name;
  readonly directions: readonly Direction[];
  readonly #groups: readonly InfluenceGroup[];
  readonly #sums: readonly Float64Array[];

  /** @param doses of each direction's bixels over the rows. */
  constructor(directions: readonly Direction[], doses: readonly FluenceDose[], rows: number) {
    this.rows = rows;
    this.directions = directions;
    this.columns = directions.at(-1)?.to ?? 0;
    this.seen = doses.reduce((sum, { seen }) => sum + seen, 0);
    this.#groups = groupsOf(doses.length).map((members) => {
      const group = new InfluenceGroup();
      for (const n of members)
        group.add({ direction: n, from: directions[n].from, to: directions[n].to, dose: doses[n] });
      return group;
    });
    this.#sums = this.#groups.map(() => new Float64Array(rows));
  }

  times(x: Float64Array, doses: Float64Array, among?: Among): void {
    for (const [n, group] of this.#groups.entries()) group.times(x, this.#sums[n], among);
    sumGroups(this.#sums, doses);
  }

  transposeTimes(y: Float64Array, gradient: Float64Array, among?: Among): void {
    for (const group of this.#groups) group.transposeTimes(y, gradient, among);
  }
}

/** An operator in this thread. @throws as OperatorMaker. */
export async function influenceOf(
  ...[setups, machine, voxels, { signal, yieldNow, onProgress, onLaid } = {}]: Parameters<OperatorMaker>
): Promise<Influence> {
  const rowOf = rowsOfGrid(voxels, setups[0]?.problem.density.data.length ?? 0);
  const doses: FluenceDose[] = [];
  for (const { beam, lattice, problem } of setups) {
    throwIfCancelled(signal);
    const laid = laidFluence(problem, beam, machine, lattice, rowOf, voxels.length);
    if (laid !== undefined) onLaid?.(doses.length, laid);
    doses.push(spreadDose(laid, lattice.middles.length));
    onProgress?.(doses.length / setups.length);
    await yieldNow?.();
  }
  return new Influence(directionsOf(setups), doses, voxels.length);
}
