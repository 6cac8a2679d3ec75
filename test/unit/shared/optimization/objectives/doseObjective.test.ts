import { describe, expect, it } from 'vitest';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { type DoseGoal, type Goals, parseGoals } from '#shared/optimization/objectives/goals.ts';
import { expectGradient } from '../solver/gradientCheck.ts';

const goalsOf = (...objectives: DoseGoal[]): Goals => ({
  prescription: { roi: 'PTV', dose: 50, fractions: 5 },
  objectives,
});

/** One ROI of as many voxels as there are doses (Gy per fraction). */
function valueAt(goal: DoseGoal, doses: readonly number[], distance?: readonly number[]): number {
  const rowsOf = new Map([[goal.roi, Uint32Array.from(doses, (_, i) => i)]]);
  const targetDistance = distance && Float32Array.from(distance);
  const objective = doseObjective(goalsOf(goal), { rowsOf, rows: doses.length, targetDistance });
  return objective.evaluate(Float64Array.from(doses), new Float64Array(doses.length));
}

const at = { roi: 'PTV', weight: 2, dose: 50 } as const;

describe('terms in closed form, 50 Gy in 5 fractions', () => {
  it.each<[DoseGoal, number[], number]>([
    [{ ...at, type: 'squared-deviation' }, [8, 12, 10, 10], 2 * (8 / 4)],
    [{ ...at, type: 'squared-overdose' }, [8, 12, 10, 13], 2 * (13 / 4)],
    [{ ...at, type: 'squared-underdose' }, [7, 12, 10, 13], 2 * (9 / 4)],
    // A quarter may be hotter: 14 is exempt, 12 and 11 are not.
    [{ ...at, type: 'max-dvh', volume: 25 }, [14, 12, 11, 3], 2 * (5 / 4)],
    [{ ...at, type: 'max-dvh', volume: 75 }, [14, 12, 11, 3], 0],
    // Three quarters must reach it: 9 and 8 are lifted, 3 is given up.
    [{ ...at, type: 'min-dvh', volume: 75 }, [14, 9, 8, 3], 2 * (5 / 4)],
    [{ ...at, type: 'min-dvh', volume: 25 }, [14, 9, 8, 3], 0],
    [{ ...at, type: 'max-mean' }, [14, 12, 11, 11], 2 * 4],
    [{ ...at, type: 'max-mean' }, [9, 9, 9, 9], 0],
    [{ ...at, type: 'max-geud', a: 1 }, [14, 12, 11, 11], 2 * 4],
    [{ ...at, type: 'max-geud', a: 2 }, [14, 2], 0],
    [{ ...at, type: 'max-geud', a: 2 }, [14, 28], 2 * (Math.sqrt(490) - 10) ** 2],
    // The harmonic mean of 6 and 12 is 8.
    [{ ...at, type: 'min-geud', a: -1 }, [6, 12], 2 * 4],
    // Exponents that overflow a plain power: the gEUD of a uniform dose is that dose.
    [{ ...at, type: 'max-geud', a: 400 }, [11, 11], 2],
    [{ ...at, type: 'min-geud', a: -400 }, [9, 9], 2],
  ])('%j at %j', (goal, doses, expected) => expect(valueAt(goal, doses)).toBeCloseTo(expected, 10));

  it('a plan without dose is pushed up evenly by a target gEUD', () => {
    const rowsOf = new Map([['PTV', Uint32Array.of(0, 1)]]);
    const objective = doseObjective(goalsOf({ ...at, type: 'min-geud', a: -10 }), { rowsOf, rows: 2 });
    const gradient = new Float64Array(2);
    expect(objective.evaluate(new Float64Array(2), gradient)).toBeCloseTo(2 * 100, 3);
    expect(gradient[0]).toBeCloseTo(-2 * 10, 3);
    expect(gradient[1]).toBe(gradient[0]);
  });

  it('a fall-off from 50 to 20 Gy over 30 mm', () => {
    const goal: DoseGoal = { ...at, type: 'fall-off', low: 20, distance: 30 };
    // Limits 10, 8, 4 and 4 Gy per fraction.
    expect(valueAt(goal, [10, 9, 6, 4], [0, 10, 30, 80])).toBeCloseTo(2 * ((1 + 4) / 4), 6);
    expect(() => valueAt(goal, [1, 1])).toThrowError(expect.objectContaining({ code: 'USAGE', object: 'PTV' }));
  });
});

describe('doseObjective', () => {
  const rowsOf = new Map([
    ['CORE', Uint32Array.of(0, 1, 2)],
    ['PTV', Uint32Array.of(2, 3, 4)],
    ['BODY', Uint32Array.from({ length: 12 }, (_, i) => i)],
    ['INNER', Uint32Array.of(1, 2)],
  ]);
  const structures = { rowsOf, rows: 12, targetDistance: Float32Array.from({ length: 12 }, (_, i) => 4 * i) };

  it('lets a voxel count for the ROI mentioned first', () => {
    const over = { type: 'squared-overdose', dose: 0, weight: 1 } as const;
    const { ownRows, evaluate } = doseObjective(
      goalsOf({ ...over, roi: 'PTV' }, { ...over, roi: 'BODY' }, { ...over, roi: 'PTV', weight: 10 }),
      structures,
    );
    expect([...ownRows].map(([roi, own]) => [roi, ...own])).toEqual([
      ['PTV', 2, 3, 4],
      ['BODY', 0, 1, 5, 6, 7, 8, 9, 10, 11],
    ]);
    const terms = new Float64Array(3);
    const doses = Float64Array.from({ length: 12 }, (_, row) => (row === 2 ? 3 : 0));
    expect(evaluate(doses, new Float64Array(12), terms)).toBeCloseTo(33, 12);
    expect([...terms]).toEqual([3, 0, 30]);
  });

  it('names an ROI that is missing or left with nothing', () => {
    const goal = { type: 'squared-overdose', dose: 1, weight: 1 } as const;
    expect(() => doseObjective(goalsOf({ ...goal, roi: 'LUNG' }), structures)).toThrowError(
      expect.objectContaining({ code: 'REFERENCE', object: 'LUNG' }),
    );
    expect(() => doseObjective(goalsOf({ ...goal, roi: 'CORE' }, { ...goal, roi: 'INNER' }), structures)).toThrowError(
      expect.objectContaining({ code: 'REFERENCE', object: 'INNER' }),
    );
  });

  it('has the gradient of its value, every term together', async () => {
    const body = { roi: 'BODY', weight: 3 } as const;
    const core = { roi: 'CORE', weight: 7 } as const;
    const { evaluate } = doseObjective(
      goalsOf(
        { ...core, type: 'squared-overdose', dose: 30 },
        { ...core, type: 'max-geud', dose: 20, a: 8 },
        { ...at, type: 'squared-deviation' },
        { ...at, type: 'min-geud', a: -10 },
        { ...body, type: 'squared-underdose', dose: 40 },
        { ...body, type: 'max-dvh', dose: 30, volume: 30 },
        { ...body, type: 'min-dvh', dose: 60, volume: 60 },
        { ...body, type: 'max-mean', dose: 20 },
        { ...body, type: 'fall-off', dose: 50, low: 10, distance: 20 },
        { ...body, type: 'max-ntcp', probability: 5, td50: 50, m: 0.2, n: 0.4, alphaBeta: 3 },
        { ...core, type: 'max-ntcp', probability: 5, td50: 30, m: 0.2, n: 1 },
        { ...at, type: 'min-tcp', probability: 90, d50: 45, gamma50: 2, a: -8, alphaBeta: 10 },
      ),
      structures,
    );
    const doses = Float64Array.from({ length: 12 }, (_, i) => 8 + 5 * Math.sin(2.3 * i));
    await expectGradient(evaluate, doses, 1e-7);
  });
});

describe('parseGoals', () => {
  const good = {
    prescription: { roi: 'PTV', dose: 50, fractions: 30 },
    objectives: [{ roi: 'PTV', type: 'squared-deviation', dose: 50, weight: 1000 }],
  };
  it('reads what the command line promises', () => {
    expect(parseGoals(JSON.stringify(good), 'goals.json')).toEqual(good);
  });

  it.each([
    ['{', 'goals.json', undefined],
    [JSON.stringify({ ...good, objectives: [] }), 'goals.json', 'objectives'],
    [
      JSON.stringify({ ...good, prescription: { roi: 'PTV', dose: 50, fractions: 0 } }),
      'goals.json',
      'prescription.fractions',
    ],
    [
      JSON.stringify({ ...good, objectives: [{ roi: 'PTV', type: 'squared', dose: 1, weight: 1 }] }),
      'goals.json',
      'objectives.0.type',
    ],
    [
      JSON.stringify({ ...good, objectives: [{ roi: 'PTV', type: 'max-geud', dose: 1, weight: 1, a: 0.5 }] }),
      'goals.json',
      'objectives.0.a',
    ],
    [
      JSON.stringify({ ...good, objectives: [{ roi: 'PTV', type: 'squared-overdose', dose: 1, weight: -1 }] }),
      'goals.json',
      'objectives.0.weight',
    ],
  ])('refuses %s', (text, object, attribute) => {
    expect(() => parseGoals(text, object)).toThrowError(expect.objectContaining({ code: 'USAGE', object, attribute }));
  });
});
