import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { templateBook } from '#main/host/books/templateBook.ts';
import { structureTemplates, templateOf, templateRoi } from '#shared/structures/sets/template.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'isocenter-templates-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const own = () =>
  templateOf('Larynx (ours)', [
    templateRoi({ name: 'GTV', type: 'GTV', color: [255, 0, 0] }, 1, '1.2'),
    { ...templateRoi({ name: 'PTV', type: 'PTV', color: [0, 0, 255], recipe: 'margin(GTV, 5)' }, 2, '1.2') },
    { ...templateRoi({ name: 'Clip', type: 'CONTROL', color: [1, 2, 3] }, 3, '1.2'), type: 'MARKER' },
  ]);

it('keeps a set as a template that comes back the same, and replaces one of its name', async () => {
  const book = templateBook(dir);
  expect(await book.list()).toEqual({ templates: [], problems: [] });
  await book.save(own());
  await book.save({ ...own(), description: 'second' });
  const { templates, problems } = await book.list();
  expect(templates).toEqual([{ ...own(), description: 'second' }]);
  expect(templates[0].structures.map(({ name, type, recipe }) => [name, type, recipe])).toEqual([
    ['GTV', 'GTV', undefined],
    ['PTV', 'PTV', 'margin(GTV, 5)'],
    ['Clip', 'CONTROL', undefined],
  ]);
  expect(problems).toEqual([]);
});

it('tells of files that hold no template and refuses names that are taken or no file names', async () => {
  const book = templateBook(dir);
  await writeFile(join(dir, 'a.json'), '{');
  await writeFile(join(dir, 'b.json'), JSON.stringify({ ...own(), structures: [{ name: 'X' }] }));
  const { templates, problems } = await book.list();
  expect(templates).toEqual([]);
  expect(problems.map((text) => text.includes('a.json') || text.includes('b.json'))).toEqual([true, true]);
  await expect(book.save({ ...own(), name: structureTemplates()[0].name })).rejects.toMatchObject({ code: 'CONFLICT' });
  for (const name of ['../x', 'a/b', '', 'x'.repeat(60)])
    await expect(book.save({ ...own(), name })).rejects.toMatchObject({ code: 'INVALID_ATTRIBUTE' });
});
