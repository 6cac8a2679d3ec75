import { beforeEach, describe, expect, it } from 'vitest';
import { addGoal } from '#renderer/commands/evaluation/addGoal.ts';
import { changeGoal } from '#renderer/commands/evaluation/changeGoal.ts';
import { deleteGoal } from '#renderer/commands/evaluation/deleteGoal.ts';
import { setGoalSheet } from '#renderer/commands/evaluation/setGoalSheet.ts';
import { withActive, withNewPlan } from '#renderer/document/plans.ts';
import { editDocument, openDocument, undo, useDocument } from '#renderer/document/store.ts';
import { dashOf, doseSubjects } from '#renderer/workspaces/evaluation/dock/doseSubjects.ts';
import { unjudged } from '#renderer/workspaces/evaluation/goals/useJudged.ts';
import { dvhCurves } from '#renderer/workspaces/evaluation/dock/dvhCurves.ts';
import type { DvhAxes } from '#renderer/workspaces/evaluation/dock/dvhView.ts';
import { goalMarks } from '#renderer/workspaces/evaluation/dock/goalMarks.ts';
import { statisticsColumns } from '#renderer/workspaces/evaluation/statistics/columns.ts';
import { computeDvh } from '#shared/evaluation/dvh.ts';
import { judgeSheet } from '#shared/evaluation/goals/judgeSheet.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { GoalSheet } from '#shared/model/goals.ts';
import { square, testDocument, testDose, testRoi } from '../../document/documentBuilder.ts';

const dose = { ...testDose(), data: new Float32Array(21 * 21 * 11).fill(20) };
const roi = testRoi(1, 'PTV', { type: 'PTV', contours: [-5, 0, 5].map((z) => square(0, 0, z, 20)) });
const dvh = computeDvh(roi.contours, dose);
const axes: DvhAxes = { dose: 'gray', volume: 'percent', kind: 'cumulative', quantity: 'physical' };
const { plan } = testDocument();
if (plan === undefined) throw new Error('the builder makes a plan');
const subject = { index: 0, rank: 0, name: 'A', active: true, plan, dose };
const plans = [{ subject, dvhs: new Map([[1, dvh]]) }];
const curvesOn = (on: Partial<DvhAxes>, reference = 50) =>
  dvhCurves([roi], plans, { ...axes, ...on }, reference, () => 10);

describe('DVH curves', () => {
  it('share one dose axis from 0 to beyond the maximum', () => {
    const curves = curvesOn({});
    expect(curves.dose[0]).toBe(0);
    expect(curves.dose.at(-1)).toBeCloseTo(20.4, 6);
    const at = (gray: number): number | undefined =>
      curves.series[0].values[curves.dose.findIndex((value) => value >= gray)];
    expect(at(19)).toBe(100);
    expect(at(20.2)).toBe(0);
  });

  it('are in per cent of the reference and in cm³ when asked', () => {
    const curves = curvesOn({ dose: 'percent', volume: 'cm3' }, 40);
    expect(curves.dose.at(-1)).toBeCloseTo(51, 6);
    expect(curves.series[0].values[0]).toBeCloseTo((40 * 40 * 15) / 1000, 3);
  });

  it('differential ones hold the whole volume under them, per unit of the dose axis', () => {
    for (const unit of ['gray', 'percent'] as const) {
      const curves = curvesOn({ kind: 'differential', volume: 'cm3', dose: unit });
      const width = curves.dose[1] - curves.dose[0];
      const whole = curves.series[0].values.reduce((sum, value) => sum + value * width, 0);
      expect(whole).toBeCloseTo(24, 3);
    }
  });

  it('in fractions of 2 Gy: 20 Gy in 25 at 10 Gy are 18 Gy', () => {
    expect(curvesOn({ quantity: 'eqd2' }).dose.at(-1)).toBeCloseTo(18 * 1.02, 6);
    const without = [{ ...plans[0], subject: { ...subject, plan: undefined } }];
    expect(dvhCurves([roi], without, { ...axes, quantity: 'eqd2' }, 50, () => 10).series).toEqual([]);
  });

  it('leave out what has no histogram', () => {
    expect(dvhCurves([roi], [{ subject, dvhs: new Map() }], axes, 50, () => 10).series).toEqual([]);
  });
});

describe('goals on the chart', () => {
  it('are corners on the side that the curve must keep off, on any axes', () => {
    const goal = (text: string) => ({ structure: 'PTV', text, priority: 1 as const });
    const texts = ['D95% >= 95%', 'V10Gy <= 12 cc', 'D2cc <= 21 Gy', 'max <= 107%', 'CV5Gy >= 10%', 'mean <= 3 Gy'];
    const judged = judgeSheet(
      { goals: texts.map(goal) },
      { rois: [roi], dvh: () => dvh, prescription: plan.prescription },
    );
    const marks = goalMarks(judged, () => 24, axes, 50, 50);
    const corners = marks.map(({ dose: at, volume, below }) => [at, Number(volume.toFixed(2)), below]);
    expect(corners).toEqual([
      [47.5, 95, false],
      [10, 50, true],
      [21, 8.33, true],
      [53.5, 0, true],
      [5, 90, true],
    ]);
    const [mark] = goalMarks(judged, () => 24, { ...axes, dose: 'percent', volume: 'cm3' }, 50, 50);
    expect([mark.dose, Number(mark.volume.toFixed(3))]).toEqual([95, 22.8]);
  });
});

it('columns of statistics read what the table says, and nothing without a prescription', () => {
  const columns = statisticsColumns(['V10Gy in cc', 'V95%', 'D50% in %']);
  const cells = (prescription?: number) =>
    Object.fromEntries(columns.map(({ title, value }) => [title, value(dvh, prescription)]));
  expect(cells(20)).toMatchObject({
    'Volume cm³': '24.0',
    'In grid %': '100.0',
    'D2cc Gy': '20.00',
    'Dmean Gy': '20.00',
  });
  expect(cells(20)).toMatchObject({ 'V10Gy cm³': '24.00', 'V95% %': '100.0', 'D50% %': '100.0' });
  expect(cells()).toMatchObject({ 'V10Gy cm³': '24.00', 'V95% %': '–', 'D50% %': '–' });
});

describe('what is evaluated', () => {
  beforeEach(() => openDocument(testDocument()));
  const current = () => {
    const { document } = useDocument.getState();
    if (document === null) throw new Error('no document');
    return document;
  };

  it('is every plan, with a dash that stays when another becomes the active one', () => {
    editDocument('New plan', (document) => withNewPlan(document, 1, { ...plan, sopInstanceUid: '9.1' }));
    const before = doseSubjects(current());
    expect(before.map(({ name, active }) => [name, active])).toEqual([
      ['Plan1 (1)', false],
      ['Plan1 (2)', true],
    ]);
    editDocument('Activate', (document) => withActive(document, 0));
    const after = doseSubjects(current());
    expect(after.map(({ active }) => active)).toEqual([true, false]);
    expect(after.map(dashOf)).toEqual(before.map(dashOf));
    expect(dashOf(after[0])).not.toEqual(dashOf(after[1]));
  });

  const sheet: GoalSheet = {
    name: 'x',
    description: '',
    goals: [{ structure: 'PTV', text: 'D95% >= 95%', priority: 1, source: 'ICRU' }],
  };
  it('goals are edited with undo, change no dose, and a changed limit is not laid at its source’s door', async () => {
    const basis = { ...current(), dose: testDose(), beamDoses: [] };
    openDocument(basis);
    await setGoalSheet.perform(sheet);
    await changeGoal.perform(0, { ...sheet.goals[0], priority: 2 });
    expect(current().plan?.goals?.goals[0]).toEqual({ ...sheet.goals[0], priority: 2 });
    await changeGoal.perform(0, { ...sheet.goals[0], text: 'D95% >= 98 %' });
    expect(current().plan?.goals?.goals[0]).toMatchObject({
      text: 'D95% >= 98 %',
      source: 'changed by hand; was ICRU',
    });
    expect(() => changeGoal.perform(0, { ...sheet.goals[0], text: 'D95' })).toThrow(/METRIC/);
    await addGoal.perform({ structure: 'Heart', text: 'mean <= 4 Gy', priority: 3 });
    await deleteGoal.perform(0);
    expect(current().plan?.goals?.goals.map(({ structure }) => structure)).toEqual(['Heart']);
    expect([current().planDirty, current().doseStale]).toEqual([true, undefined]);
    for (let n = 0; n < 5; n++) undo();
    expect([current().plan?.goals, current().planDirty]).toEqual([undefined, false]);
  });
});

it('no goal is judged on a dose that is not the whole of what structures get', () => {
  const dose = (more: Partial<DoseVolume>) => ({ summation: 'MULTI_PLAN', ...more }) as DoseVolume;
  const derivation = (unreached: number) => ({
    operation: 'sum' as const,
    terms: [],
    unreached,
    reasons: [],
    foreign: [],
  });
  expect(unjudged(dose({ derivation: derivation(0) }))).toBeUndefined();
  expect(unjudged(dose({ derivation: derivation(2.5) }))).toContain('lower bound');
  expect(unjudged(dose({ summation: 'PLAN' }))).toBeUndefined();
  expect(unjudged(dose({ summation: 'BEAM' }))).toContain('BEAM');
});
