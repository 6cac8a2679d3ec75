import { describe, expect, it } from 'vitest';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readPlan, writePlan } from '#shared/dicom/plan/rtPlan.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { objectContext } from '#test/builders/context.ts';
import { beam, plan } from '#test/builders/plan.ts';

const at = (one: Beam, isocenter: Vec3): Beam => ({
  ...one,
  controlPoints: one.controlPoints.map((point) => ({ ...point, isocenter })),
});
const marks = { position: [0, 0, 0], description: 'Tattoos: table 94 cm' } as const;
const two = (changes: Partial<Plan> = {}): Plan =>
  plan(1, {
    patientPosition: 'HFS',
    beams: [at(beam(1), [10, -30, 20]), at(beam(2), [10, -30, 20]), at(beam(3), [10, -30, 120])],
    marks,
    ...changes,
  });
const context = objectContext('RTPLAN');
const setupsOf = (bytes: Uint8Array) => readPart10(bytes).dataset.sequence('PatientSetupSequence');
const shifts = (bytes: Uint8Array): (number | undefined)[][] =>
  setupsOf(bytes).map((item) =>
    [
      'PatientSetupNumber',
      'TableTopVerticalSetupDisplacement',
      'TableTopLongitudinalSetupDisplacement',
      'TableTopLateralSetupDisplacement',
    ].map((name) => item.number(name)),
  );
const numbers = (bytes: Uint8Array): (number | undefined)[] =>
  readPart10(bytes)
    .dataset.sequence('BeamSequence')
    .map((item) => item.number('ReferencedPatientSetupNumber'));

describe('set-up marks in a plan', () => {
  const bytes = writePlan(two(), context);

  it('give every isocenter its set-up with the couch shift, and are read back', () => {
    expect(shifts(bytes)).toEqual([
      [1, -30, -20, -10],
      [2, -30, -120, -10],
    ]);
    expect(numbers(bytes)).toEqual([1, 1, 2]);
    expect(setupsOf(bytes)[0].string('SetupTechniqueDescription')).toBe(marks.description);
    expect(readPlan(bytes).marks).toEqual(marks);
  });

  it('beside the plan they came from stay as they were, or follow what moved', () => {
    const read = readPlan(bytes);
    const next = { ...read, sopInstanceUid: context.sopInstanceUid };
    const write = (changed: Plan): Uint8Array => writePlan(changed, context, { predecessor: bytes });
    expect(shifts(write(next))).toEqual(shifts(bytes));
    const moved = { ...next, beams: [read.beams[0], at(read.beams[1], [10, -30, 25]), read.beams[2]] };
    const written = write(moved);
    expect(numbers(written)).toEqual([1, 3, 2]);
    expect(shifts(written)).toEqual([
      [1, -30, -20, -10],
      [2, -30, -120, -10],
      [3, -30, -25, -10],
    ]);
    expect(readPlan(written).marks?.position).toEqual(marks.position);
    // All of one isocenter moved: its set-up follows under its number.
    const both = write({
      ...next,
      beams: [...read.beams.slice(0, 2).map((one) => at(one, [0, -30, 20])), read.beams[2]],
    });
    expect(shifts(both)).toEqual([
      [1, -30, -20, 0],
      [2, -30, -120, -10],
    ]);
    const { marks: _marks, ...without } = next;
    expect(setupsOf(write(without)).every((item) => !item.has('TableTopVerticalSetupDisplacement'))).toBe(true);
  });

  it('leave nothing behind when they are taken away, described or not', () => {
    const plain = writePlan(two({ marks: { position: [0, 0, 0] } }), context);
    const { marks: _marks, ...without } = { ...readPlan(plain), sopInstanceUid: context.sopInstanceUid };
    const written = writePlan(without, context, { predecessor: plain });
    expect(setupsOf(written).every((item) => !item.has('TableTopVerticalSetupDisplacement'))).toBe(true);
    expect(readPlan(written).marks).toBeUndefined();
  });

  it('beams of several isocenters that shared a set-up get their own when marks are set', () => {
    const { marks: _marks, ...bare } = two();
    const shared = writePlan(bare, context);
    expect(numbers(shared)).toEqual([1, 1, 1]);
    const read = readPlan(shared);
    expect(read.marks).toBeUndefined();
    const written = writePlan({ ...read, sopInstanceUid: context.sopInstanceUid, marks }, context, {
      predecessor: shared,
    });
    expect(numbers(written)).toEqual([1, 1, 2]);
    expect(shifts(written)).toEqual([
      [1, -30, -20, -10],
      [2, -30, -120, -10],
    ]);
  });

  it('that contradict each other are none, with a warning', () => {
    const { dataset } = readPart10(bytes);
    const [first, second] = dataset.sequence('PatientSetupSequence');
    const odd = [
      {
        PatientSetupNumber: 1,
        PatientPosition: 'HFS',
        TableTopVerticalSetupDisplacement: -30,
        TableTopLongitudinalSetupDisplacement: -20,
        TableTopLateralSetupDisplacement: -10,
      },
      {
        PatientSetupNumber: 2,
        PatientPosition: 'HFS',
        TableTopVerticalSetupDisplacement: -31,
        TableTopLongitudinalSetupDisplacement: -120,
        TableTopLateralSetupDisplacement: -10,
      },
    ];
    expect([first, second].every((item) => item.has('PatientPosition'))).toBe(true);
    const read = readPlan(
      writePart10({
        SOPClassUID: dataset.string('SOPClassUID'), SOPInstanceUID: '1.2.3', Modality: 'RTPLAN', RTPlanLabel: 'odd', PatientSetupSequence: odd,
        FractionGroupSequence: dataset.sequence('FractionGroupSequence'), BeamSequence: dataset.sequence('BeamSequence'),
      }), // biome-ignore format: an object
    );
    expect(read.marks).toBeUndefined();
    expect(read.warnings.join()).toContain('different marks');
  });
});
