import { describe, expect, it } from 'vitest';
import { targetsOf } from '#renderer/workspaces/planning/plans/targets.ts';
import { square, testRoi, testStructures } from '../document/documentBuilder.ts';

describe('targets to prescribe to', () => {
  it('are contoured structures, PTVs first, never the body or the couch', () => {
    const contours = [square(0, 0, 0, 5)];
    const set = testStructures([
      testRoi(1, 'BODY', { type: 'EXTERNAL', contours }),
      testRoi(2, 'Heart', { contours }),
      testRoi(3, 'GTV', { type: 'GTV', contours }),
      testRoi(4, 'PTV', { type: 'PTV', contours }),
      testRoi(5, 'PTV_empty', { type: 'PTV' }),
      testRoi(6, 'Couch', { type: 'SUPPORT', contours }),
    ]);
    expect(targetsOf(set).map(({ name }) => name)).toEqual(['PTV', 'GTV', 'Heart']);
  });
});
