import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeRegistration } from '#shared/dicom/registration/registration.ts';
import { readDose, writeDose } from '#shared/dicom/dose/rtDose.ts';
import { translation } from '#shared/geometry/affine.ts';
import { instanceUid, objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { run } from './commandLineRun.ts';

let folder: string;
const file = (name: string): string => join(folder, `${name}.dcm`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isocenter-sum-'));
  const flat = (gray: number) => dose(1).data.map(() => gray);
  const contents = {
    first: dose(1, { data: flat(50) }),
    second: dose(1, { data: flat(20), planUid: '1.2.3.4' }),
    rough: dose(1, { provenance: { ...dose(1).provenance!, approximate: true, reasons: ['pencil beam'] } }),
    elsewhere: dose(1, { data: flat(20), planUid: '1.2.3.4', frameOfReferenceUid: '1.2.3' }),
  };
  for (const [name, one] of Object.entries(contents)) await writeFile(file(name), writeDose(one, objectContext('RTDOSE')));
  // The boost's frame lies where the first one does.
  await writeFile(
    file('reg'),
    writeRegistration(
      {
        kind: 'rigid', sopInstanceUid: instanceUid('REG'), label: 'CT2', matrix: translation([0, 0, 0]),
        movingFrame: '1.2.3', fixedFrame: dose(1).frameOfReferenceUid,
      },
      objectContext('REG'),
    ),
  );
}); // biome-ignore format: one registration
afterAll(() => rm(folder, { recursive: true, force: true }));

const sum = (...words: string[]): ReturnType<typeof run> => run(['sum', '--dose', file('first'), ...words]);

it('adds weighted doses and writes the sum with its plans', async () => {
  const { status, stdout } = await sum(
    '--dose',
    file('second'),
    '--weight',
    '1',
    '--weight',
    '0.5',
    '--out',
    file('sum'),
    '--json',
  );
  expect(status).toBe(0);
  const result = JSON.parse(stdout) as Record<string, number>;
  expect(result).toMatchObject({ voxels: dose(1).data.length, unreached: 0, doseType: 'PHYSICAL' });
  expect(result.max).toBeCloseTo(60, 4);
  const read = readDose(await readFile(file('sum')));
  expect(read.planUids).toEqual([instanceUid('RTPLAN'), '1.2.3.4']);
  expect(read.derivation?.terms.map(({ name, weight }) => [name, weight])).toEqual([
    ['first.dcm', 1],
    ['second.dcm', 0.5],
  ]);
});

it('says that one of the doses is approximate', async () => {
  const { stdout } = await sum('--dose', file('rough'), '--json');
  expect((JSON.parse(stdout) as { warnings: string[] }).warnings).toContain('rough.dcm: approximate dose: pencil beam');
});

it('adds EQD2 with the fractions of each', async () => {
  const { stdout } = await sum(
    '--dose',
    file('second'),
    '--alpha-beta',
    '10',
    '--fractions',
    '25',
    '--fractions',
    '4',
    '--json',
  );
  // 50 Gy in 25 stay; 20 Gy in 4 are 20 (5 + 10) / 12.
  expect((JSON.parse(stdout) as { max: number }).max).toBeCloseTo(75, 4);
});

it('refuses another frame of reference, until a registration leads there', async () => {
  const refused = await sum('--dose', file('elsewhere'));
  expect([refused.status, refused.stderr]).toEqual([
    1,
    expect.stringContaining('error FRAME_OF_REFERENCE: elsewhere.dcm: no registration leads'),
  ]);
  const { status, stdout } = await sum('--dose', file('elsewhere'), '--registration', file('reg'));
  expect([status, stdout]).toEqual([0, expect.stringMatching(/elsewhere\.dcm \(through .+\): largest 70\.00 Gy/)]);
});

it.each([
  [[], '--dose'],
  [['--weight', '1'], '--weight'],
  [['--weight', '1', '--weight', 'two'], '--weight'],
  [['--bits', '8'], '--bits'],
])('%s names the option at fault', async (words, option) => {
  const { status, stderr } = await sum(...(words.length === 0 ? [] : ['--dose', file('second')]), ...words);
  expect([status, stderr]).toEqual([2, expect.stringContaining(option)]);
});
