import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineBook } from '#main/host/books/machineBook.ts';
import { machineText } from '#shared/dosimetry/machine/machineJson.ts';
import { machineByName, machineNames, ownMachines, setOwnMachines } from '#shared/dosimetry/machine/machines.ts';

const generic = machineByName('GENERIC_6MV');
const mine = { ...generic, name: 'MINE_6MV' };

describe("an installation's own machines", () => {
  let dir = '';
  beforeEach(async () => {
    dir = join(await mkdtemp(join(tmpdir(), 'machines-')), 'machines');
  });
  afterEach(async () => {
    setOwnMachines([]);
    await rm(dir, { recursive: true, force: true });
  });

  it('are kept as files and replaced by name', async () => {
    const book = machineBook(dir);
    expect(await book.list()).toEqual({ machines: [], problems: [] });
    await book.save(mine);
    await book.save({ ...mine, description: 'again' });
    expect(await readdir(dir)).toEqual(['MINE_6MV.json']);
    expect((await book.list()).machines).toEqual([{ ...mine, description: 'again' }]);
  });

  it.each([
    ['the name of a shipped machine', { ...generic }, 'CONFLICT'],
    ['a name that leaves the folder', { ...mine, name: '../MINE' }, 'MACHINE'],
    ['a hidden name', { ...mine, name: '.MINE' }, 'MACHINE'],
  ])('refuse %s', async (_what, machine, code) => {
    await expect(machineBook(dir).save(machine)).rejects.toMatchObject({ code });
  });

  it('tell of files that hold none, and take the others', async () => {
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, 'a.json'), '{');
    await writeFile(join(dir, 'b.json'), machineText({ ...mine, clinicallyCommissioned: true as unknown as false }));
    await writeFile(join(dir, 'c.json'), machineText(generic));
    await writeFile(join(dir, 'd.json'), machineText(mine));
    await writeFile(join(dir, 'e.json'), machineText(mine));
    const { machines, problems } = await machineBook(dir).list();
    expect(machines.map(({ name }) => name)).toEqual(['MINE_6MV']);
    expect(problems.map((text) => text.slice(0, text.indexOf('.json')))).toEqual([
      'MACHINE: a',
      'MACHINE: b',
      'CONFLICT: c',
      'CONFLICT: e',
    ]);
    expect(problems[1]).toContain('clinicallyCommissioned');
  });

  it('stand beside the shipped ones and never replace them', () => {
    setOwnMachines([mine, { ...generic, description: 'not this' }]);
    expect(machineByName('MINE_6MV')).toBe(mine);
    expect(machineNames().at(-1)).toBe('MINE_6MV');
    expect(machineByName('GENERIC_6MV').description).toBe(generic.description);
    expect(ownMachines()).toEqual([mine]);
  });
});
