import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { invertRigid, type Mat4 } from '#shared/geometry/affine.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { rigidMatrix } from '#shared/registration/elastix/rigid.ts';
import { findProgram } from './missing.ts';

/** A MetaImage file of an image's rescaled values; ITK's coordinates are LPS too. */
function metaImage(image: ImageVolume): Uint8Array {
  const header = [
    'ObjectType = Image',
    'NDims = 3',
    'BinaryData = True',
    'BinaryDataByteOrderMSB = False',
    `TransformMatrix = ${image.direction.join(' ')}`,
    `Offset = ${image.origin.join(' ')}`,
    `ElementSpacing = ${image.spacing.join(' ')}`,
    `DimSize = ${image.dims.join(' ')}`,
    'ElementType = MET_FLOAT',
    'ElementDataFile = LOCAL',
    '',
  ].join('\n');
  const values = Float32Array.from(image.data, (stored) => stored * image.slope + image.intercept);
  return Buffer.concat([Buffer.from(header), new Uint8Array(values.buffer)]);
}

/** A rigid registration as elastix's manual sets it up: four resolutions, 250 iterations with 2,048 samples each. */
const PARAMETERS = `
(FixedInternalImagePixelType "float") (MovingInternalImagePixelType "float")
(Registration "MultiResolutionRegistration") (NumberOfResolutions 4)
(FixedImagePyramid "FixedSmoothingImagePyramid") (MovingImagePyramid "MovingSmoothingImagePyramid")
(Interpolator "BSplineInterpolator") (ResampleInterpolator "FinalBSplineInterpolator") (Resampler "DefaultResampler")
(Metric "AdvancedMattesMutualInformation") (NumberOfHistogramBins 32)
(Optimizer "AdaptiveStochasticGradientDescent") (MaximumNumberOfIterations 250)
(Transform "EulerTransform") (AutomaticScalesEstimation "true")
(AutomaticTransformInitialization "true") (AutomaticTransformInitializationMethod "GeometricalCenter")
(ImageSampler "RandomCoordinate") (NumberOfSpatialSamples 2048) (NewSamplesEveryIteration "true")
(RequiredRatioOfValidSamples 0.05) (WriteResultImage "false") (RandomSeed 1)
`
  .replaceAll(') (', ')\n(')
  .trim();

/** Debian's elastix on a pair of images: its matrix (moving LPS mm to fixed LPS mm) and what it took. */
export function runNativeElastix(
  fixed: ImageVolume,
  moving: ImageVolume,
): { readonly matrix: Mat4; readonly wallSeconds: number; readonly cpuSeconds: number } {
  const folder = mkdtempSync(path.join(tmpdir(), 'isocenter-elastix-'));
  try {
    const file = (name: string): string => path.join(folder, name);
    writeFileSync(file('fixed.mha'), metaImage(fixed));
    writeFileSync(file('moving.mha'), metaImage(moving));
    writeFileSync(file('rigid.txt'), `${PARAMETERS}\n`);
    const program = findProgram('elastix') ?? 'elastix';
    const args = ['-f', file('fixed.mha'), '-m', file('moving.mha'), '-p', file('rigid.txt'), '-out', folder];
    // The shell's `time` counts the child's CPU seconds, which Node does not tell.
    const done = spawnSync('bash', ['-c', 'TIMEFORMAT="%R %U %S"; time "$0" "$@" > /dev/null', program, ...args], {
      encoding: 'utf8',
    });
    const [real, user, system] = (done.stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
    if (done.status !== 0) throw new Error(`elastix failed: ${done.stderr}`);
    const text = readFileSync(file('TransformParameters.0.txt'), 'utf8');
    const map = Object.fromEntries(
      [...text.matchAll(/^\((\w+) (.*)\)$/gm)].map(([, name, values]) => [name, values.replaceAll('"', '').split(' ')]),
    );
    return { matrix: invertRigid(rigidMatrix(map)), wallSeconds: real, cpuSeconds: user + system };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
