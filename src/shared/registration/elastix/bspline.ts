import { IsocenterError } from '../../contract/errors.ts';
import { type Grid, indexToPatient, patientToIndex, voxelCount } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { DisplacementField } from '../../model/registration.ts';
import type { ParameterMap } from './run.ts';

export interface BSplineStage {
  /** Distance of the control points in the last resolution, mm. */
  readonly gridSpacing: number;
  /** Both images are of one modality whose values mean the same (HU, SUV): then correlation, which is sharper, else mutual information. */
  readonly sameValues: boolean;
  readonly iterations: number;
  /** Sample points drawn anew in each iteration. */
  readonly samples: number;
  readonly seed: number;
}

/**
 * Weight of the bending energy (Rueckert et al., IEEE Trans. Med. Imaging 18 (1999) 712) beside the similarity: correlation finds a known
 * deformation best with 10; mutual information, whose gradient is noisy, bends what did not move with anything below thousands.
 */
const BENDING = { correlation: 10, mutualInformation: 3000 };

/**
 * The parameter map of a B-spline registration: three resolutions of images and control grid, similarity and bending energy, climbed by
 * adaptive stochastic gradient descent (Klein et al., Int. J. Comput. Vis. 81 (2009) 227). Its step sizes are estimated from 500 points and
 * 4,000 samples: elastix' own numbers would take longer for that than for the descent, and end no nearer (docs/FUSION.md).
 */
export const bsplineMap = ({ gridSpacing, sameValues, iterations, samples, seed }: BSplineStage): ParameterMap => ({
  Registration: ['MultiMetricMultiResolutionRegistration'],
  FixedInternalImagePixelType: ['float'],
  MovingInternalImagePixelType: ['float'],
  NumberOfResolutions: ['3'],
  FixedImagePyramid: ['FixedSmoothingImagePyramid'],
  MovingImagePyramid: ['MovingSmoothingImagePyramid'],
  ImagePyramidSchedule: ['4', '4', '4', '2', '2', '2', '1', '1', '1'],
  Interpolator: ['LinearInterpolator'],
  ResampleInterpolator: ['FinalLinearInterpolator'],
  Resampler: ['DefaultResampler'],
  Metric: [
    sameValues ? 'AdvancedNormalizedCorrelation' : 'AdvancedMattesMutualInformation',
    'TransformBendingEnergyPenalty',
  ],
  Metric0Weight: ['1'],
  Metric1Weight: [String(sameValues ? BENDING.correlation : BENDING.mutualInformation)],
  NumberOfHistogramBins: ['32'],
  ImageSampler: ['RandomCoordinate'],
  NumberOfSpatialSamples: [String(samples)],
  NewSamplesEveryIteration: ['true'],
  RequiredRatioOfValidSamples: ['0.05'],
  Optimizer: ['AdaptiveStochasticGradientDescent'],
  NumberOfJacobianMeasurements: ['500'],
  NumberOfSamplesForExactGradient: ['4000'],
  MaximumNumberOfIterations: [String(iterations)],
  Transform: ['RecursiveBSplineTransform'],
  FinalGridSpacingInPhysicalUnits: [String(gridSpacing)],
  GridSpacingSchedule: ['4', '2', '1'],
  HowToCombineTransforms: ['Compose'],
  WriteResultImage: ['false'],
  RandomSeed: [String(seed)],
});

/**
 * The displacements (mm, fixed LPS) of a cubic B-spline transform that elastix found, at the nodes of `grid`; beyond its control grid
 * there are none (itk::BSplineTransform). @throws IsocenterError INTERNAL for any other transform
 */
export function bsplineField(map: ParameterMap, grid: Grid): DisplacementField {
  const numbers = (name: string): number[] => (map[name] ?? []).map(Number);
  const [dims, spacing, origin] = [numbers('GridSize'), numbers('GridSpacing'), numbers('GridOrigin')];
  // elastix prints matrices column by column: one axis after the other, as ours are.
  const direction = numbers('GridDirection');
  const coefficients = Float64Array.from(map['TransformParameters'] ?? [], Number);
  const count = dims.reduce((product, n) => product * n, 1);
  const whole =
    map['BSplineTransformSplineOrder']?.[0] === '3' &&
    [dims, spacing, origin].every((one) => one.length === 3) &&
    direction.length === 9 &&
    coefficients.length === 3 * count;
  if (!whole || !coefficients.every(Number.isFinite))
    throw new IsocenterError('INTERNAL', 'elastix returned no B-spline transform', { object: 'registration' });
  const control: Grid = { dims: triple(dims), spacing: triple(spacing), origin: triple(origin), direction };
  const vectors = new Float32Array(3 * voxelCount(grid));
  let p = 0;
  for (let k = 0; k < grid.dims[2]; k++)
    for (let j = 0; j < grid.dims[1]; j++)
      for (let i = 0; i < grid.dims[0]; i++, p += 3) {
        const index = patientToIndex(control, indexToPatient(grid, [i, j, k]));
        addSpline(coefficients, control.dims, index, vectors, p);
      }
  return { dims: grid.dims, spacing: grid.spacing, origin: grid.origin, direction: grid.direction, vectors };
}

const triple = ([x, y, z]: readonly number[]): Vec3 => [x, y, z];

/** The four weights of a cubic B-spline at a fraction of the way between two control points. */
const weights = (t: number): readonly number[] => [
  (1 - t) ** 3 / 6,
  (3 * t ** 3 - 6 * t * t + 4) / 6,
  (-3 * t ** 3 + 3 * t * t + 3 * t + 1) / 6,
  t ** 3 / 6,
];

function addSpline(coefficients: Float64Array, dims: Vec3, index: Vec3, to: Float32Array, at: number): void {
  const first = index.map((x) => Math.floor(x) - 1);
  if (first.some((n, axis) => n < 0 || n + 3 > dims[axis] - 1)) return;
  const [wx, wy, wz] = index.map((x) => weights(x - Math.floor(x)));
  const count = dims[0] * dims[1] * dims[2];
  let [x, y, z] = [0, 0, 0];
  for (let c = 0; c < 4; c++)
    for (let b = 0; b < 4; b++) {
      const row = first[0] + dims[0] * (first[1] + b + dims[1] * (first[2] + c));
      const w = wy[b] * wz[c];
      for (let a = 0; a < 4; a++) {
        const weight = w * wx[a];
        x += weight * coefficients[row + a];
        y += weight * coefficients[row + a + count];
        z += weight * coefficients[row + a + 2 * count];
      }
    }
  to[at] = x;
  to[at + 1] = y;
  to[at + 2] = z;
}
