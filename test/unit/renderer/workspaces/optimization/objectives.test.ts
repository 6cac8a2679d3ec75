import { describe, expect, it } from 'vitest';
import { newObjective, withNewObjective } from '#renderer/workspaces/optimization/objectives/newObjective.ts';
import { objectiveNow, standingOf, termText } from '#renderer/workspaces/optimization/objectives/objectiveNow.ts';
import {
  OBJECTIVE_TYPES,
  type ObjectiveType,
  parameterOf,
  withParameter,
  withType,
} from '#renderer/workspaces/optimization/objectives/objectiveTypes.ts';
import { movedTo, objectiveMarks } from '#renderer/workspaces/optimization/live/objectiveMarks.ts';
import { startReasons } from '#renderer/workspaces/optimization/run/startReasons.ts';
import type { PlannedArc } from '#renderer/compute/optimization/base.ts';
import { dvhOf } from '#shared/evaluation/dvh.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { type DoseGoal, objectiveSchema } from '#shared/optimization/objectives/goals.ts';

const roi = (number: number, name: string, type: Roi['type'] = 'ORGAN', closed = true): Roi => ({
  number,
  name,
  type,
  color: [1, 2, 3],
  generationAlgorithm: 'MANUAL',
  frameOfReferenceUid: '1.2',
  contours: closed ? [{ type: 'CLOSED_PLANAR', points: Float64Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0) }] : [],
});
const ROIS = [roi(1, 'BODY', 'EXTERNAL'), roi(2, 'PTV', 'PTV'), roi(3, 'Rectum'), roi(4, 'Empty', 'ORGAN', false)];
const PTV: DoseGoal = { roi: 'PTV', type: 'squared-deviation', dose: 60, weight: 1000 };
const RECTUM: DoseGoal = { roi: 'Rectum', type: 'max-dvh', dose: 40, volume: 30, weight: 100 };
const BODY: DoseGoal = { roi: 'BODY', type: 'fall-off', dose: 60, low: 30, distance: 20, weight: 10 };
const TYPES = Object.keys(OBJECTIVE_TYPES) as ObjectiveType[];

/** Half of the volume gets 20 Gy, half 60 Gy. */
const HALVES = dvhOf({
  volume: 10,
  min: 20,
  mean: 40,
  max: 60,
  curve: { dose: Float64Array.of(0, 20, 20.0001, 60, 60.0001), volume: Float64Array.of(100, 100, 50, 50, 0) },
  covered: 1,
  warnings: [],
});

describe('types of objectives', () => {
  it.each(TYPES)(
    'every other type becomes a valid %s of the same structure, with every number that a row shows',
    (type) => {
      for (const from of TYPES) {
        const goal = withType(withType(RECTUM, from, 60), type, 60);
        expect(objectiveSchema.parse(goal)).toEqual(goal);
        expect(goal).toMatchObject({ roi: 'Rectum', weight: 100 });
        for (const parameter of OBJECTIVE_TYPES[type].parameters)
          if (parameter.optional !== true) {
            const value = parameterOf(goal, parameter)!;
            expect(value).toBeGreaterThanOrEqual(parameter.min);
            expect(value).toBeLessThanOrEqual(parameter.max);
          }
      }
    },
  );

  it('an optional number of 0 is left out', () => {
    const ntcp = withType(RECTUM, 'max-ntcp', 60);
    const alphaBeta = OBJECTIVE_TYPES['max-ntcp'].parameters.find(({ key }) => key === 'alphaBeta')!;
    expect(withParameter(ntcp, alphaBeta, 3)).toHaveProperty('alphaBeta', 3);
    expect(withParameter(withParameter(ntcp, alphaBeta, 3), alphaBeta, 0)).toEqual(ntcp);
  });
});

describe('what a row shows', () => {
  it.each<[DoseGoal, string, boolean | undefined]>([
    [PTV, 'D98 20.0 · D2 60.0 Gy', undefined],
    [RECTUM, 'V40Gy 50.0 %', false],
    [{ ...RECTUM, volume: 50 }, 'V40Gy 50.0 %', true],
    [{ ...RECTUM, type: 'min-dvh', volume: 50 }, 'V40Gy 50.0 %', true],
    [{ roi: 'Rectum', type: 'max-mean', dose: 39, weight: 1 }, 'mean 40.0 Gy', false],
    [{ roi: 'Rectum', type: 'squared-overdose', dose: 60, weight: 1 }, 'D2 60.0 · max 60.0 Gy', true],
    // (0.5·20² + 0.5·60²)^½ = 44.7
    [{ roi: 'Rectum', type: 'max-geud', dose: 44, a: 2, weight: 1 }, 'gEUD 44.7 Gy', false],
  ])('%o', (goal, text, kept) => {
    const now = objectiveNow(goal, HALVES, 30);
    expect(now.text).toBe(text);
    expect(now.kept).toBe(kept);
  });

  it('terms in three digits', () => {
    expect([0, 12345, 2.7659, 0.00001234].map(termText)).toEqual(['0', '12300', '2.77', '1.2e-5']);
  });
});

describe('a new objective', () => {
  it('is for the target first, then for a structure without any, and comes before those of the body', () => {
    const prescription = { targetRoiNumber: 2, dose: 60 };
    expect(newObjective(ROIS, [], prescription)).toEqual(PTV);
    const second = newObjective(ROIS, [PTV], prescription)!;
    expect(second).toMatchObject({ roi: 'Rectum', type: 'squared-overdose', dose: 30 });
    expect(withNewObjective([PTV, BODY], second, ROIS)).toEqual([PTV, second, BODY]);
    expect(withNewObjective([], PTV, ROIS)).toEqual([PTV]);
  });
});

describe('marks', () => {
  it('stand where an objective says a dose, and move it', () => {
    const marks = objectiveMarks([PTV, RECTUM, BODY, { ...RECTUM, roi: 'gone' }], ROIS);
    expect(marks.map(({ index, shape, dose, volume }) => [index, shape, dose, volume])).toEqual([
      [0, 'at', 60, 50],
      [1, 'max', 40, 30],
    ]);
    expect(movedTo(RECTUM, 38.26, 27.3)).toEqual({ ...RECTUM, dose: 38.3, volume: 27.5 });
    expect(movedTo(PTV, 61.04, 12)).toEqual({ ...PTV, dose: 61 });
  });
});

describe('a start is refused', () => {
  const AT_0 = { gantry: 0, couch: 0, isocenter: [0, 0, 0] };
  const PLAN = {
    approval: 'UNAPPROVED',
    prescription: { targetRoiNumber: 2, targetName: 'PTV', dose: 60, fractions: 30 },
    objectives: [PTV, RECTUM, BODY],
    beams: [{ deliveryType: 'TREATMENT', machine: 'GENERIC_6MV', controlPoints: [AT_0, AT_0] }],
  } as unknown as Plan;
  it.each<[string, Partial<Plan>, RegExp | undefined]>([
    ['as it is', {}, undefined],
    ['without objectives', { objectives: [] }, /no objectives/],
    ['with one for a structure that is gone', { objectives: [PTV, { ...RECTUM, roi: 'Anus' }] }, /Objective 2: Anus/],
    ['with one for a structure without contours', { objectives: [PTV, { ...RECTUM, roi: 'Empty' }] }, /no contours/],
    ['with one after the body', { objectives: [PTV, BODY, RECTUM] }, /Objective 3: Rectum is listed after BODY/],
    ['without one for the target', { objectives: [RECTUM] }, /PTV has no objective/],
    ['without beams', { beams: [] }, /no treatment beams/],
    [
      'with an arc',
      {
        beams: [{ name: 'Arc 1', deliveryType: 'TREATMENT', controlPoints: [{ gantry: 181 }, { gantry: 179 }] }],
      } as unknown as Plan,
      /Arc 1: an arc has no one direction/,
    ],
    ['approved', { approval: 'APPROVED' }, /approved/],
  ])('%s', (_what, change, reason) => {
    const reasons = startReasons({ ...PLAN, ...change }, { rois: ROIS }, { technique: 'imrt', arcs: [], bixel: 5 });
    if (reason === undefined) expect(reasons).toEqual([]);
    else expect(reasons.join(' ')).toMatch(reason);
    expect(reasons.length).toBeLessThanOrEqual(1);
  });
  it('but VMAT makes its own beams, of arcs that a gantry can turn', () => {
    const arc = { start: 181, stop: 179, direction: 'CW', collimator: 30, couch: 0, spacing: 4, avoid: [] } as const;
    const reasonsFor = (...arcs: PlannedArc[]): string =>
      startReasons({ ...PLAN, beams: [] }, { rois: ROIS }, { technique: 'vmat', arcs, bixel: 5 }).join(' ');
    expect(reasonsFor(arc, { ...arc, start: 30, stop: 180, avoid: [[80, 100]] })).toBe('');
    expect(reasonsFor({ ...arc, start: 180, stop: 30, direction: 'CC' })).toBe('');
    expect(reasonsFor()).toMatch(/needs an arc/);
    expect(reasonsFor(arc, { ...arc, direction: 'CC' })).toMatch(/^Arc 2: the gantry cannot pass 180°/);
    expect(reasonsFor({ ...arc, stop: 181 })).toMatch(/starts where it stops/);
    expect(reasonsFor({ ...arc, start: 350, stop: 10, avoid: [[340, 20]] })).toMatch(/all of it is avoided/);
    expect(reasonsFor({ ...arc, start: 350, stop: 10, avoid: [[340, 5]] })).toBe('');
  });
  it('where bixels of arcs are wider than leaves', () => {
    const arc = { start: 181, stop: 179, direction: 'CW', collimator: 30, couch: 0, spacing: 4, avoid: [] } as const;
    const reasons = (bixel: number, technique: 'vmat' | 'fluence' = 'vmat'): string[] =>
      startReasons(PLAN, { rois: ROIS }, { technique, arcs: [arc], bixel });
    expect(reasons(10)).toEqual([expect.stringMatching(/Bixels of 10 mm .* 5 mm wide/)]);
    expect([reasons(5), reasons(2.5), reasons(10, 'fluence')]).toEqual([[], [], []]);
  });
  it('where arcs would drop what the beams have, with what would help', () => {
    const arc = { start: 181, stop: 179, direction: 'CW', collimator: 30, couch: 0, spacing: 4, avoid: [] } as const;
    const at = (number: number, couch: number, isocenter: readonly number[], more: object = {}) =>
      ({
        number,
        name: `B${number}`,
        deliveryType: 'TREATMENT',
        controlPoints: [{ couch, isocenter }],
        ...more,
      }) as unknown as Beam;
    const reasonsFor = (arcs: PlannedArc[], ...beams: Beam[]): string[] =>
      startReasons({ ...PLAN, beams }, { rois: ROIS }, { technique: 'vmat', arcs, bixel: 5 });
    const [plain, kicked] = [at(1, 0, [0, 0, 0]), at(2, 10, [0, 0, 0])];
    expect(reasonsFor([arc], plain)).toEqual([]);
    expect(reasonsFor([arc], plain, kicked)).toEqual([expect.stringMatching(/^Beam 2 \(B2\) stands at couch 10°/)]);
    expect(reasonsFor([arc, { ...arc, couch: 10 }], plain, kicked)).toEqual([]);
    expect(reasonsFor([arc], plain, at(2, 0, [0, 0, 9])).join()).toMatch(/^Beam 2 .* isocenter of its own/);
    expect(reasonsFor([arc], at(1, 0, [0, 0, 0], { boluses: [{}] })).join()).toMatch(/^Beam 1 .* bolus/);
  });
});

describe('how an objective stands', () => {
  it('is missed by its term, and said to be missed elsewhere where only the rim of the structure does', () => {
    const over = { text: 'max 65.3 Gy', kept: false };
    expect(standingOf(over, undefined)).toBe('missed');
    expect(standingOf(over, 0.02)).toBe('missed');
    expect(standingOf(over, 0)).toBe('elsewhere');
    expect(standingOf({ text: 'max 62 Gy', kept: true }, 0)).toBe('met');
    expect(standingOf({ text: 'D98 58 Gy' }, 0)).toBe('');
    expect(standingOf(undefined, 0)).toBe('');
  });
});
