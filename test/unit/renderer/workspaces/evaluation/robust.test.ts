import { describe, expect, it } from 'vitest';
import type { RobustResult } from '#renderer/stores/robustStore.ts';
import type { DvhAxes } from '#renderer/workspaces/evaluation/dock/dvhView.ts';
import { nominalRemark } from '#renderer/workspaces/evaluation/robust/nominal.ts';
import { robustBands } from '#renderer/workspaces/evaluation/robust/robustBands.ts';
import { type RobustMeans, robustStale } from '#renderer/workspaces/evaluation/robust/standing.ts';
import { evaluatedWords } from '#renderer/workspaces/evaluation/robust/words.ts';
import { computeDvh, dvhOf } from '#shared/evaluation/dvh.ts';
import { roiRanges } from '#shared/evaluation/robust/roiRanges.ts';
import { scenariosOf } from '#shared/evaluation/robust/scenarios.ts';
import { square, testDocument, testDose, testRoi } from '../../document/documentBuilder.ts';

const dose = testDose();
const flat = (gray: number) => ({ ...dose, data: new Float32Array(dose.data.length).fill(gray) });
const roi = testRoi(7, 'PTV', { type: 'PTV', contours: [-5, 0, 5].map((z) => square(0, 0, z, 20)) });
const tableOf = (gray: number) => computeDvh(roi.contours, flat(gray), { bins: 100, samples: 2000 });
const uncertainty = { shift: [5, 5, 3], density: 3, diagonals: false, combined: false } as const;
// Each scenario gives the structure one dose of its own: 50, 49, 48 … Gy.
const scenarios = scenariosOf(uncertainty).map((scenario, n) => ({
  ...scenario,
  dvhs: new Map([[7, tableOf(50 - n)]]),
}));
const axes: DvhAxes = { dose: 'gray', volume: 'percent', kind: 'cumulative', quantity: 'physical' };

describe('bands of a robust evaluation', () => {
  it('lie between the least and the most volume at each dose', () => {
    const [band] = robustBands([roi], scenarios, axes, 50);
    const at = (gray: number): number => band.dose.findIndex((value) => value >= gray);
    expect([band.low[at(41)], band.high[at(41)]]).toEqual([100, 100]);
    expect([band.low[at(46)], band.high[at(46)]]).toEqual([0, 100]);
    expect(band.dose.at(-1)).toBeCloseTo(50, 3);
  });

  it('are in the units of the axes, and there are none on others than cumulative ones of physical dose', () => {
    const [band] = robustBands([roi], scenarios, { ...axes, dose: 'percent', volume: 'cm3' }, 40);
    expect(band.dose.at(-1)).toBeCloseTo(125, 2);
    expect(band.high[0]).toBeCloseTo((40 * 40 * 15) / 1000, 3);
    expect(robustBands([roi], scenarios, { ...axes, kind: 'differential' }, 40)).toEqual([]);
    expect(robustBands([roi], scenarios, { ...axes, quantity: 'eqd2' }, 40)).toEqual([]);
    expect(robustBands([testRoi(2, 'NEW')], scenarios, axes, 40)).toEqual([]);
  });

  it('come with numbers that say in which scenario they are', () => {
    const { D95, mean } = roiRanges(
      scenarios.map(({ name, dvhs }) => ({ scenario: name, dvh: dvhOf(dvhs.get(7) ?? tableOf(0)) })),
    );
    expect(D95.nominal).toBeCloseTo(50, 3);
    expect([D95.highIn, mean.lowIn]).toEqual(['nominal', 'density +3 %']);
    expect(mean.low).toBeCloseTo(42, 3);
  });
});

describe('a robust evaluation', () => {
  const base = testDocument();
  const { plan } = base;
  if (plan === undefined) throw new Error('the builder makes a plan');
  const document = { ...base, dose, structures: { ...base.structures, rois: [...base.structures.rois, roi] } };
  const { patientKey, planIndex, primary, structures } = document;
  const result: RobustResult = {
    scenarios,
    approximate: [],
    warnings: [],
    patientKey,
    planIndex,
    basis: { primary, structures, plan },
    rois: structures.rois,
    planDose: dose.data,
    settings: { ...uncertainty, engine: 'pb', gridSpacing: 4 },
    calibration: 'CT1',
    directions: 104,
  };
  const stale = (now: Parameters<typeof robustStale>[0], means: RobustMeans = result) =>
    robustStale(now, result, means);
  const changedRoi = { ...roi, contours: roi.contours.slice(1) };

  it('stands while plan, structures and dose are what they were, whatever things are called', () => {
    const renamed = structures.rois.map((one) => ({ ...one, name: `${one.name}_1` }));
    expect(stale(document)).toBeUndefined();
    expect(stale({ ...document, structures: { ...structures, rois: renamed } })).toBeUndefined();
    expect(stale({ ...document, plan: { ...plan, label: 'B' } })).toBeUndefined();
  });

  it.each([
    ['another patient', { patientKey: 'other' }, /another patient/],
    ['another plan', { planIndex: 7 }, /of the plan/],
    ['other fractions', { plan: { ...plan, fractions: plan.fractions + 1 } }, /prescription/],
    ['no plan', { plan: undefined }, /no longer open/],
    ['another outline', { structures: { ...structures, rois: [...base.structures.rois, changedRoi] } }, /PTV/],
    ['a structure less', { structures: base.structures }, /PTV/],
    ['another dose', { dose: flat(1) }, /dose of the plan/],
    ['no dose', { dose: undefined }, /dose of the plan/],
  ])('is stale with %s', (_what, change, why) => {
    expect(stale({ ...document, ...change })).toMatch(why);
  });

  it('is stale where doses would be computed otherwise now', () => {
    const { settings } = result;
    const with_ = (change: Partial<RobustMeans>) => stale(document, { ...result, ...change });
    expect(with_({ settings: { ...settings, engine: 'ccc' } })).toMatch(/another engine/);
    expect(with_({ settings: { ...settings, gridSpacing: 3 } })).toBe(
      'it is on a grid of 4 mm, and 3 mm are chosen now',
    );
    expect(with_({ calibration: 'CT2' })).toMatch(/CT1, and CT2/);
    // The pencil beam has no directions, and the shifts are what the result says.
    expect(with_({ directions: 56, settings: { ...settings, shift: [1, 1, 1] } as typeof settings })).toBeUndefined();
  });

  it('says where its nominal dose is not that of the plan', () => {
    const prescribed = { ...plan.prescription, targetRoiNumber: 7 } as typeof plan.prescription;
    const remark = (gray: number) => nominalRemark(result, dose, prescribed, () => dvhOf(tableOf(gray)));
    expect(remark(50.9)).toBeUndefined();
    expect(remark(52)).toBe('The nominal mean dose of PTV is 50.00 Gy here; the plan’s dose has 52.00 Gy.');
    expect(nominalRemark(result, undefined, prescribed)).toBeUndefined();
  });

  it('says what it was of', () => {
    expect(evaluatedWords(result)).toBe(
      '9 scenarios: ±5 mm L–R, ±5 mm A–P, ±3 mm S–I, density ±3 %; pencil beam, 4 mm grid',
    );
  });
});
