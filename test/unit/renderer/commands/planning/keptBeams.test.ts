import { beforeEach, describe, expect, it } from 'vitest';
import { setBolus, setWedge } from '#renderer/commands/planning/accessories.ts';
import { addBeams } from '#renderer/commands/planning/addBeams.ts';
import { keptReason, stillReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { splitField } from '#renderer/commands/planning/beams/fieldInField.ts';
import { makeArc } from '#renderer/commands/planning/beams/makeArc.ts';
import { rotateCopies } from '#renderer/commands/planning/beams/multiplyBeam.ts';
import { changeMachine, fitBeam, setJaws, turnBeam } from '#renderer/commands/planning/changeBeam.ts';
import { copyBeam } from '#renderer/commands/planning/copyBeam.ts';
import { fitBeams } from '#renderer/commands/planning/fitBeams.ts';
import { moveIsocenter } from '#renderer/commands/planning/moveIsocenter.ts';
import { newPlan } from '#renderer/commands/planning/plans/newPlan.ts';
import { prescribe } from '#renderer/commands/planning/plans/prescribe.ts';
import { openDocument } from '#renderer/document/store.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { normalizedMetersets } from '#shared/dosimetry/plan/normalization.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { weightsOf } from '#renderer/commands/planning/doseRequest.ts';
import type { Beam } from '#shared/model/plan.ts';
import {
  documentNow,
  planNow,
  square,
  testDocument,
  testDose,
  testRoi,
  testStructures,
} from '../../document/documentBuilder.ts';

const structures = testStructures([
  testRoi(1, 'BODY', { type: 'EXTERNAL', contours: [square(0, 0, 0, 80)] }),
  testRoi(2, 'PTV', { type: 'PTV', contours: [-10, -5, 0, 5, 10].map((z) => square(10, 0, z, 20)) }),
]);
const shifted = (values: readonly number[] | undefined, by: number): number[] => (values ?? []).map((at) => at + by);

/** The beam with the second of two segments elsewhere, as step and shoot has it; fitted to nothing. */
function modulated({ description: _fitted, ...beam }: Beam): Beam {
  const [first] = beam.controlPoints;
  const other = { ...first, positions: { ...first.positions, MLCX: shifted(first.positions.MLCX, 3) } };
  const points = [
    { ...first, metersetWeight: 0 },
    { ...first, metersetWeight: 0.6 },
    { ...other, metersetWeight: 0.6 },
    { ...other, metersetWeight: 1 },
  ];
  return { ...beam, controlPoints: points };
}

/** An arc in which they move at every control point, evenly spaced as a fitted one. */
function arc({ description: _fitted, ...beam }: Beam): Beam {
  const [first] = beam.controlPoints;
  const points = [0, 1, 2, 3].map((n) => ({
    ...first,
    gantry: 20 + 10 * n,
    gantryDirection: n === 3 ? ('NONE' as const) : ('CW' as const),
    metersetWeight: n / 3,
    positions: { ...first.positions, MLCX: shifted(first.positions.MLCX, n) },
  }));
  return { ...beam, type: 'DYNAMIC', controlPoints: points };
}

beforeEach(() => {
  openDocument(testDocument({ structures, plan: undefined }));
  void newPlan.perform('P1', 2, 60, 30);
  void addBeams.perform([20, 110]);
});

const MADE = [
  ['step and shoot', modulated],
  ['an arc of VMAT', arc],
] as const;

describe.each(MADE)('%s', (_, make) => {
  beforeEach(() => {
    const [one, other] = planNow().beams;
    openDocument(testDocument({ structures, plan: { ...planNow(), beams: [make(one), other] } }));
  });

  it.each<[string, () => unknown]>([
    ['turned', () => turnBeam.perform(1, { couch: 10 })],
    ['moved', () => moveIsocenter.perform([1, 2, 3])],
    ['fitted', () => fitBeam.perform(1, 6)],
    ['made an arc', () => makeArc.perform(1, { start: 20, stop: 50, direction: 'CW', spacing: 10 })],
    ['made one direction', () => makeArc.perform(1, undefined)],
    ['given jaws by hand', () => setJaws.perform(1, [-10, 10, -10, 10])],
    ['put on another machine', () => changeMachine.perform(1, 'GENERIC_10MV')],
    ['given a wedge', () => setWedge.perform(1, { id: 'W15', orientation: 0 })],
    ['opposed', () => copyBeam.perform(1, true)],
    ['put round the patient', () => rotateCopies.perform(1, 3)],
    ['split', () => splitField.perform(1, 0.1)],
  ])('is not %s', (_what, edit) => {
    const before = planNow();
    expect(edit).toThrow('modulated (IMRT, VMAT)');
    expect(planNow()).toBe(before);
  });

  it('is left as it is where all beams are fitted, and may have a bolus', () => {
    const [before] = planNow().beams;
    void fitBeams.perform('all', { margin: 12 });
    expect(planNow().beams[0]).toBe(before);
    expect(beamNote(planNow().beams[1]).margin).toBe(12);
    openDocument(
      testDocument({
        structures: testStructures([...structures.rois, testRoi(4, 'B', { type: 'BOLUS' })]),
        plan: planNow(),
      }),
    );
    void setBolus.perform(1, 4, true);
    expect(planNow().beams[0].boluses).toHaveLength(1);
  });
});

it('an arc that is fitted to the target can be made anew, and is made for no wedge', () => {
  void makeArc.perform(1, { start: 20, stop: 50, direction: 'CW', spacing: 10 });
  const [fitted] = planNow().beams;
  expect([keptReason(fitted), stillReason(fitted)]).toEqual([
    undefined,
    expect.stringContaining('one direction again'),
  ]);
  expect(() => setJaws.perform(1, [-10, 10, -10, 10])).toThrow('fitted to the target at every angle');
  void makeArc.perform(1, undefined);
  expect(stillReason(planNow().beams[0])).toBeUndefined();
});

describe('monitor units of modulated beams', () => {
  const none = (): void => {
    const { prescription, beams } = planNow();
    if (prescription === undefined) throw new Error('no prescription');
    const units = [120, 45];
    const doses = [0.5, 0.25].map((gray, n) => ({
      ...testDose(),
      beamNumber: n + 1,
      data: testDose().data.map(() => gray),
    }));
    openDocument(
      testDocument({
        structures,
        plan: {
          ...planNow(),
          prescription: { ...prescription, normalization: { kind: 'None', percent: 100 } },
          beams: beams.map((beam, n) => ({ ...modulated(beam), meterset: units[n] })),
        },
        dose: testDose(),
        beamDoses: doses,
      }),
    );
  };
  const normalise = (): void => {
    const { prescription } = planNow();
    if (prescription === undefined) throw new Error('no prescription');
    void prescribe.perform({ ...prescription, normalization: { kind: 'Mean', percent: 100 } });
  };

  it('stay in proportion when the plan is normalised', () => {
    none();
    const perMu = documentNow().beamDoses.map(({ data }, n) => data.map((gray) => gray / [120, 45][n]));
    const grid = documentNow().beamDoses[0];
    normalise();
    const { metersets } = normalizedMetersets({
      plan: planNow(), beams: planNow().beams, machines: planNow().beams.map(({ machine }) => machineByName(machine)), perMu, grid, structures,
      weights: weightsOf(planNow()),
    }); // biome-ignore format: one call
    // Weights have four digits.
    expect(metersets[0] / metersets[1]).toBeCloseTo(120 / 45, 3);
  });

  it('are not normalised without a dose that says what each beam gives', () => {
    none();
    openDocument(testDocument({ structures, plan: planNow(), beamDoses: [] }));
    expect(normalise).toThrow('compute the dose first');
  });
});
