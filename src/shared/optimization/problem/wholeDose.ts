import { throwIfCancelled } from '../../contract/errors.ts';
import type { ComputeOptions } from '../../dosimetry/engine.ts';
import { fluenceDose } from '../../dosimetry/pencilBeam/fluence/fluenceDose.ts';
import { directionsOf } from '../influence/doseOperator.ts';
import { rowsOfGrid } from '../influence/groups.ts';
import type { LaidProblem } from './problem.ts';

/**
 * Gy of bixel weights in every voxel of the problem's grid, those that do not matter to the goals included; direction by direction, so that
 * little is held at a time.
 * @throws IsocenterError CANCELLED by the signal.
 */
export async function wholeDose(
  { setups, machine, density }: Pick<LaidProblem, 'setups' | 'machine' | 'density'>,
  weights: Float64Array,
  { signal, yieldNow, onProgress }: ComputeOptions = {},
): Promise<Float32Array> {
  const { data } = density;
  const voxels = Uint32Array.from(data.keys()).filter((voxel) => data[voxel] > 0);
  const rowOf = rowsOfGrid(voxels, data.length);
  const doses = new Float64Array(voxels.length);
  for (const [n, { beam, lattice, from, to }] of directionsOf(setups).entries()) {
    throwIfCancelled(signal);
    const direction = fluenceDose(setups[n].problem, beam, machine, lattice, rowOf, voxels.length);
    direction.addDoses(weights.subarray(from, to), doses);
    onProgress?.((n + 1) / setups.length);
    await yieldNow?.();
  }
  const out = new Float32Array(data.length);
  for (let row = 0; row < voxels.length; row++) out[voxels[row]] = doses[row];
  return out;
}
