import { describe, expect, it } from 'vitest';
import { createDeidentifier } from '#shared/deidentify/deidentify.ts';
import { NOTHING_KEPT } from '#shared/deidentify/options.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { readDose, writeDose } from '#shared/dicom/dose/rtDose.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { validateObject } from '#shared/dicom/validation/validate.ts';
import { objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { plan } from '#test/builders/plan.ts';
import { structureSet } from '#test/builders/structureSet.ts';

const SECRET = new Uint8Array(32).fill(3);
const originals = [
  writeStructureSet(structureSet(), objectContext('RTSTRUCT')),
  writePlan(plan(), objectContext('RTPLAN')),
  writeDose(dose(), objectContext('RTDOSE')),
].map((bytes) => readPart10(bytes));

describe('structure set, plan and dose without identity', () => {
  const deidentifier = createDeidentifier({ ...NOTHING_KEPT, labels: true, dates: 'shift', safePrivate: true }, SECRET);
  for (const file of originals) deidentifier.inspect(file);
  const [setBytes, planBytes, doseBytes] = originals.map((file) => deidentifier.apply(file).bytes);
  const [set, cleanPlan, cleanDose] = [readStructureSet(setBytes), readPlan(planBytes), readDose(doseBytes)];

  it('name each other, in the same frame of reference', () => {
    expect(cleanPlan.structureSetUid).toBe(set.sopInstanceUid);
    expect(cleanDose.planUid).toBe(cleanPlan.sopInstanceUid);
    expect(cleanDose.frameOfReferenceUid).toBe(set.frameOfReferenceUid);
    expect(cleanPlan.structureSetUid).not.toBe(plan().structureSetUid);
  });

  it('hold every number they held', () => {
    const before = readPlan(originals[1].dataset.source.bytes);
    expect(cleanPlan.beams.map(({ controlPoints, meterset }) => ({ controlPoints, meterset }))).toEqual(
      before.beams.map(({ controlPoints, meterset }) => ({ controlPoints, meterset })),
    );
    expect(cleanPlan.prescription?.normalization).toEqual(before.prescription?.normalization);
    const doseBefore = readDose(originals[2].dataset.source.bytes);
    expect(cleanDose.data).toEqual(doseBefore.data);
    expect([cleanDose.origin, cleanDose.spacing]).toEqual([doseBefore.origin, doseBefore.spacing]);
    const rois = readStructureSet(originals[0].dataset.source.bytes).rois;
    const shapes = (from: typeof rois) =>
      from.map(({ name, contours }) => ({ name, points: contours.map(({ type, points }) => ({ type, points })) }));
    expect(shapes(set.rois)).toEqual(shapes(rois));
  });

  it('are valid, and name nobody', () => {
    for (const bytes of [setBytes, planBytes, doseBytes]) {
      expect(validateObject(bytes).errors).toEqual([]);
      for (const secret of ['Prüfung', 'Größe', 'TEST-1', 'Operator', 'Doctor'])
        expect([secret, Buffer.from(bytes).includes(secret)]).toEqual([secret, false]);
    }
  });
});
