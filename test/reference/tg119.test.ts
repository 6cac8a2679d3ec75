import { describe, expect, it } from 'vitest';
import { CASE_NAMES, planningCase } from '../../bench/optimization/cases.ts';
import { fluencePlan } from '../../bench/optimization/fluence.ts';
import { judgedGoals, problemOf } from '../../bench/optimization/patient.ts';
import { structureOfGoal } from '#shared/evaluation/goals/goalStructure.ts';
import { fractionationRemark } from '#shared/evaluation/goals/goalSheet.ts';
import { phantomOf } from '../builders/phantom.ts';

describe.each(CASE_NAMES)('the planning case %s', (name) => {
  const { phantom, sheet, goals } = planningCase(name);
  const { rois } = phantomOf(phantom).structureSet;

  it('is prescribed as its goals are meant', () => {
    expect(fractionationRemark(sheet, goals.prescription)).toBeUndefined();
  });

  it('has the structures that its objectives name', () => {
    for (const { roi } of goals.objectives) expect(rois.map((known) => known.name)).toContain(roi);
  });

  it('has goals that can be judged', () => {
    const found = sheet.goals.filter((goal) => structureOfGoal(goal, rois).roi !== undefined);
    // Sheets that come with the program name organs that a phantom lacks, those of TG-119 do not.
    if (phantom.startsWith('tg119')) expect(found).toHaveLength(sheet.goals.length);
    else expect(found.length).toBeGreaterThan(5);
  });
});

// The whole suite, sequenced and with final doses, is `npm run bench -- optimization` (docs/PLANNING.md).
it('the fluence of the mock prostate meets the goals of AAPM TG-119 on its seven fields', async () => {
  const prostate = planningCase('prostate');
  const phantom = phantomOf(prostate.phantom);
  const { dose } = await fluencePlan(problemOf({ ...prostate, grid: 4 }, phantom), 0.01, 4000);
  const judged = judgedGoals(prostate, phantom, dose);
  expect(judged.map(({ outcome }) => outcome.status)).toEqual(judged.map(() => 'met'));
});
