import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unfitDoses } from '#main/services/export/unfitDoses.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { RT_DOSE, RT_PLAN } from '#shared/dicom/uid.ts';
import { contentHash } from '#shared/dosimetry/standing/contentHash.ts';
import { planHash } from '#shared/dosimetry/standing/doseBasis.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { DoseProvenance } from '#shared/model/dose.ts';
import { instanceUid, objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { plan } from '#test/builders/plan.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'isocenter-unfit-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const sound: DoseProvenance = {
  ...dose().provenance!,
  machines: [{ name: 'GENERIC_6MV', hash: contentHash(machineByName('GENERIC_6MV')) }],
  basis: { ...dose().provenance!.basis!, plan: planHash(plan()) },
};

const stored = async (sopClassUid: string, sopInstanceUid: string, bytes: Uint8Array) => {
  const file = join(folder, sopInstanceUid);
  await writeFile(file, bytes);
  return { sopClassUid, sopInstanceUid, file };
};

it.each<[string, DoseProvenance | undefined, RegExp | undefined]>([
  ['a dose made for the plan goes with it', sound, undefined],
  ['so does one of another maker', undefined, undefined],
  [
    'an approximate one stays',
    { ...sound, approximate: true, reasons: ['pencil beam'] },
    /approximate dose: pencil beam/,
  ],
  ['one made for other monitor units stays', { ...sound, basis: { ...sound.basis!, plan: 'other' } }, /monitor units/],
  ['one of a machine that is not here stays', { ...sound, machines: [{ name: 'GONE', hash: '1' }] }, /GONE/],
])('%s', async (_, provenance, reason) => {
  const planObject = await stored(RT_PLAN, instanceUid('RTPLAN'), writePlan(plan(), objectContext('RTPLAN')));
  const uid = instanceUid('RTDOSE');
  const doseObject = await stored(RT_DOSE, uid, writeDose(dose(1, { provenance }), objectContext('RTDOSE')));
  const unfit = await unfitDoses([planObject, doseObject]);
  if (reason === undefined) expect([...unfit]).toEqual([]);
  else expect(unfit.get(uid)).toMatch(reason);
  expect([...(await unfitDoses([doseObject]))]).toEqual([]);
});
