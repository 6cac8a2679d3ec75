import { beforeEach, expect, it, vi } from 'vitest';
import { copyPlan } from '#renderer/commands/planning/plans/copyPlan.ts';
import { renamePlan } from '#renderer/commands/planning/plans/renamePlan.ts';
import { savePlan, savePlans } from '#renderer/commands/planning/plans/savePlan.ts';
import { allPlans } from '#renderer/document/plans.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { editDocument, openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { basisHashes } from '#shared/dosimetry/standing/doseBasis.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';
import { dose as builtDose } from '#test/builders/dose.ts';
import { testBeam, testDocument, testDose } from '../../document/documentBuilder.ts';

const archive = vi.hoisted(() => ({ files: [] as Uint8Array[], refuseAt: -1 }));
vi.mock('#renderer/client/dicomweb.ts', () => ({
  storeInstances: (files: Uint8Array[]) => {
    const refused = archive.refuseAt === archive.files.length;
    if (!refused) archive.files.push(...files);
    return Promise.resolve({ failed: refused ? [{ sopInstanceUid: '1', reason: 'full' }] : [] });
  },
}));
vi.mock('#renderer/document/storedObject.ts', () => ({ storedObject: () => Promise.resolve(undefined) }));
vi.mock('#renderer/client/rpc.ts', () => ({ rpc: { system: { info: () => Promise.resolve({ version: '1' }) } } }));

const document = (): ClinicalDocument => {
  const { document: open } = useDocument.getState();
  if (open === null) throw new Error('no document');
  return open;
};
const dirty = (): boolean[] => allPlans(document()).map(({ planDirty }) => planDirty);

/** A dose of the plan that says so, of `gray` everywhere. */
function doseOf(plan: Plan, gray: number): DoseVolume {
  const { primary: ct, structures } = document();
  const provenance = { ...builtDose().provenance!, machines: [], basis: basisHashes({ ct, structures, plan }) };
  return { ...builtDose(), ...testDose(), data: testDose().data.fill(gray), provenance };
}
const compute = (gray: number): void =>
  editDocument('Compute', ({ plan, primary, structures }) => {
    if (plan === undefined) return null;
    const done = { ...plan, beams: plan.beams.map((beam) => ({ ...beam, meterset: gray * 10 })) };
    return { plan: done, dose: doseOf(done, gray), doseBasis: { primary, structures, plan: done } };
  });

beforeEach(() => {
  archive.files = [];
  archive.refuseAt = -1;
  openDocument(testDocument());
  compute(50);
  void copyPlan.perform(0);
  editDocument('Beams', ({ plan }) => ({ plan: plan && { ...plan, beams: [testBeam(1, 30)] } }));
  compute(20);
  void renamePlan.perform(1, 'Boost');
});

const ALONE = { bits: 32, beamDoses: false } as const;
const stored = (modality: string): Uint8Array[] =>
  archive.files.filter((file) => readHeader(file).modality === modality);

it('every changed plan is stored with its own dose, and only these', async () => {
  await savePlans.perform(ALONE);
  const plans = stored('RTPLAN').map((file) => readPlan(file));
  expect(plans.map(({ label, beams }) => [label, beams.length, beams[0].meterset])).toEqual([['Plan1', 2, 500], ['Boost', 1, 200]]); // biome-ignore format: pairs
  const doses = stored('RTDOSE').map((file) => readDose(file));
  expect(doses.map(({ planUid, data }) => [planUid, Math.round(data[0])])).toEqual([
    [plans[0].sopInstanceUid, 50],
    [plans[1].sopInstanceUid, 20],
  ]);
  // Their set was in no archive yet: it is stored once, before them.
  const [set] = stored('RTSTRUCT');
  expect(stored('RTSTRUCT')).toHaveLength(1);
  expect(plans.map(({ structureSetUid }) => structureSetUid)).toEqual([1, 2].map(() => readHeader(set).sopInstanceUid));
  expect(dirty()).toEqual([false, false]);
  expect(document().plan?.sopInstanceUid).toBe(plans[1].sopInstanceUid);
  expect(allPlans(document()).map(({ doseStale }) => doseStale)).toEqual([undefined, undefined]);
  const { length } = archive.files;
  await savePlans.perform(ALONE);
  expect(archive.files).toHaveLength(length);
  undo();
  expect(dirty()).toEqual([true, false]);
});

it('a plan is saved alone; what is stored before another is refused stays stored', async () => {
  await savePlan.perform(ALONE);
  expect(dirty()).toEqual([false, true]);
  await renamePlan.perform(1, 'Boost2');
  archive.refuseAt = archive.files.length + 2;
  await expect(savePlans.perform(ALONE)).rejects.toThrow('refused');
  expect(dirty()).toEqual([true, false]);
  expect(stored('RTPLAN').map((file) => readPlan(file).label)).toEqual(['Boost', 'Plan1']);
});

it('refuses a plan whose bolus is no structure of the set', async () => {
  const boluses = [{ roiNumber: 0, id: 'B' }];
  editDocument('Bolus', ({ plan }) => ({ plan: plan && { ...plan, beams: plan.beams.map((beam) => ({ ...beam, boluses })) } })); // biome-ignore format: one line
  await expect(savePlan.perform(ALONE)).rejects.toThrow('its bolus, structure 0, is not in');
  expect(stored('RTPLAN')).toEqual([]);
});

it('the doses of beams go before the plan’s, so that the newest dose is the plan’s', async () => {
  editDocument('Beam doses', ({ dose, plan }) => ({
    beamDoses: dose && plan ? [{ ...dose, summation: 'BEAM', beamNumber: plan.beams[0].number }] : [],
  }));
  await savePlan.perform({ bits: 16, beamDoses: true });
  const [plan] = stored('RTPLAN').map((file) => readPlan(file));
  const doses = stored('RTDOSE').map((file) => readDose(file));
  expect(doses.map(({ summation, beamNumber, planUid }) => [summation, beamNumber, planUid])).toEqual([
    ['BEAM', plan.beams[0].number, plan.sopInstanceUid],
    ['PLAN', undefined, plan.sopInstanceUid],
  ]);
  expect(new Set(stored('RTDOSE').map((file) => readHeader(file).seriesInstanceUid)).size).toBe(2);
});
