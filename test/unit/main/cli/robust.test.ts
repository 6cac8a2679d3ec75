import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readImageFolder } from '#main/cli/imageFolder.ts';
import { objectContext } from '#main/cli/writing.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import {
  createBeam,
  createPlan,
  createPrescription,
  targetCenter,
} from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { run } from './commandLineRun.ts';

interface Report {
  readonly scenarios: readonly { readonly name: string }[];
  readonly rois: readonly {
    readonly metrics: Readonly<
      Record<string, { readonly nominal: number; readonly low: number; readonly highIn: string }>
    >;
    readonly band: readonly (readonly number[])[];
  }[];
  readonly goals: readonly unknown[];
}

it('isocenter robust tells ranges, worst goals and bands, and writes doses that say what they are', {
  timeout: 120_000,
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'robust-'));
  await run(['phantom', 'tg119-c-shape', '--out', dir, '--json']);
  const setFile = join(dir, 'RTSTRUCT', 'RTSTRUCT.dcm');
  const structures = readStructureSet(await readFile(setFile), setFile);
  const ct = await readImageFolder(
    join(dir, 'CT'),
    { progress: () => undefined, signal: new AbortController().signal } as never,
    'CT',
  );
  const ptv = structures.rois.find(({ name }) => name === 'PTV')!;
  const beams = [0, 180].map((gantry, n) => ({
    ...createBeam({
      number: n + 1,
      name: `G${gantry}`,
      machine: machineByName('GENERIC_6MV'),
      angles: { gantry, collimator: 0, couch: 0 },
      isocenter: targetCenter(ptv),
      iecFromLps: iecFromPatient('HFS')!,
      target: ptv.contours,
    }).beam,
    meterset: 100,
  }));
  const base = createPlan({
    sopInstanceUid: newUid(),
    label: 'TWO',
    structures,
    patientPosition: 'HFS',
    prescription: createPrescription(ptv, 50, 25),
  });
  const [planFile, goalsFile, least] = ['plan.dcm', 'goals.json', 'least.dcm'].map((name) => join(dir, name));
  await writeFile(
    planFile,
    writePlan({ ...base, beams }, objectContext(ct, 'TWO', 1, { sopInstanceUid: base.sopInstanceUid })),
  );
  const goals = [{ structure: 'PTV', text: 'D2 % < 1000 Gy', priority: 1 }];
  await writeFile(goalsFile, JSON.stringify({ name: 'Any', description: '', goals }));
  const words = [
    'robust',
    '--ct',
    join(dir, 'CT'),
    '--rtstruct',
    setFile,
    '--plan',
    planFile,
    '--engine',
    'pb',
    '--json',
  ];
  const options = ['--grid', '8', '--shift', '5,0,0', '--density', '3', '--roi', 'PTV', '--threads', '2'];
  const { status, stdout, stderr } = await run([...words, ...options, '--goals', goalsFile, '--min-out', least]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const report = JSON.parse(stdout) as Report;
  expect(Object.keys(report)).toEqual('cpuSeconds scenarios rois goals warnings'.split(' '));
  const names = ['nominal', 'L 5 mm', 'R 5 mm', 'density −3 %', 'density +3 %'];
  expect(report.scenarios.map(({ name }) => name)).toEqual(names);
  const [{ metrics, band }] = report.rois;
  expect(metrics.D98.low).toBeLessThan(metrics.D98.nominal);
  // Thinner patients get more behind less water.
  expect(metrics.D50.highIn).toBe('density −3 %');
  expect(band[0]).toEqual([0, 100, 100]);
  expect(report.goals).toMatchObject([{ roi: 'PTV', passed: 5, of: 5, worst: { status: 'met' } }]);
  const dose = readDose(await readFile(least), least);
  expect(dose.provenance?.reasons.join()).toContain('the least of 5 scenarios');
  const wrong = await run([...words, '--shift', '5,5']);
  expect(wrong).toMatchObject({ status: 2 });
  await rm(dir, { recursive: true, force: true });
});
