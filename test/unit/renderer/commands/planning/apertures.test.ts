import { beforeEach, describe, expect, it } from 'vitest';
import { addBeams } from '#renderer/commands/planning/addBeams.ts';
import { addBlock, removeBlock } from '#renderer/commands/planning/blocks.ts';
import { turnBeam } from '#renderer/commands/planning/changeBeam.ts';
import { fitBeams, shapeBeamTo } from '#renderer/commands/planning/fitBeams.ts';
import { dragAperture, nudgeAperture } from '#renderer/commands/planning/shapeAperture.ts';
import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { useStatus } from '#renderer/stores/statusStore.ts';
import { moveJaw, moveLeaves } from '#shared/beamsEye/edit/moved.ts';
import type { Beam } from '#shared/model/plan.ts';
import { square, testBeam, testDocument, testRoi, testStructures } from '../../document/documentBuilder.ts';

const slices = (x: number, y: number, half: number) => [-10, -5, 0, 5, 10].map((z) => square(x, y, z, half));
const structures = testStructures([
  testRoi(1, 'BODY', { type: 'EXTERNAL', contours: slices(0, 0, 80) }),
  testRoi(2, 'PTV', { type: 'PTV', contours: slices(0, 0, 20) }),
  testRoi(3, 'Cord', { contours: slices(18, -40, 6) }),
]);
const beams = (): readonly Beam[] => useDocument.getState().document?.plan?.beams ?? [];
const edits = (): string[] => useDocument.getState().history.done.map(({ name }) => name);
const positions = (index = 0) => beams()[index].controlPoints[0].positions;

beforeEach(() => {
  const plan = testDocument().plan!;
  openDocument(testDocument({ structures, plan: { ...plan, beams: [] } }));
  void addBeams.perform([0, 90]);
});

describe('jaws and leaves under the hand', () => {
  it('are one step, stand at both control points, and stop following the target', () => {
    const [first, second] = beams();
    const drag = dragAperture(first.number, 'Move jaw X1');
    for (const to of [-30, -35, -40]) drag.set(moveJaw(drag.start, drag.machine, 'X1', to));
    drag.end();
    expect(edits().slice(-1)).toEqual([`Move jaw X1 of ${first.name}`]);
    expect(beams()[0].controlPoints.map((point) => point.positions.ASYMX![0])).toEqual([-40, -40]);
    expect(beamNote(beams()[0])).toEqual({ weight: 1 });
    expect(beams()[1]).toBe(second);
    undo();
    expect(beams()[0]).toBe(first);
  });

  it('say the limit they stop at, and leave nothing when cancelled', () => {
    const [first] = beams();
    const drag = dragAperture(first.number, 'Move leaf');
    drag.set(moveLeaves(drag.start, drag.machine.mlc!, 0, new Map([[30, -900]])));
    expect(useStatus.getState().text).toBe(`${first.name}: leaf 31: a bank spreads over at most 150 mm`);
    drag.cancel();
    expect(beams()[0]).toBe(first);
    nudgeAperture(first.number, 'Nudge', (old, machine) => moveJaw(old, machine, 'Y2', old.ASYMY![1] + 1));
    expect(positions().ASYMY![1]).toBeCloseTo(first.controlPoints[0].positions.ASYMY![1] + 1, 9);
  });

  it('are refused with the reason where the beam moves, has other leaves or an unknown machine', () => {
    const plan = useDocument.getState().document!.plan!;
    const [still] = plan.beams;
    const [a, b] = still.controlPoints;
    const arc = { ...still, controlPoints: [a, { ...b, gantry: 40 }] };
    const foreign = {
      ...still,
      number: 8,
      devices: still.devices.map((device) =>
        device.type === 'MLCX'
          ? { ...device, leafBoundaries: device.leafBoundaries!.map((edge) => edge * 1.01) }
          : device,
      ),
    };
    const unknown = { ...testBeam(9, 0), machine: 'TrueBeam7' };
    openDocument(testDocument({ structures, plan: { ...plan, beams: [arc, foreign, unknown] } }));
    expect(() => dragAperture(still.number, 'Move')).toThrow(/moves while it irradiates/);
    expect(() => dragAperture(8, 'Move')).toThrow(/leaf boundaries are not those of the machine/);
    expect(() => dragAperture(9, 'Move')).toThrow(/TrueBeam7/);
    expect(edits()).toEqual([]);
  });
});

describe('fitting by rules', () => {
  const rules = { margin: 6, leafEnd: 'middle', avoid: [{ roiNumber: 3, margin: 2 }] } as const;

  it('is one step for all beams; the rules stay with them and hold when one is turned', () => {
    const before = beams();
    void fitBeams.perform('all', rules);
    expect(edits().slice(-1)).toEqual(['Fit all beams']);
    for (const beam of beams()) expect(beamNote(beam)).toEqual({ weight: 1, ...rules });
    // The cord shades the target's left from x = 12 mm on, 34 mm before the isocenter, and 46 mm behind it seen from the back.
    const end = positions().MLCX![90];
    expect(end).toBeLessThanOrEqual((12 * 1000) / (1000 - 34) - 2);
    expect(end).toBeGreaterThan((12 * 1000) / (1000 - 34) - 2.12);
    void turnBeam.perform(before[0].number, { gantry: 180 });
    expect(positions().MLCX![30]).toBeGreaterThanOrEqual(-((12 * 1000) / (1000 + 46) - 2));
    expect(positions().MLCX![30]).toBeLessThan(-((12 * 1000) / (1000 + 46) - 2.12));
    expect(beamNote(beams()[0]).avoid).toEqual(rules.avoid);
    undo();
    undo();
    expect(beams()).toEqual(before);
  });

  it('refuses to forget an organ that was to be spared and is gone', () => {
    void fitBeams.perform(beams()[0].number, rules);
    const plan = useDocument.getState().document!.plan!;
    const without = testStructures(structures.rois.filter(({ number }) => number !== 3));
    openDocument(testDocument({ structures: without, plan }));
    expect(() => turnBeam.perform(beams()[0].number, { gantry: 10 })).toThrow(/was to be spared/);
  });

  it('notes are sentences that are read back', () => {
    const beam = testBeam(1, 0);
    const full = { weight: 0.5, margin: 8, sides: { x1: 5, x2: 8, y1: -2, y2: 7.5 }, leafEnd: 'inside', avoid: [{ roiNumber: 3, margin: 2 }, { roiNumber: 12, margin: -1.5 }] } as const; // biome-ignore format: one note
    const noted = withNote(beam, full);
    expect(noted.description).toBe(
      'Weight 0.5; aperture fitted to the target with 8 mm, X1 5 X2 8 Y1 -2 Y2 7.5 mm, leaves inside, sparing ROI 3 by 2 mm, ROI 12 by -1.5 mm',
    );
    expect(beamNote(noted)).toEqual(full);
    expect(beamNote(withNote(beam, { weight: 2, margin: 6 }))).toEqual({ weight: 2, margin: 6 });
    expect(beamNote(withNote(beam, { weight: 2 }))).toEqual({ weight: 2 });
    expect(
      beamNote({ ...beam, description: 'Weight 2; aperture fitted to the target with 6 mm, leaves sideways' }),
    ).toEqual({ weight: 1 });
  });
});

describe('outlines drawn by hand', () => {
  const triangle = Float64Array.of(-20, -20, 30, -20, -20, 30);

  it('set jaws and leaves', () => {
    void shapeBeamTo.perform(beams()[0].number, triangle);
    expect(positions().ASYMY).toEqual([-20, 30]);
    // Middle of pair 31 at 2.5 mm: the slanting edge lies at x = 10 − 2.5.
    expect([positions().MLCX![30], positions().MLCX![90]]).toEqual([-20, 7.5]);
    expect(() => shapeBeamTo.perform(beams()[0].number, Float64Array.of(0, 0, 1, 1, 2, 2))).toThrow(/no area/);
  });

  it('are blocks that the dose can be computed with, and go again', () => {
    const { number } = beams()[0];
    void addBlock.perform(number, 'SHIELDING', triangle);
    void addBlock.perform(number, 'APERTURE', triangle);
    expect(beams()[0].blocks).toMatchObject([
      { number: 1, type: 'SHIELDING', transmission: 0.031, outline: expect.arrayContaining([30]) as number[] },
      { number: 2, type: 'APERTURE' },
    ]);
    void removeBlock.perform(number, 1);
    void removeBlock.perform(number, 2);
    expect(beams()[0]).not.toHaveProperty('blocks');
    expect(() => removeBlock.perform(number, 2)).toThrow(/no block 2/);
  });
});
