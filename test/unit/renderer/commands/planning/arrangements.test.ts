import { beforeEach, describe, expect, it } from 'vitest';
import { addSetupBeams } from '#renderer/commands/planning/beams/addSetupBeams.ts';
import { applyBeamTemplate } from '#renderer/commands/planning/beams/applyBeamTemplate.ts';
import { deleteBeam } from '#renderer/commands/planning/deleteBeam.ts';
import { moveIsocenter } from '#renderer/commands/planning/moveIsocenter.ts';
import { newPlan } from '#renderer/commands/planning/plans/newPlan.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { editDocument, openDocument, undo } from '#renderer/document/store.ts';
import { jawsOf } from '#renderer/viewports/painters/beams/beamGeometry.ts';
import { beamTemplates } from '#shared/dosimetry/plan/arrange/beamTemplate.ts';
import { planHash } from '#shared/dosimetry/standing/doseBasis.ts';
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

/** A target on the patient's right, and a body. */
const structures = testStructures([
  testRoi(1, 'BODY', { type: 'EXTERNAL', contours: [square(0, 0, 0, 80)] }),
  testRoi(2, 'PTV', { type: 'PTV', contours: [-10, -5, 0, 5, 10].map((z) => square(-30, 0, z, 20)) }),
]);
const template = (site: string) => beamTemplates().find((one) => one.site === site)!;
const compute = (): void =>
  editDocument('Compute', ({ plan: now, primary, structures: set }) => {
    if (now === undefined) return null;
    const metered = { ...now, beams: now.beams.map((beam) => (beam.deliveryType === 'TREATMENT' ? { ...beam, meterset: 50 } : beam)) }; // biome-ignore format: one line
    return { plan: metered, dose: testDose(), doseBasis: { primary, structures: set, plan: metered } };
  });
const setup = ({ deliveryType }: Beam): boolean => deliveryType === 'SETUP';

beforeEach(() => {
  openDocument(testDocument({ structures, plan: undefined }));
  void newPlan.perform('P1', 2, 60, 30);
});

describe('a template', () => {
  it.each(beamTemplates().map((one) => [one.name, one] as const))('%s: every beam is fitted to the target', (_name, one) => {
    void applyBeamTemplate.perform(one);
    expect(planNow().beams).toHaveLength(one.beams.length);
    for (const [n, beam] of planNow().beams.entries()) {
      const { margin, weight } = one.beams[n];
      expect(beamNote(beam)).toEqual({ weight, margin });
      expect(beam.machine).toBe(one.machine);
      const [x1, x2] = jawsOf(beam.controlPoints[0])!;
      expect(x2 - x1).toBeGreaterThan(39 + 2 * margin!);
      beam.controlPoints[0].isocenter.forEach((mm, axis) => expect(mm).toBeCloseTo([-30, 0, 0][axis], 3));
    }
    undo();
    expect(planNow().beams).toHaveLength(0);
  }); // biome-ignore format: a table

  it('for the left is mirrored for a target on the right', () => {
    void applyBeamTemplate.perform(template('Breast'));
    expect(planNow().beams.map(({ controlPoints }) => controlPoints[0].gantry)).toEqual([53, 230]);
  });

  it('follows machine and isocenter of the beams there are, and gives names that are free', () => {
    void applyBeamTemplate.perform(template('Any'));
    void moveIsocenter.perform([-20, 5, 1]);
    void applyBeamTemplate.perform(template('Spine'));
    const added = planNow().beams.slice(2);
    expect(added.map(({ name, machine }) => [name, machine])).toEqual([['PA_2', 'GENERIC_10MV'], ['Obl_L', 'GENERIC_10MV'], ['Obl_R', 'GENERIC_10MV']]); // biome-ignore format: pairs
    expect(added[0].controlPoints[0].isocenter).toEqual([-20, 5, 1]);
  });

  it('puts its wedges in', () => {
    void applyBeamTemplate.perform(beamTemplates().find(({ name }) => name.startsWith('Rectum'))!);
    expect(planNow().beams.map(({ wedges }) => wedges?.[0].orientation)).toEqual([undefined, 90, 270]);
  });
});

describe('set-up fields', () => {
  beforeEach(() => void applyBeamTemplate.perform(template('Any')));

  it('come as a pair at every isocenter, without monitor units, and are no part of dose and treatment', () => {
    void moveIsocenter.perform([0, 0, 10], [2]);
    compute();
    const hash = planHash(planNow());
    void addSetupBeams.perform();
    const added = planNow().beams.filter(setup);
    expect(added.map(({ number, name }) => [number, name])).toEqual([[3, 'SU_AP'], [4, 'SU_LAT'], [5, 'SU_AP_2'], [6, 'SU_LAT_2']]); // biome-ignore format: pairs
    expect(added.map(({ controlPoints }) => controlPoints[0].isocenter[2])).toEqual([0, 0, 10, 10]);
    expect(added.every(({ meterset }) => meterset === undefined)).toBe(true);
    expect(jawsOf(added[0].controlPoints[0])).toEqual([-100, 100, -100, 100]);
    expect(documentNow().doseStale).toBeUndefined();
    expect(planHash(planNow())).toBe(hash);
    expect(() => addSetupBeams.perform()).toThrow('every isocenter has');
    void deleteBeam.perform(4);
    expect(
      planNow()
        .beams.filter((beam) => !setup(beam))
        .map(({ meterset }) => meterset),
    ).toEqual([50, 50]);
    expect(documentNow().doseStale).toBeUndefined();
    void deleteBeam.perform(1);
    expect(planNow().beams[0].meterset).toBeUndefined();
    expect(documentNow().doseStale).toBe('beams were added or removed');
  });
});
