import * as runtime from 'onnxruntime-web';
import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import { type ModelManifest, parseManifest } from '#shared/segmentation/model/manifest.ts';
import { segmentWithModel } from '#shared/segmentation/model/runModel.ts';
import { openModel } from '#shared/segmentation/model/session.ts';
import { overlapOf } from '#shared/structures/agreement/agreement.ts';
import { imageVolume } from '#test/builders/image.ts';
import { thresholdModel } from '#test/builders/onnx.ts';
import { cube, sphere } from '../structures/shapes.ts';
import { ballImage, ballVolume, render } from './images.ts';

const SIZE = [24, 20, 16] as const;
const manifest = (changes: object = {}): ModelManifest =>
  parseManifest(
    JSON.stringify({
      manifest: 1,
      name: 'ball',
      model: 'ball.onnx',
      // The model sees HU / 100.
      input: { size: SIZE, spacing: [2, 2, 2], divide: 100, clip: [-100, 100] },
      output: { activation: 'sigmoid' },
      labels: [{ channel: 0, name: 'GTV', type: 'GTV' }],
      ...changes,
    }),
    'ball.json',
  );

const grid = cube(80, 41, 1, 2);
const picture = render(grid, ballImage([3, -5, 4], 18, 60, -60), 5);
const ct = { ...imageVolume(1, 'CT'), ...picture, slices: [] };

const open = (model: Uint8Array, wants = manifest()) => openModel(runtime, model, wants);

describe('an ONNX model', () => {
  it.each([
    ['one channel', 1, manifest()],
    [
      'two channels',
      2,
      manifest({ output: { activation: 'softmax' }, labels: [{ channel: 1, name: 'GTV', type: 'GTV' }] }),
    ],
  ] as const)('with %s is run window by window and outlined on the image’s slices', async (_, channels, wants) => {
    const { run, close } = await open(thresholdModel(SIZE, 0, 4, channels), wants);
    const fractions: number[] = [];
    const [find] = await segmentWithModel(ct, wants, run, { onProgress: (fraction) => fractions.push(fraction) });
    await close();
    expect(find.label).toMatchObject({ name: 'GTV', type: 'GTV' });
    // Windows of 48 × 40 × 32 mm: several to either side of every seam.
    expect(fractions.length).toBeGreaterThan(8);
    expect(overlapOf(find.contours, sphere(3, -5, 4, 18, 2), grid).dice).toBeGreaterThan(0.97);
    expect((measureRoi(find.contours, grid)?.volume ?? 0) / ballVolume(18)).toBeGreaterThan(0.95);
    for (const { points } of find.contours) expect(Math.abs(points[2] % 2)).toBe(0);
  });

  it('sees an image that lies the other way round as the patient does', async () => {
    const { run, close } = await open(thresholdModel(SIZE, 0, 4));
    const turned = { ...ct, direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1] };
    const [find] = await segmentWithModel(turned, manifest(), run);
    await close();
    // Columns run to the patient's right from the origin on: the ball's centre lies 3 + 39.5 mm along them.
    const { centroid = [0, 0, 0] } = measureRoi(find.contours, turned) ?? {};
    expect(centroid[0]).toBeCloseTo(-39.5 - 42.5, 0);
    expect(centroid[1]).toBeCloseTo(-39.5 - 34.5, 0);
  });

  it('gives no contours where it finds nothing', async () => {
    const { run, close } = await open(thresholdModel(SIZE, 50, 4), manifest());
    expect((await segmentWithModel(ct, manifest(), run))[0].contours).toEqual([]);
    await close();
  });

  it('stops when cancelled', async () => {
    const { run, close } = await open(thresholdModel(SIZE, 0, 4));
    await expect(segmentWithModel(ct, manifest(), run, { signal: { aborted: true } })).rejects.toThrow(/cancelled/);
    await close();
  });

  it.each([
    ['what is no model', Uint8Array.from([1, 2, 3]), manifest(), /cannot be run/],
    [
      'an input it lacks',
      thresholdModel(SIZE, 0, 1),
      manifest({ input: { name: 'ct', size: SIZE, spacing: [2, 2, 2] } }),
      /no input 'ct'/,
    ],
  ] as const)('is refused: %s', async (_, model, wants, words) => {
    await expect(open(model, wants)).rejects.toThrow(words);
  });

  it('is refused for another modality or for channels it lacks', async () => {
    const { run, close } = await open(thresholdModel(SIZE, 0, 4));
    await expect(segmentWithModel({ ...ct, modality: 'MR' }, manifest(), run)).rejects.toThrow(
      /is for CT, the image is MR/,
    );
    const two = manifest({ labels: [{ channel: 3, name: 'Heart' }] });
    await expect(segmentWithModel(ct, two, run)).rejects.toThrow(/1 channels, 'Heart' is to be number 3/);
    await close();
  });
});

describe('a manifest', () => {
  it.each([
    ['{', /is no JSON/],
    ['{"manifest": 2}', /manifest/],
    [JSON.stringify({ ...manifest(), model: '../evil.onnx' }), /without a folder/],
    [JSON.stringify({ ...manifest(), labels: [] }), /labels/],
    [JSON.stringify({ ...manifest(), input: { size: SIZE, spacing: [2, 0, 2] } }), /spacing/],
  ])('is refused with the place at fault: %s', (words, pattern) => {
    let said = '';
    try {
      parseManifest(words, 'm.json');
    } catch (error) {
      const { message, attribute } = error as { message: string; attribute?: string };
      said = `${message} ${attribute}`;
    }
    expect(said).toMatch(pattern);
  });
});
