import { describe, expect, it } from 'vitest';
import type { Roi } from '#shared/model/structures.ts';
import { goalSheets } from '#shared/evaluation/goals/goalSheet.ts';
import { fitTemplate, templateOf } from '#shared/optimization/templates/fitTemplate.ts';
import { objectiveTemplates, parseObjectiveTemplate } from '#shared/optimization/templates/objectiveTemplate.ts';
import { TG263_NAMES } from '#shared/structures/sets/tg263.ts';

const roi = (number: number, name: string, type: Roi['type'] = 'ORGAN', closed = true): Roi => ({
  number,
  name,
  type,
  color: [1, 2, 3],
  generationAlgorithm: 'MANUAL',
  frameOfReferenceUid: '1.2',
  contours: closed ? [{ type: 'CLOSED_PLANAR', points: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0) }] : [],
});

const prescription = {
  targetRoiNumber: 2,
  targetName: 'PTV70',
  dose: 70,
  fractions: 35,
  normalization: { kind: 'None', percent: 100 },
} as const;
const PELVIS = [
  roi(1, 'outer contour', 'EXTERNAL'),
  roi(2, 'PTV70', 'PTV'),
  roi(3, 'PTV50', 'PTV'),
  roi(4, 'Rektum'),
  roi(5, 'Bladder', 'ORGAN', false),
];
const named = (name: string) => {
  const found = objectiveTemplates().find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

describe('objective templates that come with the program', () => {
  it('name structures by TG-263, the target first and a limit round it last', () => {
    for (const { name, objectives } of objectiveTemplates()) {
      for (const { objective } of objectives) expect(TG263_NAMES, name).toContain(objective.roi);
      expect(objectives[0], name).toMatchObject({ unit: '%', objective: { roi: 'PTV' } });
      expect(objectives.at(-1), name).toMatchObject({ objective: { roi: 'BODY', type: 'fall-off' } });
    }
    expect(new Set(objectiveTemplates().map(({ name }) => name)).size).toBe(objectiveTemplates().length);
  });

  it('are refused by the place of what is wrong', () => {
    const objectives = [{ unit: 'Gy', objective: { roi: 'Heart', type: 'max-dvh', dose: 20, weight: 1 } }];
    expect(() => parseObjectiveTemplate({ name: 'x', description: '', objectives }, 'x.json')).toThrow(
      expect.objectContaining({ attribute: 'objectives.0.objective.volume' }),
    );
  });
});

describe('a template for a patient', () => {
  it('finds structures by name, meaning and type, turns percent into Gy and lists what it found nothing for', () => {
    const { objectives, unmatched } = fitTemplate(named('Prostate'), PELVIS, prescription);
    expect(objectives[0]).toEqual({ roi: 'PTV70', type: 'squared-deviation', dose: 70, weight: 1000 });
    expect(objectives.at(-1)).toMatchObject({ roi: 'outer contour', dose: 70, low: 35, distance: 20 });
    expect(objectives.filter((one) => one.roi === 'Rektum')).toHaveLength(4);
    expect(unmatched).toContainEqual({ structure: 'Bladder', reason: 'Bladder has no contours' });
    expect(unmatched.map(({ structure }) => structure)).toEqual([
      'Bladder', 'Femur_Head_L', 'Femur_Head_R', 'BowelBag', 'PenileBulb',
    ]); // biome-ignore format: a list
  });

  it('needs a prescription for percent, and guesses no target among several', () => {
    expect(() => fitTemplate(named('Prostate'), PELVIS)).toThrow(/prescribe a dose first/);
    const other = { ...prescription, targetRoiNumber: 9 };
    const [target] = fitTemplate(named('Prostate'), PELVIS, other).unmatched;
    expect(target.structure).toBe('PTV');
    expect(target.reason).toMatch(/PTV70, PTV50/);
  });

  it('belongs to a goal sheet that there is, of the same side', () => {
    const sheets = new Set(goalSheets().map(({ name }) => name));
    const named = objectiveTemplates().flatMap(({ name, goals }) =>
      goals === undefined ? [] : [[name, goals] as const],
    );
    expect(named.filter(([, goals]) => !sheets.has(goals))).toEqual([]);
    expect(Object.fromEntries(named)).toMatchObject({
      Lung: 'Lung, conventional', 'Breast, left': 'Breast tangents, left', 'Breast, right': 'Breast tangents, right',
    }); // biome-ignore format: a list
  });

  it('kept as one’s own gives the same objectives again', () => {
    const { objectives } = fitTemplate(named('Prostate'), PELVIS, prescription);
    const own = templateOf('Ours', objectives, PELVIS, prescription);
    expect(own.objectives[0]).toMatchObject({ unit: '%', objective: { roi: 'PTV', dose: 100 } });
    expect(own.objectives.map(({ objective }) => objective.roi)).toContain('Rectum');
    expect(own.fractionation?.dosePerFraction).toEqual([1.8, 2.2]);
    expect(fitTemplate(parseObjectiveTemplate(own, 'own'), PELVIS, prescription)).toEqual({
      objectives,
      unmatched: [],
    });
  });
});
