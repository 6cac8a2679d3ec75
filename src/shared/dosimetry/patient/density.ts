import { IsocenterError } from '../../contract/errors.ts';
import { axisOf, type Grid, indexToPatient, patientToIndex, type Volume, voxelCount } from '../../geometry/volume.ts';
import { dot, type Vec3 } from '../../geometry/vec.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Contour } from '../../model/structures.ts';
import { type CtCalibration, densityFromHu } from './ctCalibration.ts';
import { indexBounds } from './doseRegion.ts';
import { checkGridSize } from './gridSize.ts';

/** A voxel on the body's surface holds no denser tissue than this (g/cm³, soft tissue): keeps couch and clothing out of it. */
const SURFACE_DENSITY = 1.06;
/** Room around the body, mm. */
const GRID_MARGIN = 5;
/** Sub-samples per axis of a dose voxel when the CT's axes are oblique to the grid's. */
const OBLIQUE_SAMPLES = 4;

/**
 * Mass density (g/cm³) averaged over each voxel of `grid`: every CT voxel is calibrated, then averaged by overlap (exactly when the
 * axes agree, on 4×4×4 points otherwise), so that a coarse grid keeps the mass of a fine CT. With a body mask (0..1 on `grid`),
 * voxels outside are 0 and voxels on the surface hold at most their share of soft tissue.
 * @throws IsocenterError GEOMETRY when the image is no CT in HU or the mask does not fit the grid.
 */
export function densityOnGrid(
  ct: ImageVolume,
  grid: Grid,
  calibration: CtCalibration,
  bodyMask?: Float32Array,
): Volume<Float32Array> {
  if (ct.unit !== 'HU')
    throw new IsocenterError('GEOMETRY', `density needs a CT in HU, not "${ct.unit}" (${ct.modality})`, {
      object: ct.seriesDescription,
      attribute: 'RescaleType',
    });
  if (bodyMask !== undefined && bodyMask.length !== voxelCount(grid))
    throw new IsocenterError('GEOMETRY', 'the body mask does not fit the dose grid', { object: 'BODY' });
  const densities = calibrated(ct, calibration);
  const data = sameAxes(ct, grid) ? averageAligned(ct, densities, grid) : averageOblique(ct, densities, grid);
  if (bodyMask !== undefined)
    for (let n = 0; n < data.length; n++)
      if (bodyMask[n] < 0.999) data[n] = Math.min(data[n], bodyMask[n] * SURFACE_DENSITY);
  return { dims: grid.dims, spacing: grid.spacing, origin: grid.origin, direction: grid.direction, data };
}

/**
 * The dose grid for a patient: voxels of `spacing` mm (one number, or one an axis) along the CT's axes around the body with a margin of
 * 5 mm, inside the CT, and around what lies on or under the patient, wherever that is.
 * @throws IsocenterError GEOMETRY when there is no body, DOSE when the grid would be too large.
 */
export function doseGridFor(
  ct: Grid,
  body: readonly Contour[],
  spacing: number | Vec3,
  outside: readonly Contour[] = [],
): Grid {
  const voxel: Vec3 = typeof spacing === 'number' ? [spacing, spacing, spacing] : spacing;
  if (!voxel.every((mm) => mm > 0))
    throw new IsocenterError('USAGE', 'must be above 0', { object: 'dose grid', attribute: 'spacing' });
  // Distances in mm from the outer face of the first CT voxel; the contours' end planes stand for half a slice more.
  const inner = indexBounds(ct, body);
  const outer = indexBounds(ct, outside);
  const face = (index: number, axis: number, margin: number): number => (index + 0.5) * ct.spacing[axis] + margin;
  const from = inner.low.map((index, axis) =>
    Math.min(Math.max(0, face(index, axis, -GRID_MARGIN)), face(outer.low[axis], axis, -GRID_MARGIN)),
  );
  const to = inner.high.map((index, axis) =>
    Math.max(
      Math.min(ct.dims[axis] * ct.spacing[axis], face(index, axis, GRID_MARGIN)),
      face(outer.high[axis], axis, GRID_MARGIN),
    ),
  );
  if (body.length === 0 || to.some((value, axis) => !(value > from[axis])))
    throw new IsocenterError('GEOMETRY', 'no body contour inside the CT: the dose grid would be empty', {
      object: 'BODY',
    });
  const dims = to.map((value, axis) =>
    Math.max(1, Math.ceil((value - from[axis]) / voxel[axis] - 1e-6)),
  ) as unknown as Vec3;
  checkGridSize(dims);
  const first = from.map((value, axis) => (value + voxel[axis] / 2) / ct.spacing[axis] - 0.5) as unknown as Vec3;
  return { dims, spacing: voxel, origin: indexToPatient(ct, first), direction: ct.direction };
}

function calibrated(ct: ImageVolume, calibration: CtCalibration): Float32Array {
  const known = new Map<number, number>();
  const out = new Float32Array(ct.data.length);
  let [last, density] = [Number.NaN, 0];
  for (let n = 0; n < out.length; n++) {
    const stored = ct.data[n];
    if (stored !== last) {
      last = stored;
      density = known.get(stored) ?? densityFromHu(calibration, stored * ct.slope + ct.intercept);
      known.set(stored, density);
    }
    out[n] = density;
  }
  return out;
}

function sameAxes(a: Grid, b: Grid): boolean {
  return ([0, 1, 2] as const).every((axis) => dot(axisOf(a, axis), axisOf(b, axis)) > 1 - 1e-9);
}

/** For each target voxel along one axis: which source voxels it overlaps and by how much (weights sum to 1; none outside). */
function overlaps(ct: Grid, grid: Grid, axis: 0 | 1 | 2): { first: number; weights: number[] }[] {
  const start = patientToIndex(ct, grid.origin)[axis];
  const size = grid.spacing[axis] / ct.spacing[axis];
  return Array.from({ length: grid.dims[axis] }, (_, n) => {
    const centre = start + n * size;
    const [from, to] = [centre - size / 2 + 0.5, centre + size / 2 + 0.5];
    const first = Math.max(0, Math.floor(from + 1e-9));
    const last = Math.min(ct.dims[axis] - 1, Math.ceil(to - 1e-9) - 1);
    const weights: number[] = [];
    for (let s = first; s <= last; s++) weights.push(Math.min(to, s + 1) - Math.max(from, s));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => weight / total) };
  });
}

/** Separable box averages: x, then y, then z. */
function averageAligned(ct: Grid, values: Float32Array, grid: Grid): Float32Array {
  let data = values;
  let dims: readonly number[] = ct.dims;
  for (const axis of [0, 1, 2] as const) {
    const table = overlaps(ct, grid, axis);
    const stride = dims.slice(0, axis).reduce((a, b) => a * b, 1);
    const outer = dims.slice(axis + 1).reduce((a, b) => a * b, 1);
    const next = new Float32Array(stride * table.length * outer);
    for (let o = 0; o < outer; o++)
      for (let n = 0; n < table.length; n++) {
        const { first, weights } = table[n];
        const to = (o * table.length + n) * stride;
        for (let w = 0; w < weights.length; w++) {
          const from = (o * dims[axis] + first + w) * stride;
          for (let s = 0; s < stride; s++) next[to + s] += weights[w] * data[from + s];
        }
      }
    dims = dims.map((n, a) => (a === axis ? table.length : n));
    data = next;
  }
  return data;
}

/** Mean of the nearest CT voxels at evenly spread points of each grid voxel; points outside the CT count as vacuum. */
function averageOblique(ct: Grid, values: Float32Array, grid: Grid): Float32Array {
  const data = new Float32Array(voxelCount(grid));
  const [nx, ny, nz] = ct.dims;
  const offsets = Array.from({ length: OBLIQUE_SAMPLES }, (_, n) => (n + 0.5) / OBLIQUE_SAMPLES - 0.5);
  const origin = patientToIndex(ct, grid.origin);
  const step = ([0, 1, 2] as const).map((axis): Vec3 => {
    const unit: [number, number, number] = [0, 0, 0];
    unit[axis] = 1;
    const moved = patientToIndex(ct, indexToPatient(grid, unit));
    return [moved[0] - origin[0], moved[1] - origin[1], moved[2] - origin[2]];
  });
  let at = 0;
  for (let k = 0; k < grid.dims[2]; k++)
    for (let j = 0; j < grid.dims[1]; j++)
      for (let i = 0; i < grid.dims[0]; i++, at++) {
        let sum = 0;
        for (const c of offsets)
          for (const b of offsets)
            for (const a of offsets) {
              const [u, v, w] = [i + a, j + b, k + c];
              const x = Math.round(origin[0] + u * step[0][0] + v * step[1][0] + w * step[2][0]);
              const y = Math.round(origin[1] + u * step[0][1] + v * step[1][1] + w * step[2][1]);
              const z = Math.round(origin[2] + u * step[0][2] + v * step[1][2] + w * step[2][2]);
              if (x >= 0 && y >= 0 && z >= 0 && x < nx && y < ny && z < nz) sum += values[x + nx * (y + ny * z)];
            }
        data[at] = sum / OBLIQUE_SAMPLES ** 3;
      }
  return data;
}
