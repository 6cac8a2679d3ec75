import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { run } from './commandLineRun.ts';

let folder: string;
const files = { same: '', more: '', elsewhere: '', rough: '' };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isocenter-gamma-'));
  const flat = dose(1).data.map(() => 50);
  const contents = {
    same: dose(1, { data: flat }),
    more: dose(1, { data: flat.map((gray) => gray * 1.03) }),
    rough: dose(1, { data: flat, provenance: { ...dose(1).provenance!, approximate: true, reasons: ['pencil beam'] } }),
    elsewhere: dose(1, { data: flat, frameOfReferenceUid: '1.2.3' }),
  };
  for (const name of ['same', 'more', 'elsewhere', 'rough'] as const) {
    files[name] = join(folder, `${name}.dcm`);
    await writeFile(files[name], writeDose(contents[name], objectContext('RTDOSE')));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const gamma = (...words: string[]): ReturnType<typeof run> => run(['gamma', '--reference', files.same, ...words]);

it('gives pass rate, mean, largest and number of points', async () => {
  const { status, stdout } = await gamma('--evaluated', files.more, '--dd', '2', '--dta', '2', '--json');
  expect(status).toBe(0);
  const n = dose(1).data.length;
  const result = JSON.parse(stdout) as Record<string, number>;
  expect(result).toMatchObject({ passRate: 0, n, outside: 0 });
  expect(result.mean).toBeCloseTo(1.5, 4);
  expect(result.max).toBeCloseTo(1.5, 4);
  const wider = await gamma('--evaluated', files.more, '--dd', '3', '--local');
  expect(wider.stdout).toContain(`100.00 % of ${n} points pass (3 % local, 2 mm, from 10 %, cut at 2)`);
});

it('says that one of the doses is approximate', async () => {
  const { status, stdout } = await gamma('--evaluated', files.rough);
  expect([status, stdout]).toEqual([0, expect.stringContaining('warning: rough.dcm: approximate dose: pencil beam')]);
  expect((await gamma('--evaluated', files.more)).stdout).not.toContain('approximate');
});

it('refuses doses in different frames of reference', async () => {
  const { status, stderr } = await gamma('--evaluated', files.elsewhere);
  expect(status).toBe(1);
  expect(stderr).toContain(`error FRAME_OF_REFERENCE: ${files.elsewhere}: is in another frame of reference than`);
});
