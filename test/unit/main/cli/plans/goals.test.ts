import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import type { Roi } from '#shared/model/structures.ts';
import { frameUid, instanceUid, objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { imageVolume } from '#test/builders/image.ts';
import { plan } from '#test/builders/plan.ts';
import { structureSet } from '#test/builders/structureSet.ts';
import { run } from '../commandLineRun.ts';

const square = (z: number): Roi['contours'][number] => ({
  type: 'CLOSED_PLANAR',
  points: Float64Array.of(-5, -5, z, 5, -5, z, 5, 5, z, -5, 5, z),
});
const roi = (number: number, name: string): Roi => ({
  number,
  name,
  type: 'ORGAN',
  color: [1, 2, 3],
  generationAlgorithm: 'MANUAL',
  frameOfReferenceUid: frameUid(),
  contours: [0, 2, 4].map(square),
});

let folder: string;
let words: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isocenter-goals-'));
  const file = (name: string): string => join(folder, name);
  const set = structureSet(1, imageVolume(1), {
    sopInstanceUid: instanceUid('RTSTRUCT'),
    rois: [roi(1, 'Myelon'), roi(2, 'Heart')],
  });
  await writeFile(file('rs.dcm'), writeStructureSet(set, objectContext('RTSTRUCT')));
  // 20 Gy everywhere; no basis, so that nothing says that it is stale.
  const { provenance: _none, ...flat } = dose(1, { dims: [20, 20, 20], spacing: [2, 2, 2], origin: [-19, -19, -19] });
  const data = new Float32Array(8000).fill(20);
  await writeFile(file('rd.dcm'), writeDose({ ...flat, data }, objectContext('RTDOSE')));
  const goal = (structure: string, text: string) => ({ structure, text, priority: 1 as const });
  const goals = [goal('SpinalCord', 'max <= 45 Gy'), goal('Heart', 'V15Gy < 10%'), goal('Liver', 'mean <= 30 Gy')];
  const kept = plan(1, { goals: { name: 'kept', description: '', goals } });
  await writeFile(file('rp.dcm'), writePlan(kept, objectContext('RTPLAN')));
  await writeFile(
    file('bad.json'),
    '{"name":"x","description":"","goals":[{"structure":"A","text":"D9","priority":1}]}',
  );
  words = ['dvh', '--rtstruct', file('rs.dcm'), '--dose', file('rd.dcm')];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('judges the goals that the plan keeps, each on the structure that its name means', async () => {
  const { status, stdout } = await run([...words, '--plan', join(folder, 'rp.dcm'), '--json']);
  expect(status).toBe(0);
  const { goals, goalCounts } = JSON.parse(stdout) as { goals: Record<string, unknown>[]; goalCounts: unknown };
  expect(
    goals.map(({ structure, roi: on, status: outcome, value, unit }) => [structure, on, outcome, value, unit]),
  ).toEqual([
    ['SpinalCord', 'Myelon', 'met', 20, 'Gy'],
    ['Heart', 'Heart', 'missed', 100, '%'],
    ['Liver', null, 'unknown', null, 'Gy'],
  ]);
  expect(goalCounts).toEqual({
    met: 1,
    acceptable: 0,
    missed: 1,
    unknown: 1,
    summary: '1 met, 0 acceptable, 1 missed, 1 not judged',
  });
});

it('takes a sheet by name or file, and says what is wrong with either', async () => {
  const text = await run([...words, '--goals', 'prostate, conventional']);
  expect(text.stdout).toMatch(/0 met, 0 acceptable, 0 missed, 14 not judged/);
  const byFile = await run([...words, '--goals', 'prostate']);
  expect(byFile.stdout).toBe(text.stdout);
  const bad = await run([...words, '--goals', join(folder, 'bad.json')]);
  expect([bad.status, bad.stderr]).toEqual([1, expect.stringMatching(/INVALID_ATTRIBUTE.*goals\.0\.text/)]);
  const unknown = await run([...words, '--goals', 'Elbow']);
  expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringMatching(/NOT_FOUND.*Lung SBRT/)]);
});
