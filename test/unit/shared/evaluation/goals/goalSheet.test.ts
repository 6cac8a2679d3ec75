import { describe, expect, it } from 'vitest';
import { dvhOf } from '#shared/evaluation/dvh.ts';
import { fractionationRemark, goalSheets, parseGoalSheet } from '#shared/evaluation/goals/goalSheet.ts';
import { structureOfGoal } from '#shared/evaluation/goals/goalStructure.ts';
import { countGoals, goalSummary, judgeSheet, reachedText } from '#shared/evaluation/goals/judgeSheet.ts';
import type { PlanGoal } from '#shared/model/goals.ts';
import type { Roi } from '#shared/model/structures.ts';
import { TG263_NAMES, tg263NameFor } from '#shared/structures/sets/tg263.ts';

const roi = (number: number, name: string, type: Roi['type'] = 'ORGAN', closed = true): Roi => ({
  number,
  name,
  type,
  color: [1, 2, 3],
  generationAlgorithm: 'MANUAL',
  frameOfReferenceUid: '1.2',
  contours: closed ? [{ type: 'CLOSED_PLANAR', points: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0) }] : [],
});

describe('goal sheets that come with the program', () => {
  it('are read, cite every value, and name structures by TG-263 in terms that a set can match', () => {
    expect(goalSheets().length).toBeGreaterThanOrEqual(10);
    for (const sheet of goalSheets())
      for (const { structure, source } of sheet.goals) {
        expect(source, `${sheet.name}: ${structure}`).toMatch(/\d{4}/);
        expect(TG263_NAMES, sheet.name).toContain(structure);
      }
    expect(new Set(goalSheets().map(({ name }) => name)).size).toBe(goalSheets().length);
  });

  it.each([
    ['Lung SBRT, 5 fractions', { dose: 50, fractions: 5 }, undefined],
    ['Lung SBRT, 5 fractions', { dose: 54, fractions: 3 }, /5 fractions, the plan has 3/],
    ['Prostate, conventional', { dose: 78, fractions: 39 }, undefined],
    ['Prostate, conventional', { dose: 60, fractions: 20 }, /the plan has 3.00 Gy/],
    ['Prostate, conventional', undefined, undefined],
  ])('%s says when the plan is fractionated otherwise', (name, prescription, remark) => {
    const sheet = goalSheets().find((one) => one.name === name);
    if (sheet === undefined) throw new Error(name);
    const said = fractionationRemark(sheet, prescription);
    if (remark === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(remark);
  });

  it('a sheet with a goal that cannot be read is refused by its place', () => {
    const goals = [{ structure: 'Heart', text: 'V20Gy', priority: 1 }];
    expect(() => parseGoalSheet({ name: 'x', description: '', goals }, 'x.json')).toThrow(/METRIC/);
  });
});

describe('the structure of a goal', () => {
  const of = (structure: string, rois: Roi[], chosen?: string, target?: number): string | undefined => {
    const goal = { structure, ...(chosen !== undefined && { roi: chosen }) };
    const found = structureOfGoal(goal, rois, target === undefined ? undefined : { targetRoiNumber: target });
    return found.roi?.name ?? (found as { reason: string }).reason;
  };
  it('by name, by meaning, by type; by hand first; never by guess', () => {
    expect(tg263NameFor('Lt Parotid')).toBe('Parotid_L');
    expect(of('Parotid_L', [roi(1, 'Parotid_R'), roi(2, 'Lt Parotid')])).toBe('Lt Parotid');
    expect(of('SpinalCord', [roi(1, 'Myelon'), roi(2, 'SpinalCord')])).toBe('SpinalCord');
    expect(of('SpinalCord', [roi(1, 'Myelon'), roi(2, 'cord')])).toMatch(/any of Myelon, cord/);
    expect(of('SpinalCord', [roi(1, 'SpinalCord'), roi(2, 'PRV')], 'PRV')).toBe('PRV');
    expect(of('SpinalCord', [roi(1, 'SpinalCord')], 'PRV')).toMatch(/no structure PRV/);
    expect(of('PTV', [roi(1, 'PTV_60', 'PTV')])).toBe('PTV_60');
    expect(of('PTV', [roi(1, 'PTV_60', 'PTV'), roi(2, 'PTV_50', 'PTV')])).toMatch(/any of/);
    expect(of('PTV', [roi(1, 'PTV_60', 'PTV'), roi(2, 'PTV_50', 'PTV')], undefined, 2)).toBe('PTV_50');
    expect(of('PTV', [roi(1, 'CTV', 'CTV')], undefined, 1)).toMatch(/no structure is called PTV/);
    expect(of('Heart', [roi(1, 'Lungs')])).toMatch(/no structure is called Heart/);
  });
});

describe('a judged sheet', () => {
  const goal = (structure: string, text: string): PlanGoal => ({ structure, text, priority: 2 });
  const goals = [goal('Heart', 'mean <= 26 Gy'), goal('Heart', 'V20Gy <= 50% (70%)'), goal('Heart', 'max < 45 Gy')];
  const more = [...goals, goal('Liver', 'mean <= 60 Gy'), goal('Rectum', 'mean <= 60 Gy')];
  const dvh = dvhOf({
    volume: 200,
    min: 0,
    mean: 25,
    max: 50,
    curve: { dose: Float64Array.of(0, 50), volume: Float64Array.of(100, 0) },
    covered: 1,
    warnings: [],
  });
  const rois = [roi(1, 'Heart'), roi(2, 'Rectum', 'ORGAN', false)];

  it('counts what is met; without a structure, contours or a valid dose nothing is', () => {
    const judged = judgeSheet({ goals: more }, { rois, dvh: () => dvh });
    expect(judged.map(({ outcome }) => outcome.status)).toEqual(['met', 'acceptable', 'missed', 'unknown', 'unknown']);
    expect(judged.map(reachedText)).toEqual(['25.00 Gy', '60.00 %', '50.00 Gy', '–', '–']);
    expect(goalSummary(countGoals(judged))).toBe('1 met, 1 acceptable, 1 missed, 2 not judged');
    const stale = judgeSheet({ goals }, { rois, dvh: () => dvh, stale: 'beam 1 was changed' });
    expect(stale.map(reachedText)).toEqual(['–', '–', '–']);
    expect(stale[0].outcome).toEqual({ status: 'unknown', remark: 'stale dose: beam 1 was changed' });
  });
});
