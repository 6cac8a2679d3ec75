import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { openRecordStore } from '#main/host/workflow/recordStore.ts';
import { scratch } from '../../archive/objects.ts';

const counter = z.object({ n: z.number() });

it('two processes never lose each other’s changes, and a throw leaves things as they were', async () => {
  await using folder = await scratch();
  const file = join(folder.dir, 'workflow.sqlite');
  const [a, b] = [openRecordStore(file), openRecordStore(file)];
  const [mine, yours] = [a.records('counter', counter), b.records('counter', counter)];
  for (let at = 0; at < 10; at++)
    for (const records of [mine, yours]) records.change('x', (old) => ({ n: (old?.n ?? 0) + 1 }));
  expect(mine.get('x')).toEqual({ n: 20 });
  expect(() =>
    yours.change('x', () => {
      throw new Error('no');
    }),
  ).toThrow();
  expect(yours.change('x', () => undefined)).toEqual({ n: 20 });
  expect(a.records('other', counter).all()).toEqual([]);
  expect(mine.remove('x')).toBe(true);
  expect(yours.get('x')).toBeUndefined();
  a.close();
  b.close();
});

it('a damaged record is said, not guessed at', async () => {
  await using folder = await scratch();
  const file = join(folder.dir, 'workflow.sqlite');
  const store = openRecordStore(file);
  const records = store.records('counter', counter);
  records.put('x', { n: 1 });
  const db = new DatabaseSync(file);
  db.exec(`UPDATE record SET value = '{"n":"one"}'`);
  db.close();
  expect(() => records.get('x')).toThrow(expect.objectContaining({ code: 'STORAGE', attribute: 'n' }));
  store.close();
});
