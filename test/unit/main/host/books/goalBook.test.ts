import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { goalBook } from '#main/host/books/goalBook.ts';
import { goalSheets } from '#shared/evaluation/goals/goalSheet.ts';
import type { GoalSheet } from '#shared/model/goals.ts';

it('keeps own goal sheets, tells of files that hold none, and leaves the shipped names alone', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'isocenter-goals-'));
  try {
    const book = goalBook(dir);
    const goals = [{ structure: 'Heart', text: 'mean <= 4 Gy', priority: 1, source: 'ours' }] as const;
    const own: GoalSheet = { name: 'Breast (ours)', description: '', fractionation: { fractions: 15 }, goals };
    await book.save(own);
    await writeFile(join(dir, 'odd.json'), JSON.stringify({ ...own, goals: [{ ...goals[0], text: 'mean 4' }] }));
    const { sheets, problems } = await book.list();
    expect(sheets).toEqual([own]);
    expect(problems.join()).toMatch(/odd\.json.*METRIC/);
    await expect(book.save({ ...own, name: goalSheets()[0].name })).rejects.toMatchObject({ code: 'CONFLICT' });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
