import { describe, expect, it } from 'vitest';
import { type Carriage, carryBeam, rotationAngle } from '#shared/dosimetry/plan/arrange/carryBeam.ts';
import { carryPlan, type CarryOptions } from '#shared/dosimetry/plan/arrange/carryPlan.ts';
import { IDENTITY, type Mat4, rigidFromParameters, transformPoint, transformVector } from '#shared/geometry/affine.ts';
import { bldFromPatient, iecFromPatient, sourcePosition } from '#shared/geometry/iec.ts';
import { length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { beam as builtBeam, plan as builtPlan } from '#test/builders/plan.ts';
import { structureSet } from '#test/builders/structureSet.ts';

const iec = (position: string): Mat4 => iecFromPatient(position) ?? IDENTITY;
const carriage = (toNew: Mat4, changes: Partial<Carriage> = {}): Carriage => ({
  toNew,
  iecFromOld: iec('HFS'),
  iecFromNew: iec('HFS'),
  angles: 'adapt',
  ...changes,
});
const beamAt = (gantry: number, collimator = 0, couch = 0, points = 2): Beam => {
  const beam = builtBeam(1, 1, points);
  return {
    ...beam,
    meterset: 100,
    beamDose: 1,
    controlPoints: beam.controlPoints.map((point, n) => ({
      ...point,
      gantry: (gantry + (points > 2 ? 10 * n : 0)) % 360,
      collimator,
      couch,
      isocenter: [10, -20, 30] as const,
      sourceToSurface: 900,
    })),
  };
};

/** How far the point of the patient that lies at x, y in the field before lies from x, y after, mm at the isocenter plane. */
function displacement(before: Beam, after: Beam, { toNew, iecFromOld, iecFromNew }: Carriage, n = 0): number {
  const [old, now] = [before.controlPoints[n], after.controlPoints[n]];
  const inverse = bldFromPatient(old, old.isocenter, iecFromOld);
  const back = (p: Vec3): Vec3 =>
    [0, 1, 2].map((axis) => old.isocenter[axis] + p[0] * inverse[axis] + p[1] * inverse[4 + axis]) as unknown as Vec3;
  const there = transformPoint(toNew, back([50, 30, 0]));
  return length(subtract(transformPoint(bldFromPatient(now, now.isocenter, iecFromNew), there), [50, 30, 0]));
}
const about = (axis: 0 | 1 | 2, degrees: number): Mat4 =>
  rigidFromParameters([axis === 0 ? degrees : 0, axis === 1 ? degrees : 0, axis === 2 ? degrees : 0], [5.04, -3, 12]);

describe('a beam on another image', () => {
  it.each([0, 35, 90, 200, 270])('gantry %d°: a roll of the patient is a turn of the gantry, and nothing is left over', (gantry) => {
    const how = carriage(about(2, 7));
    const before = beamAt(gantry, 15);
    const { beam, axisError, turnError } = carryBeam(before, how);
    expect(axisError).toBeLessThan(0.06);
    expect(turnError).toBeLessThan(0.06);
    expect(displacement(before, beam, how)).toBeLessThan(0.2);
    expect(Math.abs(beam.controlPoints[0].gantry - gantry)).toBeCloseTo(7, 1);
    expect(beam.controlPoints[0].isocenter).toEqual(transformPoint(how.toNew, [10, -20, 30]).map((v) => Math.round(v * 10) / 10)); // biome-ignore format: one line
  }); // biome-ignore format: a table

  it('what gantry and collimator cannot follow is told in degrees: a pitch tilts the axis of an anterior beam', () => {
    const how = carriage(about(0, 4));
    const anterior = carryBeam(beamAt(0), how);
    expect(anterior.axisError).toBeCloseTo(4, 1);
    expect(anterior.turnError).toBeLessThan(0.06);
    // Seen from the side the same pitch is a turn of the collimator.
    const lateral = carryBeam(beamAt(90), how);
    expect(lateral.axisError).toBeLessThan(0.06);
    expect(lateral.turnError).toBeLessThan(0.06);
    expect(displacement(beamAt(90), lateral.beam, how)).toBeLessThan(0.2);
  });

  it('kept angles leave the whole rotation as an error', () => {
    const how = carriage(about(2, 7), { angles: 'keep' });
    const { beam, axisError } = carryBeam(beamAt(90), how);
    expect(beam.controlPoints[0]).toMatchObject({ gantry: 90, collimator: 0 });
    expect(axisError).toBeCloseTo(7, 6);
    expect(carryBeam(beamAt(40, 5, 10), carriage(IDENTITY, { angles: 'keep' }))).toMatchObject({ axisError: 0 });
  });

  it.each(['FFS', 'HFP', 'FFP', 'HFDL'])('a patient who lies %s is treated from the same side', (position) => {
    const how = carriage(IDENTITY, { iecFromNew: iec(position) });
    const before = beamAt(50, 20);
    const { beam, axisError, turnError } = carryBeam(before, how);
    expect(axisError + turnError).toBeLessThan(0.01);
    expect(displacement(before, beam, how)).toBeLessThan(0.1);
    const [a, b] = [before, beam].map(({ controlPoints: [point] }) => point);
    const source = transformVector(IDENTITY, sourcePosition(a, a.isocenter, 1000, iec('HFS')));
    expect(length(subtract(source, sourcePosition(b, b.isocenter, 1000, iec(position))))).toBeLessThan(0.1);
  });

  it('an arc turns as a whole', () => {
    const how = carriage(about(2, -12));
    const before = beamAt(20, 10, 0, 6);
    const { beam, axisError } = carryBeam(before, how);
    expect(axisError).toBeLessThan(0.06);
    const turns = beam.controlPoints.map(({ gantry }, n) => Math.round((gantry - before.controlPoints[n].gantry + 360) % 360)); // biome-ignore format: one line
    expect(new Set(turns).size).toBe(1);
    for (const n of before.controlPoints.keys()) expect(displacement(before, beam, how, n)).toBeLessThan(0.2);
  });

  it('loses units, dose and distances to the skin', () => {
    const { beam } = carryBeam(beamAt(0), carriage(IDENTITY));
    expect(beam).not.toHaveProperty('meterset');
    expect(beam).not.toHaveProperty('beamDose');
    expect(beam.controlPoints[0]).not.toHaveProperty('sourceToSurface');
  });
});

it('the rotation of a registration is one angle', () => {
  expect(rotationAngle(IDENTITY)).toBe(0);
  expect(rotationAngle(about(1, 33))).toBeCloseTo(33, 9);
  expect(rotationAngle(about(0, -179))).toBeCloseTo(179, 6);
});

describe('a plan on another image', () => {
  const set = structureSet();
  const target: Roi = { ...set.rois[0], number: 31, name: 'PTV_new' };
  const bolus: Roi = { ...set.rois[0], number: 40, name: 'Bolus5', type: 'BOLUS' };
  const structures = { ...set, rois: [target, bolus] };
  const source: Plan = {
    ...builtPlan(1, { patientPosition: 'HFS', approval: 'APPROVED', omitted: undefined, predecessorUids: ['1.2'] }),
    description: 'First course',
    beams: [
      { ...beamAt(0), number: 1, name: 'A', boluses: [{ roiNumber: 7, id: 'Bolus5' }] },
      { ...beamAt(90), number: 2, name: 'B', boluses: [{ roiNumber: 8, id: 'gone' }] },
    ],
  };
  const options: CarryOptions = { toNew: about(0, 3), angles: 'adapt', patientPosition: 'HFS', structures, target, sopInstanceUid: '9.9', label: 'New', way: 'registration R' }; // biome-ignore format: one line

  it('is a new draft bound to the new structure set, which says where it comes from and what is not as it was', () => {
    const { plan, remarks } = carryPlan(source, options);
    expect(plan).toMatchObject({
      sopInstanceUid: '9.9', label: 'New', approval: 'UNAPPROVED', structureSetUid: set.sopInstanceUid, frameOfReferenceUid: set.frameOfReferenceUid,
      prescription: { targetRoiNumber: 31, targetName: 'PTV_new', dose: source.prescription?.dose },
    }); // biome-ignore format: a record
    expect(plan.predecessorUids).toBeUndefined();
    expect(plan.description).toBe(
      `Copied from plan ${source.label} (${source.sopInstanceUid}) through registration R, rotation 3.0°, angles adapted. First course`,
    );
    expect(plan.beams.map(({ boluses }) => boluses)).toEqual([[{ roiNumber: 40, id: 'Bolus5' }], undefined]);
    expect(remarks).toEqual([
      expect.stringMatching(/^A: its axis runs 3.0° off/),
      expect.stringMatching(/^B: its bolus stays behind/),
      expect.stringMatching(/^The target is PTV_new/),
      expect.stringMatching(/^Apertures are those of before/),
    ]);
  });

  it('is refused for ion plans, plans not read whole, ways that are not rigid and unknown positions', () => {
    expect(() => carryPlan({ ...source, ion: true }, options)).toThrow('ion plans');
    expect(() => carryPlan({ ...source, omitted: ['a device'] }, options)).toThrow('would lack a device');
    expect(() => carryPlan(source, { ...options, toNew: [1.1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] })).toThrow(
      'rigid',
    );
    expect(() => carryPlan(source, { ...options, patientPosition: 'SITTING' })).toThrow('SITTING');
  });
});
