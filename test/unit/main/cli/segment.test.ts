import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { thresholdModel } from '#test/builders/onnx.ts';
import { run } from './commandLineRun.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'segment-'));
  await run(['phantom', 'water', '--out', dir, '--json']);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const segment = (...more: readonly string[]): ReturnType<typeof run> =>
  run(['segment', '--ct', join(dir, 'CT'), ...more, '--json']);

interface Answer {
  readonly rois: readonly { name: string; volume: number; confidence?: number; reasons: string[] }[];
}

describe('isocenter segment', { timeout: 60_000 }, () => {
  it('finds what is there, says why the rest is not, and writes what it found', async () => {
    const out = join(dir, 'out.dcm');
    const { status, stdout } = await segment('--organs', 'body,lungs', '--out', out);
    expect(status).toBe(0);
    const { rois } = JSON.parse(stdout) as Answer;
    expect(rois.map(({ name }) => name)).toEqual(['External', 'Lung_L', 'Lung_R']);
    expect(Math.abs(rois[0].volume / 30 ** 3 - 1)).toBeLessThan(0.01);
    expect(rois[1]).toMatchObject({ volume: 0, confidence: 0 });
    expect(rois[1].reasons[0]).toContain('no air-filled part');
    const set = readStructureSet(await readFile(out));
    expect(set.rois).toHaveLength(1);
    expect(set.rois[0]).toMatchObject({ name: 'External', type: 'EXTERNAL', generationAlgorithm: 'AUTOMATIC' });
    expect(set.rois[0].contours[0].referencedSopInstanceUid).toBeDefined();
  });

  it('runs an ONNX model that lies beside its manifest', async () => {
    const size = [40, 40, 40] as const;
    const labels = [{ channel: 0, name: 'Water' }];
    const input = { size, spacing: [6, 6, 6], divide: 100 };
    const manifest = {
      manifest: 1,
      name: 'water',
      model: 'water.onnx',
      input,
      output: { activation: 'sigmoid' },
      labels,
    };
    await writeFile(join(dir, 'water.json'), JSON.stringify(manifest));
    await writeFile(join(dir, 'water.onnx'), thresholdModel(size, -5, 4));
    const { status, stdout, stderr } = await segment('--model', join(dir, 'water.json'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const { rois } = JSON.parse(stdout) as Answer;
    expect(rois).toHaveLength(1);
    expect(rois[0].reasons).toEqual(['found by water']);
    expect(Math.abs(rois[0].volume / 30 ** 3 - 1)).toBeLessThan(0.06);
  });

  it.each([
    [['--organs', 'body,liver'], 2, /knows no 'liver'/],
    [['--model', 'no-such.json'], 1, /no-such\.json/],
    [['--organs', 'lungs', '--out', 'never.dcm'], 1, /nothing was found/],
  ])('refuses %j', async (words, code, message) => {
    const { status, stderr } = await segment(...words);
    expect(status).toBe(code);
    expect(stderr).toMatch(message);
  });
});
