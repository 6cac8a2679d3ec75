import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { objectContext } from '#test/builders/context.ts';
import { plan } from '#test/builders/plan.ts';
import { run } from './commandLineRun.ts';

it('isocenter dose refuses the plan of another patient', { timeout: 60_000 }, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'dose-'));
  await run(['phantom', 'water', '--out', dir, '--json']);
  const file = join(dir, 'plan.dcm');
  await writeFile(file, writePlan(plan(), objectContext('RTPLAN')));
  const { status, stderr } = await run(['dose', '--ct', join(dir, 'CT'), '--plan', file, '--json']);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^error CONFLICT: .*plan\.dcm: is of patient .+, the CT of patient PHANTOM-WATER-1 \(PatientID\)/m,
  );
  await rm(dir, { recursive: true, force: true });
});
