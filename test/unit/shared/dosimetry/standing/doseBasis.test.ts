import { describe, expect, it } from 'vitest';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { contentHash } from '#shared/dosimetry/standing/contentHash.ts';
import { basisHashes, basisMismatch, type DoseBasisParts, planHash } from '#shared/dosimetry/standing/doseBasis.ts';
import { calibrationByName, machineByName } from '#shared/dosimetry/machine/machines.ts';
import { objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { plan as builtPlan } from '#test/builders/plan.ts';
import { circle, ctOf, roiOf, stackOf, structuresOf } from '../phantoms.ts';

const ct = ctOf([6, 6, 4], [3, 3, 4], () => 0);
const body = roiOf(1, 'BODY', 'EXTERNAL', stackOf((z) => circle(70.3, z, 0.1 + 0.2), -6, 6, 0.7)); // biome-ignore format: one line
const organ = roiOf(2, 'Heart', 'ORGAN', stackOf((z) => circle(20, z), -6, 6, 4)); // biome-ignore format: one line
const structures = structuresOf([body, organ]);
// Numbers that no decimal string of 16 characters holds.
const built = builtPlan();
const plan = {
  ...built,
  beams: built.beams.map((beam) => ({
    ...beam,
    meterset: 100 / 3,
    controlPoints: beam.controlPoints.map((point) => ({ ...point, isocenter: [1 / 3, -200 / 7, 0.1 + 0.2] as const })),
  })),
};
const parts: DoseBasisParts = { ct, structures, plan };
const machine = machineByName('GENERIC_6MV');
const calibration = calibrationByName('GENERIC_120KV');
const provenance = {
  ...dose().provenance!,
  machines: [{ name: machine.name, hash: contentHash(machine) }],
  calibration: { name: calibration.name, hash: contentHash(calibration) },
  basis: basisHashes(parts),
};
const known = { machine: () => machine as unknown, calibration: () => calibration as unknown };
const mismatch = (changes: Partial<DoseBasisParts>, records = known) =>
  basisMismatch(dose(1, { provenance }), { ...parts, ...changes }, records);

describe('what a dose was made for', () => {
  it('is known again after plan and structures went through DICOM', () => {
    const reread = {
      plan: readPlan(writePlan(plan, objectContext('RTPLAN'))),
      structures: readStructureSet(writeStructureSet({ ...structures, sopInstanceUid: '' }, objectContext('RTSTRUCT'))),
    };
    expect(reread.plan.beams[0].controlPoints[0].isocenter).not.toEqual(plan.beams[0].controlPoints[0].isocenter);
    expect(mismatch(reread)).toBeUndefined();
  });

  it('does not hang on names, notes and structures that shape no dose', () => {
    const beams = plan.beams.map((beam) => ({ ...beam, name: 'Other', description: 'Weight 2', beamDose: 9 }));
    expect(planHash({ ...plan, beams, label: 'B', sopInstanceUid: '1.2' })).toBe(planHash(plan));
    expect(mismatch({ structures: structuresOf([{ ...body, name: 'Skin', color: [1, 2, 3] }]) })).toBeUndefined();
  });

  const [first, ...others] = plan.beams;
  const moved = (mm: number) => ({
    ...body,
    contours: body.contours.map((one, n) => (n === 3 ? { ...one, points: one.points.map((v) => v + mm) } : one)),
  });
  it.each<[string, Partial<DoseBasisParts>, RegExp]>([
    ['a leaf moved by 0.1 mm', { plan: { ...plan, beams: [{ ...first, controlPoints: first.controlPoints.map((point) => ({ ...point, positions: { ...point.positions, ASYMX: [-50.1, 50] } })) }, ...others] } }, /beams, monitor units/],
    ['0.01 MU more', { plan: { ...plan, beams: [{ ...first, meterset: first.meterset + 0.01 }, ...others] } }, /monitor units/],
    ['a beam less', { plan: { ...plan, beams: others } }, /beams/],
    ['a fraction more', { plan: { ...plan, fractions: plan.fractions + 1 } }, /fractions/],
    ['one contour of BODY moved by 0.01 mm', { structures: structuresOf([moved(0.01), organ]) }, /BODY/],
    ['no BODY', { structures: structuresOf([organ]) }, /BODY/],
    ['another CT', { ct: { ...ct, seriesInstanceUid: '2.25.99' } }, /another planning image/],
    ['a slice less', { ct: { ...ct, dims: [6, 6, 3] } }, /another grid/],
  ])('%s makes the dose stale', (_, changes, reason) => {
    expect(mismatch(changes)).toMatch(reason);
  }); // biome-ignore format: a table

  it('follows machine and calibration by content', () => {
    const other = { ...machine, beam: { ...machine.beam, jawTransmission: 0.02 } };
    expect(mismatch({}, { ...known, machine: () => other })).toMatch(/machine GENERIC_6MV changed/);
    expect(mismatch({}, { ...known, machine: () => undefined })).toMatch(/machine GENERIC_6MV .* not here/);
    expect(mismatch({}, { ...known, calibration: () => ({ ...calibration, points: [] }) })).toMatch(/GENERIC_120KV/);
    expect(mismatch({}, { ...known, calibration: () => undefined })).toBeUndefined();
    expect(contentHash({ b: 1, a: [undefined, 2], c: undefined })).toBe(contentHash({ a: [undefined, 2], b: 1 }));
  });
});
