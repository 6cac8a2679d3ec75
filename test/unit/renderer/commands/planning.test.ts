import { beforeEach, describe, expect, it } from 'vitest';
import { setBolus, setTray, setWedge } from '#renderer/commands/planning/accessories.ts';
import { addBeams } from '#renderer/commands/planning/addBeams.ts';
import {
  changeMachine,
  fitBeam,
  renameBeam,
  setFieldSize,
  setJaws,
  setMeterset,
  turnBeam,
  weighBeam,
} from '#renderer/commands/planning/changeBeam.ts';
import { nameBeams, renumberBeam, setDelivery } from '#renderer/commands/planning/beams/identifyBeam.ts';
import { copyBeam } from '#renderer/commands/planning/copyBeam.ts';
import { deleteBeam } from '#renderer/commands/planning/deleteBeam.ts';
import { isocenterInTarget, moveIsocenter } from '#renderer/commands/planning/moveIsocenter.ts';
import { newPlan } from '#renderer/commands/planning/plans/newPlan.ts';
import { prescribe } from '#renderer/commands/planning/plans/prescribe.ts';
import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { jawsOf } from '#renderer/viewports/painters/beams/beamGeometry.ts';
import type { Beam } from '#shared/model/plan.ts';
import {
  documentNow,
  planNow,
  square,
  testBeam,
  testDocument,
  testDose,
  testRoi,
  testStructures,
} from '../document/documentBuilder.ts';

/** A PTV cube of 40 mm around (10, 0, 0) on five slices of 5 mm, and a body. */
const structures = testStructures([
  testRoi(1, 'BODY', { type: 'EXTERNAL', contours: [square(0, 0, 0, 80)] }),
  testRoi(2, 'PTV', { type: 'PTV', contours: [-10, -5, 0, 5, 10].map((z) => square(10, 0, z, 20)) }),
  testRoi(3, 'Empty'),
]);

const beam = (number: number): Beam => {
  const found = planNow().beams.find((candidate) => candidate.number === number);
  if (found === undefined) throw new Error(`no beam ${number}`);
  return found;
};
const edits = (): string[] => useDocument.getState().history.done.map((edit) => edit.name);

beforeEach(() => {
  openDocument(testDocument({ structures, plan: undefined }));
  void newPlan.perform('P1', 2, 60, 30);
  void addBeams.perform([0, 90]);
});

describe('a new plan', () => {
  it('has the prescription, patient position and frame of reference of what it is made on', () => {
    expect(planNow()).toMatchObject({
      label: 'P1', patientPosition: 'HFS', fractions: 30, frameOfReferenceUid: '1.2.9', structureSetUid: '1.2.4', approval: 'UNAPPROVED',
      prescription: { targetRoiNumber: 2, targetName: 'PTV', dose: 60, fractions: 30, normalization: { kind: 'D95', percent: 100 } },
    }); // biome-ignore format: a record
  });

  it('closes the dose of the plan before, and undo brings both back', () => {
    openDocument(testDocument({ structures, dose: testDose() }));
    void newPlan.perform('P2', 2, 60, 30);
    expect(documentNow().dose).toBeUndefined();
    undo();
    expect(planNow().label).toBe('Plan1');
    expect(documentNow().dose).toBeDefined();
    expect(documentNow().doseStale).toBeUndefined();
  });

  it('needs a target with contours', () => {
    expect(() => newPlan.perform('P2', 3, 60, 30)).toThrow('has no contours');
  });
});

describe('beams', () => {
  it('are put in the target’s centre and shaped to it with the margin', () => {
    expect(beam(1).controlPoints[0].isocenter.map((mm) => Math.round(mm))).toEqual([10, 0, 0]);
    // The front face, 20 mm nearer to the source, is magnified by 1000/980; 6 mm of margin.
    const [x1, x2, y1, y2] = jawsOf(beam(1).controlPoints[0]) ?? [0, 0, 0, 0];
    expect(x2).toBeCloseTo((20 * 1000) / 980 + 6, 0);
    expect(x1).toBeCloseTo(-x2, 1);
    // Five slabs of 5 mm reach 12.5 mm up and down.
    expect(y2).toBeCloseTo((12.5 * 1000) / 980 + 6, 0);
    expect(y1).toBeCloseTo(-y2, 1);
    expect(beamNote(beam(1))).toEqual({ weight: 1, margin: 6 });
    expect(edits()).toEqual(['New plan P1', 'Add 2 beams']);
  });

  it('get names by angle that are never used twice', () => {
    expect(planNow().beams.map(({ name }) => name)).toEqual(['G000', 'G090']);
    void addBeams.perform([90]);
    expect(beam(3).name).toBe('G090_2');
  });

  it('turned, their fitted aperture follows; set by hand it stays', () => {
    const before = jawsOf(beam(1).controlPoints[0]);
    void turnBeam.perform(1, { collimator: 45 });
    expect(beam(1).controlPoints.map((point) => point.collimator)).toEqual([45, 45]);
    expect(jawsOf(beam(1).controlPoints[0])).not.toEqual(before);
    void setJaws.perform(1, [-11, 22, -33, 44]);
    expect(beamNote(beam(1)).margin).toBeUndefined();
    void turnBeam.perform(1, { gantry: 10 });
    expect(jawsOf(beam(1).controlPoints[0])).toEqual([-11, 22, -33, 44]);
    expect(beam(1).controlPoints.map((point) => point.gantry)).toEqual([10, 10]);
    void fitBeam.perform(1, 8);
    expect(beamNote(beam(1)).margin).toBe(8);
    expect(jawsOf(beam(1).controlPoints[0])).not.toEqual([-11, 22, -33, 44]);
  });

  it.each([
    ['jaws beyond the machine', () => setJaws.perform(1, [-201, 0, -10, 10]), 'X1 -201 mm is outside -200…100 mm of GENERIC_6MV'],
    ['crossed jaws', () => setJaws.perform(1, [10, -10, -10, 10]), 'X1 (10 mm) must be below X2 (-10 mm)'],
    ['an angle beyond the machine', () => turnBeam.perform(1, { gantry: 361 }), '361° is outside'],
    ['an angle beyond the machine, aperture by hand', () => { void setJaws.perform(1, [-5, 5, -5, 5]); return turnBeam.perform(1, { couch: -1 }); }, '-1° is outside'],
    ['a machine nobody knows', () => changeMachine.perform(1, 'LINAC9'), 'no machine named "LINAC9"'],
    ['a negative weight', () => weighBeam.perform(1, -1), 'a weight is 0 or more'],
    ['monitor units beyond the machine', () => setMeterset.perform(1, 20_000), '20000 MU is outside 1…9999 MU'],
    ['a name that another beam has', () => renameBeam.perform(1, 'G090'), 'another beam is called G090'],
    ['a number that another beam has', () => renumberBeam.perform(1, 2), '2 is the number of beam G090'],
    ['a field without width', () => setFieldSize.perform(1, 'X', 0), 'it must be above 0'],
    ['an empty name', () => renameBeam.perform(1, ' '), '1–64 characters'],
  ])('refuse %s and stay as they are', (_what, act, reason) => {
    const before = beam(2);
    expect(act).toThrow(reason);
    expect(beam(2)).toBe(before);
    expect(edits().filter((name) => name.includes('G000') && !name.startsWith('Set jaws'))).toEqual([]);
  }); // biome-ignore format: a table

  it('take a number, names by their angles, a field size about its middle, and become set-up beams', () => {
    void setJaws.perform(1, [-10, 30, -20, 20]);
    void setFieldSize.perform(1, 'X', 60);
    expect(jawsOf(beam(1).controlPoints[0])).toEqual([-20, 40, -20, 20]);
    void turnBeam.perform(1, { gantry: 20 });
    void nameBeams.perform();
    expect(planNow().beams.map(({ name }) => name)).toEqual(['G020', 'G090']);
    void renumberBeam.perform(2, 7);
    expect(planNow().beams.map(({ number }) => number)).toEqual([1, 7]);
    void setDelivery.perform(7, 'SETUP');
    expect(beam(7)).toMatchObject({ deliveryType: 'SETUP' });
    undo();
    expect(beam(7)).toMatchObject({ deliveryType: 'TREATMENT' });
  });

  it('given monitor units by hand end the normalisation and leave the others theirs; one undo takes back both', () => {
    const beams = planNow().beams.map((one) => ({ ...one, meterset: 100, beamDose: 1 }));
    openDocument(testDocument({ structures, plan: { ...planNow(), beams } }));
    void setMeterset.perform(1, 130.5);
    expect(planNow().prescription?.normalization.kind).toBe('None');
    expect(planNow().beams.map(({ meterset }) => meterset)).toEqual([130.5, 100]);
    undo();
    expect(planNow().prescription?.normalization.kind).toBe('D95');
    expect(beam(1).meterset).toBe(100);
  });

  it('opposed with an aperture by hand, let the same part of the patient through', () => {
    void setJaws.perform(1, [-10, 30, -20, 25]);
    void copyBeam.perform(1, true);
    expect(jawsOf(beam(3).controlPoints[0])).toEqual([-30, 10, -20, 25]);
    const leaves = (one: Beam): readonly number[] => one.controlPoints[0].positions.MLCX ?? [];
    expect(leaves(beam(3)).map((at) => -at)).toEqual([...leaves(beam(1)).slice(60), ...leaves(beam(1)).slice(0, 60)]);
  });

  it('opposed, look back: gantry + 180°, collimator mirrored, aperture fitted from that side', () => {
    void turnBeam.perform(2, { collimator: 30 });
    void copyBeam.perform(2, true);
    expect(beam(3)).toMatchObject({ name: 'G270', machine: 'GENERIC_6MV' });
    expect(beam(3).controlPoints[0]).toMatchObject({ gantry: 270, collimator: 330, couch: 0 });
  });

  it('are copied with everything but number, name and monitor units', () => {
    void copyBeam.perform(1, false);
    expect(beam(3).name).toBe('G000_2');
    expect(beam(3).controlPoints).toEqual(beam(1).controlPoints);
  });

  it('can be deleted and brought back', () => {
    const before = planNow().beams;
    void deleteBeam.perform(1);
    expect(planNow().beams.map(({ number }) => number)).toEqual([2]);
    undo();
    expect(planNow().beams).toBe(before);
  });

  it('move with the isocenter to a tenth of a millimetre, all of them', () => {
    void moveIsocenter.perform([1.234, -5.678, 3.05]);
    for (const { controlPoints } of planNow().beams)
      for (const point of controlPoints) expect(point.isocenter).toEqual([1.2, -5.7, 3.1]);
    void moveIsocenter.perform(isocenterInTarget());
    expect(beam(2).controlPoints[0].isocenter).toEqual([10, 0, 0]);
  });
});

describe('accessories', () => {
  const carried = {
    wedges: [{ number: 1, type: 'STANDARD', id: 'W99', angle: 30, orientation: 90 }],
    boluses: [{ roiNumber: 4, id: 'Bolus5' }],
    totalBlockTrayFactor: 0.9,
  };
  const fit = (): void => {
    const beams = planNow().beams.map((one) => ({
      ...one,
      ...carried,
      controlPoints: one.controlPoints.map((point) => ({ ...point, wedgePositions: { 1: 'IN' as const } })),
    }));
    openDocument(testDocument({ structures, plan: { ...planNow(), beams } }));
  };

  it('are kept when the aperture is fitted anew, and by the beam from the other side', () => {
    fit();
    void turnBeam.perform(1, { gantry: 30 });
    void fitBeam.perform(1, 8);
    expect(beam(1)).toMatchObject(carried);
    expect(beam(1).controlPoints.map((point) => point.wedgePositions)).toEqual([{ 1: 'IN' }, { 1: 'IN' }]);
    void copyBeam.perform(1, true);
    expect(beam(3)).toMatchObject({ ...carried, wedges: [{ ...carried.wedges[0], orientation: 270 }] });
    expect(beam(3).controlPoints[0].wedgePositions).toEqual({ 1: 'IN' });
  });

  it('of one machine are not taken to another that lacks them', () => {
    fit();
    expect(() => changeMachine.perform(1, 'REF_6MV_POINT')).toThrow('has no tray that lets 0.9 through');
    void setTray.perform(1, undefined);
    expect(() => changeMachine.perform(1, 'REF_6MV_POINT')).toThrow('has no wedge W99');
    void setWedge.perform(1, undefined);
    void changeMachine.perform(1, 'REF_6MV_POINT');
    expect(beam(1)).toMatchObject({ machine: 'REF_6MV_POINT', boluses: carried.boluses });
    expect(beam(1).wedges ?? beam(1).totalBlockTrayFactor).toBeUndefined();
  });

  it('can be laid on, taken off and got back; only what is a bolus is', () => {
    const withBolus = testStructures([...structures.rois, testRoi(4, 'Bolus5', { type: 'BOLUS' })]);
    openDocument(testDocument({ structures: withBolus, plan: planNow() }));
    void setBolus.perform(1, 4, true);
    expect(beam(1).boluses).toEqual([{ roiNumber: 4, id: 'Bolus5' }]);
    void setBolus.perform(1, 4, false);
    expect(beam(1).boluses).toBeUndefined();
    undo();
    expect(beam(1).boluses).toHaveLength(1);
    expect(() => setBolus.perform(1, 2, true)).toThrow('no structure of type BOLUS');
  });
});

describe('a beam that moves while it irradiates', () => {
  const arc = (): Beam => {
    const [first, last] = testBeam(1, 181).controlPoints;
    return {
      ...testBeam(1, 181),
      type: 'DYNAMIC',
      controlPoints: [
        { ...first, gantryDirection: 'CW' },
        { ...last, gantry: 179 },
      ],
    };
  };

  it.each<[string, () => unknown]>([
    ['turned', () => turnBeam.perform(1, { couch: 10 })],
    ['moved', () => moveIsocenter.perform([1, 2, 3])],
    ['fitted', () => fitBeam.perform(1, 6)],
    ['given jaws by hand', () => setJaws.perform(1, [-10, 10, -10, 10])],
    ['opposed', () => copyBeam.perform(1, true)],
  ])('is not %s: that would make a static beam of it', (_, edit) => {
    openDocument(testDocument({ structures, plan: { ...planNow(), beams: [arc()] } }));
    expect(edit).toThrow('moves while it irradiates');
    expect(beam(1)).toEqual(arc());
  });

  it('is no beam whose control points differ in weight alone', () => {
    void turnBeam.perform(1, { gantry: 45 });
    expect(beam(1).controlPoints.map(({ gantry }) => gantry)).toEqual([45, 45]);
  });
});

describe('a beam from elsewhere', () => {
  it('loses its source–surface distance when it is moved', () => {
    const foreign = testBeam(1, 0);
    const controlPoints = foreign.controlPoints.map((point) => ({ ...point, sourceToSurface: 931 }));
    openDocument(testDocument({ structures, plan: { ...planNow(), beams: [{ ...foreign, controlPoints }] } }));
    void moveIsocenter.perform([0, 50, 0]);
    expect(beam(1).controlPoints.map(({ isocenter, sourceToSurface }) => [isocenter, sourceToSurface])).toEqual([
      [[0, 50, 0], undefined],
      [[0, 50, 0], undefined],
    ]);
  });
});

describe('monitor units', () => {
  const withDose = (): void => {
    const computed = { ...planNow(), beams: planNow().beams.map((one) => ({ ...one, meterset: 100, beamDose: 1 })) };
    const basis = { primary: documentNow().primary, structures: documentNow().structures, plan: computed };
    openDocument(testDocument({ structures, plan: computed, dose: testDose(), doseBasis: basis }));
  };

  it.each([
    ['turning one beam', () => turnBeam.perform(1, { gantry: 5 }), 'beam G000 was changed'],
    ['weighing one beam', () => weighBeam.perform(2, 2), 'beam G090 was changed'],
    ['moving the isocenter', () => moveIsocenter.perform([0, 0, 0]), 'beam G000 was changed'],
    [
      'another prescription',
      () => prescribe.perform({ ...(planNow().prescription ?? never()), dose: 50 }),
      'the prescription was changed',
    ],
  ])('are taken from all beams by %s, and the dose is stale', (_what, act, reason) => {
    withDose();
    void act();
    expect(planNow().beams.map(({ meterset }) => meterset)).toEqual([undefined, undefined]);
    expect(documentNow().doseStale).toBe(reason);
    undo();
    expect(planNow().beams.map(({ meterset }) => meterset)).toEqual([100, 100]);
    expect(documentNow().doseStale).toBeUndefined();
  });

  it('survive a rename, which does not touch the dose', () => {
    withDose();
    void renameBeam.perform(1, 'AP');
    expect(beam(1)).toMatchObject({ name: 'AP', meterset: 100 });
    expect(documentNow().doseStale).toBeUndefined();
  });

  it('turned there and back by hand, the plan has its beams but no units: the dose stays stale', () => {
    withDose();
    void turnBeam.perform(1, { gantry: 5 });
    void turnBeam.perform(1, { gantry: 0 });
    expect(documentNow().doseStale).toBe('the monitor units were changed');
  });

  it('are entered by hand where the plan is not normalised, within the machine’s limit', () => {
    void prescribe.perform({ ...(planNow().prescription ?? never()), normalization: { kind: 'None', percent: 100 } });
    void setMeterset.perform(1, 123.4);
    expect(beam(1).meterset).toBe(123.4);
    void weighBeam.perform(2, 2);
    expect(beam(1).meterset).toBe(123.4);
    expect(() => setMeterset.perform(1, 1e6)).toThrow('MU');
  });
});

describe('the prescription', () => {
  it.each([
    [{ dose: 0 }, 'above 0 Gy'],
    [{ fractions: 0 }, 'at least one whole fraction'],
    [{ fractions: 2.5 }, 'at least one whole fraction'],
  ])('refuses %j', (part, reason) => {
    expect(() => prescribe.perform({ ...(planNow().prescription ?? never()), ...part })).toThrow(reason);
  });

  it('sets the plan’s fractions with its own', () => {
    void prescribe.perform({ ...(planNow().prescription ?? never()), fractions: 5 });
    expect(planNow().fractions).toBe(5);
  });
});

describe('the note of a beam', () => {
  it.each([{ weight: 1, margin: 6 }, { weight: 0.25 }, { weight: 2.5, margin: -3 }, { weight: 0, margin: 0 }])(
    '%j goes there and back',
    (note) => {
      expect(beamNote(withNote(testBeam(1, 0), note))).toEqual(note);
    },
  );

  it('of a beam from elsewhere is weight 1 and an aperture to keep', () => {
    expect(beamNote({ ...testBeam(1, 0), description: 'AP boost' })).toEqual({ weight: 1 });
    expect(beamNote(testBeam(1, 0))).toEqual({ weight: 1 });
  });
});

function never(): never {
  throw new Error('no prescription');
}
