import { describe, expect, it } from 'vitest';
import { loadElastix } from '#main/jobs/elastix.ts';
import { AXIAL, type Volume } from '#shared/geometry/volume.ts';
import { type ParameterMap, runElastix } from '#shared/registration/elastix/run.ts';

/** A smooth blob, its centre at `at`. */
function blob(at: number): Volume<Float32Array> {
  const n = 24;
  const data = Float32Array.from({ length: n ** 3 }, (_, p) => {
    const [x, y, z] = [p % n, Math.floor(p / n) % n, Math.floor(p / n / n)];
    return 100 * Math.exp(-((x - at) ** 2 / 30 + (y - 12) ** 2 / 40 + (z - 12) ** 2 / 50));
  });
  return { dims: [n, n, n], spacing: [2, 2, 2], origin: [0, 0, 0], direction: AXIAL, data };
}

const TRANSLATION: ParameterMap = {
  Registration: ['MultiResolutionRegistration'],
  FixedInternalImagePixelType: ['float'],
  MovingInternalImagePixelType: ['float'],
  FixedImagePyramid: ['FixedSmoothingImagePyramid'],
  MovingImagePyramid: ['MovingSmoothingImagePyramid'],
  NumberOfResolutions: ['1'],
  Interpolator: ['LinearInterpolator'],
  ResampleInterpolator: ['FinalLinearInterpolator'],
  Resampler: ['DefaultResampler'],
  Metric: ['AdvancedMeanSquares'],
  Optimizer: ['AdaptiveStochasticGradientDescent'],
  Transform: ['TranslationTransform'],
  ImageSampler: ['Full'],
  MaximumNumberOfIterations: ['100'],
  WriteResultImage: ['false'],
};

describe('elastix in WebAssembly', () => {
  it('finds the shift of an image and takes a start', async () => {
    const [first] = await runElastix(loadElastix, { fixed: blob(10), moving: blob(13), maps: [TRANSLATION] });
    expect(first['Transform']).toEqual(['TranslationTransform']);
    // Two millimetres a voxel: fixed to moving is +6 mm along x.
    const found = first['TransformParameters'].map(Number);
    expect(found[0]).toBeCloseTo(6, 1);
    expect(found[1]).toBeCloseTo(0, 1);
    // Started from there, nothing is left to find.
    const [, again] = await runElastix(loadElastix, {
      fixed: blob(10),
      moving: blob(13),
      maps: [TRANSLATION],
      initial: [first],
    });
    for (const value of again['TransformParameters'].map(Number)) expect(value).toBeCloseTo(0, 1);
  });

  it('refuses what it cannot do', async () => {
    const maps = [{ ...TRANSLATION, Metric: ['NoSuchMetric'] }];
    await expect(runElastix(loadElastix, { fixed: blob(10), moving: blob(13), maps })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'elastix gave up: the images hardly overlap, hold one value only, or a parameter is wrong',
    });
  });
});
