import { IsocenterError } from '../../contract/errors.ts';
import { moveGrid, type Grid, indexToPatient, type Volume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { DoseVolume } from '../../model/dose.ts';
import type { Registration } from '../../model/registration.ts';
import { jacobian, jacobianWarnings } from '../../registration/field/jacobian.ts';
import { type WarpOptions, warpImage } from '../../registration/field/warpImage.ts';
import { framePath } from '../../registration/frames.ts';
import { matrixOfTransform, pointMap, type Transform } from '../../registration/transform.ts';

/** A dose as seen from a frame of reference. */
export interface PlacedDose {
  readonly dose: DoseVolume;
  /** From the frame to the dose's own: the direction in which its values are looked up. No steps: it lies in the frame. */
  readonly toDose: Transform;
  /** A grid of the frame that holds all of it, as fine as its own. */
  readonly grid: Grid;
  /** Names of the registrations between, from the frame to the dose; none within one frame. */
  readonly through: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Finds how a dose lies in frame of reference `frame`, through registrations used in either direction (`framePath`); a deformation is
 * followed from the frame to the dose as it is stored when it was made with the frame as fixed, else through its inverse.
 * @throws IsocenterError FRAME_OF_REFERENCE when no registration leads there; GEOMETRY when nothing of the dose comes to lie in the frame
 */
export function placeDose(dose: DoseVolume, frame: string, registrations: readonly Registration[]): PlacedDose {
  const { dims, spacing, origin, direction } = dose;
  const own: Grid = { dims, spacing, origin, direction };
  if (dose.frameOfReferenceUid === frame && frame !== '')
    return { dose, toDose: [], grid: own, through: [], warnings: [] };
  const there = framePath(registrations, dose.frameOfReferenceUid, frame, { where: own });
  const matrix = matrixOfTransform(there.transform);
  const grid = matrix === undefined ? gridAround(own, there.transform) : moveGrid(own, matrix);
  const way = framePath(registrations, frame, dose.frameOfReferenceUid, { where: grid });
  const names = way.registrations.map(({ label, sopInstanceUid }) => label || sopInstanceUid || 'unsaved registration');
  return {
    dose,
    toDose: way.transform,
    grid,
    through: names,
    warnings: [...way.warnings, ...way.registrations.flatMap(deformationWarnings)],
  };
}

/** The placed dose on a grid of the frame in Gy, trilinear; NaN where it does not reach. */
export function sampleOn({ dose, toDose }: PlacedDose, grid: Grid, options: WarpOptions = {}): Volume<Float32Array> {
  return warpImage(dose, toDose, grid, Number.NaN, options);
}

function deformationWarnings(registration: Registration): string[] {
  if (registration.kind !== 'deformable') return [];
  const found = registration.quality?.jacobian ?? jacobian(registration);
  const name = registration.label || 'the deformation';
  return jacobianWarnings(found).map((warning) => `${name}: ${warning}`);
}

/** Points a side of the box on which a deformed dose is followed. */
const SIDE = 9;

/** The box, along the axes of LPS, of where a grid's box comes to lie through a deformation. */
function gridAround(grid: Grid, toFrame: Transform): Grid {
  const map = pointMap(toFrame);
  const [low, high] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  const at = (axis: 0 | 1 | 2, n: number): number => (n / (SIDE - 1)) * grid.dims[axis] - 0.5;
  for (let c = 0; c < SIDE; c++)
    for (let b = 0; b < SIDE; b++)
      for (let a = 0; a < SIDE; a++) {
        const point = Float64Array.from(indexToPatient(grid, [at(0, a), at(1, b), at(2, c)]));
        if (!map(point)) continue;
        for (let axis = 0; axis < 3; axis++) {
          low[axis] = Math.min(low[axis], point[axis]);
          high[axis] = Math.max(high[axis], point[axis]);
        }
      }
  if (!(low[0] <= high[0]))
    throw new IsocenterError('GEOMETRY', 'the registration leads no point of the dose into the frame of reference', {
      object: 'registration',
    });
  const step = Math.min(...grid.spacing);
  const count = (axis: number): number => Math.max(1, Math.ceil((high[axis] - low[axis]) / step));
  const dims: Vec3 = [count(0), count(1), count(2)];
  const start = (axis: number): number => (low[axis] + high[axis] - (dims[axis] - 1) * step) / 2;
  return {
    dims,
    spacing: [step, step, step],
    origin: [start(0), start(1), start(2)],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  };
}
