import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { beamTemplateBook } from '#main/host/books/beamTemplateBook.ts';
import { beamTemplates } from '#shared/dosimetry/plan/arrange/beamTemplate.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'isocenter-beam-templates-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('keeps own beam templates beside those that come with the program, and tells of files that hold none', async () => {
  const book = beamTemplateBook(dir);
  const [shipped] = beamTemplates();
  const own = { ...shipped, name: 'Pelvis (ours)', site: 'Own' };
  await book.save(own);
  await writeFile(join(dir, 'broken.json'), JSON.stringify({ ...own, name: 'x', beams: [{ name: 'A', gantry: 361 }] }));
  const { templates, problems } = await book.list();
  expect(templates).toEqual([own]);
  expect(problems).toEqual([expect.stringMatching(/broken.json.*beams.0.gantry/)]);
  await expect(book.save(shipped)).rejects.toMatchObject({ code: 'CONFLICT' });
});
