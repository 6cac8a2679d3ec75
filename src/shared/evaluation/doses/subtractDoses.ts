import { IsocenterError } from '../../contract/errors.ts';
import { indexToPatient, type Volume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { DoseVolume } from '../../model/dose.ts';
import type { Registration } from '../../model/registration.ts';
import type { WarpOptions } from '../../registration/field/warpImage.ts';
import { commonGrid } from './commonGrid.ts';
import { placeDose, sampleOn } from './placeDose.ts';

export interface DoseDifference {
  /** First minus second in Gy on their common grid, in the frame of the first; NaN where one of them does not reach. */
  readonly map: Volume<Float32Array>;
  /** Greatest and least, Gy, and where (LPS mm); absent when the doses share no point. */
  readonly highest?: { readonly gray: number; readonly at: Vec3 };
  readonly lowest?: { readonly gray: number; readonly at: Vec3 };
  readonly warnings: readonly string[];
}

interface DifferenceOptions extends WarpOptions {
  readonly registrations?: readonly Registration[];
}

/**
 * One dose minus another, point by point in the frame of the first, on their common grid (`commonGrid`).
 * @throws IsocenterError DOSE when one of them is an ERROR dose; FRAME_OF_REFERENCE when no registration joins them; CANCELLED
 */
export function subtractDoses(
  first: DoseVolume,
  second: DoseVolume,
  { registrations = [], signal, onProgress }: DifferenceOptions = {},
): DoseDifference {
  for (const { doseType } of [first, second])
    if (doseType === 'ERROR')
      throw new IsocenterError('DOSE', 'the error of a dose is no dose', { object: 'difference of doses' });
  const placed = [first, second].map((dose) => placeDose(dose, first.frameOfReferenceUid, registrations));
  const grid = commonGrid(placed.map((one) => one.grid));
  const [map, other] = placed.map((one, n) =>
    sampleOn(one, grid, { signal, onProgress: (fraction) => onProgress?.((n + fraction) / 2) }),
  );
  let [top, bottom] = [-1, -1];
  let missing = 0;
  const { data } = map;
  for (let p = 0; p < data.length; p++) {
    const alone = Number.isNaN(data[p]) !== Number.isNaN(other.data[p]);
    if (alone) missing++;
    data[p] -= other.data[p];
    if (Number.isNaN(data[p])) continue;
    if (top < 0 || data[p] > data[top]) top = p;
    if (bottom < 0 || data[p] < data[bottom]) bottom = p;
  }
  const [nx, ny] = grid.dims;
  const at = (p: number): { gray: number; at: Vec3 } => ({
    gray: data[p],
    at: indexToPatient(grid, [p % nx, Math.floor(p / nx) % ny, Math.floor(p / (nx * ny))]),
  });
  const cubic = (missing * grid.spacing[0] * grid.spacing[1] * grid.spacing[2]) / 1000;
  return {
    map,
    ...(top < 0 ? {} : { highest: at(top), lowest: at(bottom) }),
    warnings: [
      ...(missing > 0 ? [`${cubic.toFixed(1)} cm³ are reached by one of the doses only: no difference there`] : []),
      ...(first.doseType === second.doseType ? [] : ['one dose is physical, the other biologically weighted']),
      ...(first.summation === second.summation
        ? []
        : [`the doses stand for different things: ${first.summation} and ${second.summation}`]),
      ...placed.flatMap(({ warnings }) => warnings),
    ],
  };
}
