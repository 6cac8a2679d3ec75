import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readHeader } from '#shared/dicom/header.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { SEGMENTATION } from '#shared/dicom/uid.ts';
import type { Roi } from '#shared/model/structures.ts';
import { objectContext } from '#test/builders/context.ts';
import { run } from './commandLineRun.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'structures-'));
  await run(['phantom', 'water', '--out', dir, '--json']);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const structures = (...recipes: readonly string[]): ReturnType<typeof run> =>
  run([
    'structures',
    '--rtstruct',
    join(dir, 'RTSTRUCT', 'RTSTRUCT.dcm'),
    '--image',
    join(dir, 'CT'),
    '--out',
    join(dir, 'out.dcm'),
    ...recipes.flatMap((recipe) => ['--do', recipe]),
    '--json',
  ]);

describe('isocenter structures', { timeout: 60_000 }, () => {
  it('makes structures one from another and writes them beside the old ones, on the image’s slices', async () => {
    const { status, stdout } = await structures('Inner = margin(BODY, -12)', 'Shell = subtract(BODY, Inner)');
    expect(status).toBe(0);
    const { rois } = JSON.parse(stdout) as { rois: { name: string; volume: number }[] };
    expect(rois.map(({ name }) => name)).toEqual(['Inner', 'Shell']);
    // A cube of 300 mm on slices of 3 mm: 276 mm remain, within 0.2 mm on each of its six faces.
    expect(Math.abs(rois[0].volume - 27.6 ** 3)).toBeLessThan(6 * 27.6 ** 2 * 0.02);
    // The parts are the whole; the phantom's contour cuts the corners of the cube.
    expect(Math.abs((rois[0].volume + rois[1].volume) / 30 ** 3 - 1)).toBeLessThan(2e-4);
    const set = readStructureSet(await readFile(join(dir, 'out.dcm')));
    expect(set.rois.map(({ name, type }) => [name, type])).toEqual([
      ['BODY', 'EXTERNAL'],
      ['Inner', 'ORGAN'],
      ['Shell', 'ORGAN'],
    ]);
    const images = new Set(set.referencedImages.map((image) => image.sopInstanceUid));
    const references = set.rois.flatMap((roi) => roi.contours.map((contour) => contour.referencedSopInstanceUid ?? ''));
    expect(references.length).toBeGreaterThan(250);
    expect(references.every((uid) => images.has(uid))).toBe(true);
  });

  it('names the structure that is not there, before anything is written', async () => {
    const { status, stderr } = await structures('PTV = margin(GTV, 5)');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "error NOT_FOUND: PTV: no structure 'GTV' in the set; it has BODY (ROIName)\n",
    });
    expect(await structures()).toMatchObject({ status: 2, stderr: 'error USAGE: --do or --as is required\n' });
  });

  it('writes nothing as approved that its reviewer has not seen, and leaves locked structures alone', async () => {
    const set = readStructureSet(await readFile(join(dir, 'RTSTRUCT', 'RTSTRUCT.dcm')));
    const approval = { status: 'APPROVED', reviewer: 'Curie^Marie', reviewedAt: '2026-01-05T10:00:00' } as const;
    const store = (rois: readonly Roi[]): Promise<void> =>
      writeFile(
        join(dir, 'approved.dcm'),
        writeStructureSet(
          { ...set, rois, approval },
          objectContext('RTSTRUCT', 1, { sopInstanceUid: set.sopInstanceUid }),
        ),
      );
    const derive = (recipe: string): ReturnType<typeof run> =>
      run([
        'structures',
        '--rtstruct',
        join(dir, 'approved.dcm'),
        '--image',
        join(dir, 'CT'),
        '--out',
        join(dir, 'draft.dcm'),
        '--do',
        recipe,
        '--json',
      ]);
    await store(set.rois);
    const { status, stdout } = await derive('Inner = margin(BODY, -12)');
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { warnings: string[] }).warnings.join()).toContain('approved by Curie^Marie');
    expect(readStructureSet(await readFile(join(dir, 'approved.dcm'))).approval).toEqual(approval);
    expect(readStructureSet(await readFile(join(dir, 'draft.dcm'))).approval).toBeUndefined();
    await store(set.rois.map((roi) => ({ ...roi, locked: true })));
    expect(await derive('BODY = margin(BODY, -12)')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('error CONFLICT: BODY: is locked') as unknown,
    });
  });

  it('turns a structure set into a segmentation of the same voxels and back', async () => {
    const convert = (from: string, as: string, to: string): ReturnType<typeof run> =>
      run(['structures', '--rtstruct', from, '--image', join(dir, 'CT'), '--as', as, '--out', join(dir, to), '--json']);
    const mask = async (file: string): Promise<unknown> => {
      const { stdout } = await run(['mask', '--rtstruct', file, '--roi', 'BODY', '--image', join(dir, 'CT'), '--json']);
      return (JSON.parse(stdout) as { voxels: number }).voxels;
    };
    const original = join(dir, 'RTSTRUCT', 'RTSTRUCT.dcm');
    expect((await convert(original, 'seg', 'seg.dcm')).status).toBe(0);
    const header = readHeader(await readFile(join(dir, 'seg.dcm')));
    expect([header.modality, header.sopClassUid]).toEqual(['SEG', SEGMENTATION]);
    expect((await convert(join(dir, 'seg.dcm'), 'rtstruct', 'back.dcm')).status).toBe(0);
    const voxels = await mask(original);
    expect(await mask(join(dir, 'seg.dcm'))).toBe(voxels);
    expect(await mask(join(dir, 'back.dcm'))).toBe(voxels);
    // A segmentation is no structure set that this one could succeed.
    expect(readHeader(await readFile(join(dir, 'back.dcm'))).references.structureSets).toEqual([]);
    expect(await convert(original, 'nifti', 'x')).toMatchObject({ status: 2 });
  });
});
