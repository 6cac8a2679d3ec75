import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { objectiveTemplateBook } from '#main/host/books/objectiveTemplateBook.ts';
import { objectiveTemplates } from '#shared/optimization/templates/objectiveTemplate.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'isocenter-objectives-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

it('keeps own objectives beside those that come with the program, and tells of files that hold none', async () => {
  const book = objectiveTemplateBook(dir);
  const [shipped] = objectiveTemplates();
  const own = { ...shipped, name: 'Prostate (ours)' };
  await book.save(own);
  const [first] = own.objectives;
  const odd = { ...own, name: 'x', objectives: [{ ...first, objective: { ...first.objective, weight: 0 } }] };
  await writeFile(join(dir, 'odd.json'), JSON.stringify(odd));
  const { templates, problems } = await book.list();
  expect(templates).toEqual([own]);
  expect(problems).toEqual([expect.stringMatching(/odd\.json.*objectives\.0\.objective\.weight/)]);
  await expect(book.save(shipped)).rejects.toMatchObject({ code: 'CONFLICT' });
});
