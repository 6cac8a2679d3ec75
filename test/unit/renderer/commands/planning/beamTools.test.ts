import { beforeEach, describe, expect, it } from 'vitest';
import { addBeams } from '#renderer/commands/planning/addBeams.ts';
import { splitField } from '#renderer/commands/planning/beams/fieldInField.ts';
import { makeArc } from '#renderer/commands/planning/beams/makeArc.ts';
import { mirrorBeam, rotateCopies } from '#renderer/commands/planning/beams/multiplyBeam.ts';
import { pairWedges } from '#renderer/commands/planning/beams/pairWedges.ts';
import { setJaws, turnBeam } from '#renderer/commands/planning/changeBeam.ts';
import { moveIsocenter } from '#renderer/commands/planning/moveIsocenter.ts';
import { newPlan } from '#renderer/commands/planning/plans/newPlan.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { jawsOf } from '#renderer/viewports/painters/beams/beamGeometry.ts';
import { invertRigid, transformPoint } from '#shared/geometry/affine.ts';
import { bldFromPatient, iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { square, testDocument, testDose, testRoi, testStructures } from '../../document/documentBuilder.ts';

const structures = testStructures([
  testRoi(1, 'BODY', { type: 'EXTERNAL', contours: [square(0, 0, 0, 80)] }),
  testRoi(2, 'PTV', { type: 'PTV', contours: [-10, -5, 0, 5, 10].map((z) => square(10, 0, z, 20)) }),
]);
const plan = (): Plan => {
  const open = useDocument.getState().document?.plan;
  if (open === undefined) throw new Error('no plan');
  return open;
};
const beam = (number: number): Beam => {
  const found = plan().beams.find((candidate) => candidate.number === number);
  if (found === undefined) throw new Error(`no beam ${number}`);
  return found;
};
const reopen = (changes: Partial<ClinicalDocument>): void =>
  openDocument(testDocument({ structures, plan: plan(), ...changes }));

beforeEach(() => {
  openDocument(testDocument({ structures, plan: undefined }));
  void newPlan.perform('P1', 2, 60, 30);
  void addBeams.perform([50]);
});

describe('mirrored left to right', () => {
  // A point of the first beam's field, mirrored in the patient, must be where the mirrored field lets through.
  it.each(['HFS', 'HFP', 'FFS', 'FFP', 'HFDR', 'FFDL'])('a beam sees the mirrored patient (%s)', (patientPosition) => {
    void setJaws.perform(1, [-10, 30, -20, 25]);
    void turnBeam.perform(1, { collimator: 30, couch: 20 });
    reopen({ plan: { ...plan(), patientPosition } });
    void mirrorBeam.perform(1);
    expect(jawsOf(beam(2).controlPoints[0])).toEqual([-30, 10, -20, 25]);
    const iec = iecFromPatient(patientPosition);
    const [one, other] = [beam(1).controlPoints[0], beam(2).controlPoints[0]];
    const [x, y, z] = transformPoint(invertRigid(bldFromPatient(one, one.isocenter, iec)), [28, -17, 400]);
    const seen = transformPoint(bldFromPatient(other, other.isocenter, iec), [2 * one.isocenter[0] - x, y, z]);
    [-28, -17, 400].forEach((value, axis) => expect(seen[axis]).toBeCloseTo(value, 6));
  });
});

it('copies stand evenly round the patient, named after their angles, each fitted from its side', () => {
  void rotateCopies.perform(1, 5);
  expect(plan().beams.map(({ name }) => name)).toEqual(['G050', 'G122', 'G194', 'G266', 'G338']);
  expect(new Set(plan().beams.map(({ number }) => number)).size).toBe(5);
  undo();
  expect(plan().beams).toHaveLength(1);
  expect(() => rotateCopies.perform(1, 1)).toThrow('from 2 to 36');
});

describe('a field in field', () => {
  it('shares the weight with a subfield whose aperture is its own, and shields what is too hot', () => {
    const dose = testDose();
    // 10 voxels of 10 × 10 × 5 mm³ at (20, y, 0): seen from the left half of the field at gantry 0.
    for (let y = 6; y < 15; y++) dose.data[12 + 21 * (y + 21 * 5)] = 66;
    void turnBeam.perform(1, { gantry: 0 });
    reopen({ dose });
    void splitField.perform(1, 0.1, 107);
    expect(beamNote(beam(1))).toEqual({ weight: 0.9, margin: 6 });
    expect(beamNote(beam(2))).toEqual({ weight: 0.1 });
    expect(beam(2)).toMatchObject({ name: 'G050_SF', machine: 'GENERIC_6MV' });
    const leaves = (one: Beam): readonly number[] => one.controlPoints[0].positions.MLCX ?? [];
    const changed = leaves(beam(2)).flatMap((at, n) => (at === leaves(beam(1))[n] ? [] : [[n, at]]));
    // Pairs 29 and 30 lie at y −5…0 and 0…5 of the isocenter plane: the right leaves go over x 10 (from the isocenter) less 2 mm.
    expect(changed.map(([n]) => n)).toEqual([89, 90]);
    for (const [, at] of changed) expect(at).toBeCloseTo((10 * 1000) / 1050 - 2, 0);
    undo();
    expect(plan().beams).toHaveLength(1);
  });

  it('is refused without a dose that belongs to the plan, or where nothing is hot', () => {
    expect(() => splitField.perform(1, 0.1, 107)).toThrow('there is no dose');
    reopen({ dose: testDose() });
    expect(() => splitField.perform(1, 0.1, 107)).toThrow('nowhere above 107 % (64.20 Gy)');
    expect(() => splitField.perform(1, 1)).toThrow('less than all of the weight');
  });
});

it('a wedge pair has the nearest wedges with heels together', () => {
  void addBeams.perform([150]);
  void pairWedges.perform(1, 2);
  expect(beam(1).wedges?.[0]).toMatchObject({ id: 'W45', orientation: 90 });
  expect(beam(2).wedges?.[0]).toMatchObject({ id: 'W45', orientation: 270 });
  void addBeams.perform([50]);
  expect(() => pairWedges.perform(1, 3)).toThrow('the axes stand at 0°');
});

describe('a conformal arc', () => {
  const span = { start: 300, stop: 60, direction: 'CW', spacing: 20 } as const;

  it('is fitted at every control point, follows the isocenter and the collimator, and becomes a single beam again', () => {
    void makeArc.perform(1, span);
    expect(beam(1)).toMatchObject({ type: 'DYNAMIC', name: 'G300-G060' });
    expect(beam(1).controlPoints).toHaveLength(7);
    const first = beam(1).controlPoints.map(({ positions }) => positions.ASYMX?.[1] ?? 0);
    expect(new Set(first).size).toBeGreaterThan(2);
    void moveIsocenter.perform([5, 0, 0]);
    expect(beam(1).controlPoints[3]).toMatchObject({ gantry: 0, isocenter: [5, 0, 0] });
    // At gantry 0 the target 5 mm to the left of the isocenter lies 5 mm towards X2.
    expect((beam(1).controlPoints[3].positions.ASYMX?.[1] ?? 0) - first[3]).toBeCloseTo(5.1, 0);
    void turnBeam.perform(1, { collimator: 20 });
    expect(beam(1).controlPoints.every(({ collimator }) => collimator === 20)).toBe(true);
    void turnBeam.perform(1, { gantry: 310 });
    expect(beam(1).controlPoints.at(-1)?.gantry).toBe(70);
    void makeArc.perform(1, undefined);
    expect(beam(1)).toMatchObject({ type: 'STATIC', name: 'G310' });
  });

  it('past the gantry’s stop is refused', () => {
    expect(() => makeArc.perform(1, { ...span, start: 170, stop: 190 })).toThrow('cannot pass 180°');
    expect(beam(1).type).toBe('STATIC');
  });
});
