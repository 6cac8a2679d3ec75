import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { checkedPlan } from '#test/builders/checkedPlan.ts';
import { objectContext } from '#test/builders/context.ts';
import { run } from './commandLineRun.ts';

let dir: string;
const file = (name: string): string => join(dir, name);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'check-'));
  const { plan, structures } = checkedPlan();
  await writeFile(file('plan.dcm'), writePlan(plan, objectContext('RTPLAN')));
  await writeFile(file('set.dcm'), writeStructureSet(structures, objectContext('RTSTRUCT')));
  await writeFile(
    file('other.dcm'),
    writeStructureSet(
      structures,
      objectContext('RTSTRUCT', 1, {
        patient: { patientName: 'Another^One', patientId: 'X', patientBirthDate: '', patientSex: '' },
      }),
    ),
  );
});
afterAll(() => rm(dir, { recursive: true }));

interface Answer {
  readonly verdict: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly outcomes: readonly { readonly rule: string; readonly status: string; readonly text: string }[];
}

it('isocenter check tells every outcome, and leaves unjudged what needs a file that is not given', async () => {
  const { status, stdout, stderr } = await run([
    'check',
    '--plan',
    file('plan.dcm'),
    '--rtstruct',
    file('set.dcm'),
    '--json',
  ]);
  expect([status, stderr]).toEqual([0, '']);
  const { verdict, counts, outcomes } = JSON.parse(stdout) as Answer;
  expect([verdict, counts['fail']]).toEqual(['warning', 0]);
  // Nobody said that there is none.
  expect(outcomes.find(({ rule }) => rule === 'dose.there')?.status).toBe('notJudged');
  expect(outcomes.find(({ rule }) => rule === 'field.target')?.status).toBe('pass');
  expect(outcomes.find(({ rule }) => rule === 'prescription.normalisation')?.status).toBe('notJudged');
});

it('isocenter check sees a structure set of another patient, and ends with 1', async () => {
  const { status, stdout, stderr } = await run([
    'check',
    '--plan',
    file('plan.dcm'),
    '--rtstruct',
    file('other.dcm'),
    '--json',
  ]);
  expect(status).toBe(1);
  expect(stderr).toBe('error CONFLICT: Lung L: the plan fails identity.patient\n');
  const { outcomes } = JSON.parse(stdout) as Answer;
  expect(outcomes.find(({ rule }) => rule === 'identity.patient')).toMatchObject({
    status: 'fail',
    text: expect.stringContaining('the structure set of Another^One (X)') as string,
  });
});

it('isocenter check judges deliverability by published limits of a linac, and knows those it has', async () => {
  const by = async (limits: string) => run(['check', '--plan', file('plan.dcm'), '--limits', limits, '--json']);
  const halcyon = await by('HALCYON');
  expect([halcyon.status, halcyon.stderr]).toEqual([1, expect.stringContaining('machine.limits')]);
  const { outcomes } = JSON.parse(halcyon.stdout) as Answer;
  const texts = outcomes.filter(({ rule }) => rule === 'machine.limits').map(({ text }) => text);
  expect(texts.join('\n')).toMatch(/MLCX where the machine has MLCX1 and MLCX2/);
  const unknown = await by('NOBODY');
  expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringMatching(/error MACHINE: .*TRUEBEAM_M120/)]);
});
