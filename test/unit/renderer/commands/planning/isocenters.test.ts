import { beforeEach, expect, it } from 'vitest';
import { addBeams } from '#renderer/commands/planning/addBeams.ts';
import { setMarks } from '#renderer/commands/planning/beams/setMarks.ts';
import { moveIsocenter, shiftIsocenter } from '#renderer/commands/planning/moveIsocenter.ts';
import { newPlan } from '#renderer/commands/planning/plans/newPlan.ts';
import { openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { pointsOf } from '#renderer/workspaces/planning/isocenter/points.ts';
import { isocentersOf } from '#shared/dosimetry/plan/arrange/isocenters.ts';
import type { Plan } from '#shared/model/plan.ts';
import { square, testDocument, testRoi, testStructures } from '../../document/documentBuilder.ts';

const structures = testStructures([
  testRoi(1, 'BODY', { type: 'EXTERNAL', contours: [square(0, 0, 0, 80)] }),
  testRoi(2, 'PTV', { type: 'PTV', contours: [-5, 0, 5].map((z) => square(10, 0, z, 20)) }),
  testRoi(3, 'BB', {
    type: 'MARKER',
    contours: [
      { type: 'POINT', points: Float64Array.of(1, 2, 3) },
      { type: 'POINT', points: Float64Array.of(3, 4, 5) },
    ],
  }),
]);
const plan = (): Plan => {
  const open = useDocument.getState().document?.plan;
  if (open === undefined) throw new Error('no plan');
  return open;
};

beforeEach(() => {
  openDocument(testDocument({ structures, plan: undefined }));
  void newPlan.perform('P1', 2, 60, 30);
  void addBeams.perform([0, 90]);
});

it('one beam moved alone makes a second isocenter; each is shifted by itself, in the directions of the couch', () => {
  void moveIsocenter.perform([0, 0, 50], [2]);
  expect(
    isocentersOf(plan()).map(({ isocenter, beams }) => [
      isocenter.map((mm) => Math.round(10 * mm) / 10),
      beams.map(({ number }) => number),
    ]),
  ).toEqual([
    [[10, 0, 0], [1]],
    [[0, 0, 50], [2]],
  ]);
  // On the back: to the right is to the patient's left, in is superior, up is anterior.
  void shiftIsocenter.perform([1, 2, 3], [2]);
  expect(isocentersOf(plan()).map(({ isocenter }) => isocenter.map((mm) => Math.round(10 * mm) / 10))).toEqual([
    [10, 0, 0],
    [1, -3, 52],
  ]);
  undo();
  expect(isocentersOf(plan())[1].isocenter).toEqual([0, 0, 50]);
});

it('marks are kept with the plan, change no dose, and undo', () => {
  const beams = plan().beams.map((one) => ({ ...one, meterset: 100 }));
  openDocument(testDocument({ structures, plan: { ...plan(), beams } }));
  void setMarks.perform({ position: [1.234, 5, -7], description: 'tattoos' });
  expect(plan()).toMatchObject({ marks: { position: [1.2, 5, -7], description: 'tattoos' } });
  expect(plan().beams[0].meterset).toBe(100);
  void setMarks.perform(undefined);
  expect(plan().marks).toBeUndefined();
  undo();
  expect(plan().marks?.description).toBe('tattoos');
  expect(pointsOf(structures)).toEqual([{ name: 'BB', position: [2, 3, 4] }]);
});
