import { describe, expect, it } from 'vitest';
import { fittingSheet } from '#shared/evaluation/goals/fittingSheet.ts';
import { goalSheets } from '#shared/evaluation/goals/goalSheet.ts';
import type { Roi } from '#shared/model/structures.ts';

const rois = (...names: string[]): Roi[] =>
  names.map((name, n) => ({
    number: n + 1,
    name,
    type: name === 'PTV' ? 'PTV' : 'ORGAN',
    color: [0, 0, 0],
    contours: [],
    generationAlgorithm: '',
    frameOfReferenceUid: '1.2',
  }));

describe('the sheet that fits a patient', () => {
  it('speaks of most organs that are there', () => {
    expect(fittingSheet(goalSheets(), rois('PTV', 'Bladder', 'Rectum'))?.name).toMatch(/prostate/i);
    expect(fittingSheet(goalSheets(), rois('PTV', 'Brainstem', 'OpticChiasm'))?.name).toMatch(/brain/i);
  });

  it('is meant for the prescribed fractionation, among equals', () => {
    const of = (name: string, fractions: number) => ({
      name, description: '', fractionation: { fractions }, goals: [{ structure: 'Heart', text: 'Dmax < 30 Gy', priority: 1 as const }],
    }); // biome-ignore format: a sheet
    const prescription = { targetRoiNumber: 1, dose: 55, fractions: 5 };
    const chosen = fittingSheet([of('three', 3), of('five', 5)], rois('PTV', 'Heart'), prescription as never);
    expect(chosen?.name).toBe('five');
  });

  it('is none where no sheet names what is there: a target is everywhere', () => {
    expect(fittingSheet(goalSheets(), rois('PTV', 'Rod'))).toBeUndefined();
  });
});
