import { IsocenterError } from '../../contract/errors.ts';
import { type Mat4, multiply, rigidFromParameters } from '../../geometry/affine.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { ParameterMap } from './run.ts';

export interface RigidStage {
  readonly iterations: number;
  /** Sample points drawn anew in each iteration. */
  readonly samples: number;
  readonly seed: number;
}

/**
 * The parameter map of one rigid stage on images that are already as coarse as they shall be: Mattes mutual information (Mattes et
 * al. 2003) climbed by adaptive stochastic gradient descent (Klein et al. 2009), step sizes estimated from the images (Qiao et al. 2016).
 */
export const rigidMap = ({ iterations, samples, seed }: RigidStage): ParameterMap => ({
  Registration: ['MultiResolutionRegistration'],
  FixedInternalImagePixelType: ['float'],
  MovingInternalImagePixelType: ['float'],
  NumberOfResolutions: ['1'],
  FixedImagePyramid: ['FixedGenericImagePyramid'],
  MovingImagePyramid: ['MovingGenericImagePyramid'],
  ImagePyramidSchedule: ['1', '1', '1'],
  Interpolator: ['LinearInterpolator'],
  ResampleInterpolator: ['FinalNearestNeighborInterpolator'],
  Resampler: ['DefaultResampler'],
  Metric: ['AdvancedMattesMutualInformation'],
  NumberOfHistogramBins: ['32'],
  ImageSampler: ['RandomCoordinate'],
  NumberOfSpatialSamples: [String(samples)],
  NewSamplesEveryIteration: ['true'],
  // The images may overlap in a part only; what is too little is judged afterwards.
  RequiredRatioOfValidSamples: ['0.02'],
  Optimizer: ['AdaptiveStochasticGradientDescent'],
  ASGDParameterEstimationMethod: ['DisplacementDistribution'],
  MaximumNumberOfIterations: [String(iterations)],
  Transform: ['EulerTransform'],
  AutomaticScalesEstimation: ['true'],
  AutomaticTransformInitialization: ['false'],
  HowToCombineTransforms: ['Compose'],
  WriteResultImage: ['false'],
  RandomSeed: [String(seed)],
});

/**
 * The matrix (fixed LPS mm to moving LPS mm) of an EulerTransform that elastix found: R·(x − c) + c + t with R = Rz·Rx·Ry, angles in
 * radians (itk::Euler3DTransform with ComputeZYX off). @throws IsocenterError INTERNAL for any other transform
 */
export function rigidMatrix(map: ParameterMap): Mat4 {
  const numbers = (name: string): number[] => (map[name] ?? []).map(Number);
  const [parameters, centre] = [numbers('TransformParameters'), numbers('CenterOfRotationPoint')];
  const isEuler = map['Transform']?.[0] === 'EulerTransform' && map['ComputeZYX']?.[0] !== 'true';
  if (!isEuler || parameters.length !== 6 || centre.length !== 3 || ![...parameters, ...centre].every(Number.isFinite))
    throw new IsocenterError('INTERNAL', 'elastix returned no rigid transform', { object: 'registration' });
  const [x, y, z] = parameters.slice(0, 3).map((radians) => (radians * 180) / Math.PI);
  const shift: Vec3 = [parameters[3], parameters[4], parameters[5]];
  const about: Vec3 = [centre[0], centre[1], centre[2]];
  const turn = (degrees: Vec3, by: Vec3 = [0, 0, 0]): Mat4 => rigidFromParameters(degrees, by, about);
  return multiply(turn([0, 0, z], shift), multiply(turn([x, 0, 0]), turn([0, y, 0])));
}
