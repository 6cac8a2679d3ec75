import { describe, expect, it } from 'vitest';
import { dvhCurves } from '#renderer/workspaces/evaluation/dvhCurves.ts';
import { targetsOf } from '#renderer/workspaces/planning/plans/targets.ts';
import { computeDvh } from '#shared/evaluation/dvh.ts';
import { square, testDose, testRoi, testStructures } from '../document/documentBuilder.ts';

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

describe('DVH curves', () => {
  const dose = { ...testDose(), data: new Float32Array(21 * 21 * 11).fill(20) };
  const roi = testRoi(1, 'PTV', { contours: [-5, 0, 5].map((z) => square(0, 0, z, 20)) });
  const dvh = computeDvh(roi.contours, dose);

  it('share one dose axis from 0 to beyond the maximum', () => {
    const curves = dvhCurves([roi], new Map([[1, dvh]]), { dose: 'gray', volume: 'percent' }, 50);
    expect(curves.dose[0]).toBe(0);
    expect(curves.dose.at(-1)).toBeCloseTo(20.4, 6);
    const at = (gray: number): number => curves.series[0].values[curves.dose.findIndex((value) => value >= gray)];
    expect(at(19)).toBe(100);
    expect(at(20.2)).toBe(0);
  });

  it('are in per cent of the reference and in cm³ when asked', () => {
    const curves = dvhCurves([roi], new Map([[1, dvh]]), { dose: 'percent', volume: 'cm3' }, 40);
    expect(curves.dose.at(-1)).toBeCloseTo(51, 6);
    expect(curves.series[0].values[0]).toBeCloseTo((40 * 40 * 15) / 1000, 3);
  });

  it('leave out what has no histogram', () => {
    expect(dvhCurves([roi], new Map(), { dose: 'gray', volume: 'percent' }, 50).series).toEqual([]);
  });
});
