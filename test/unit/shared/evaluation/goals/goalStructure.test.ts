import { expect, it } from 'vitest';
import { goalsByName, structureOfGoal } from '#shared/evaluation/goals/goalStructure.ts';
import type { Roi } from '#shared/model/structures.ts';

it('a number of another structure set means no structure here', () => {
  const rois = [
    { number: 6, name: 'Parotid_L', type: 'ORGAN' },
    { number: 9, name: 'SpinalCord', type: 'ORGAN' },
  ] as unknown as Roi[];
  const goal = { structure: 'SpinalCord', roiNumber: 6, text: 'max <= 45 Gy', priority: 1 } as const;
  const [freed] = goalsByName({ name: 'Theirs', description: '', goals: [goal] }).goals;
  expect(structureOfGoal(goal, rois, undefined).roi?.name).toBe('Parotid_L');
  expect(structureOfGoal(freed, rois, undefined).roi?.name).toBe('SpinalCord');
});
