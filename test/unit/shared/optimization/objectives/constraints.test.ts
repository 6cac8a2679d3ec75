import { describe, expect, it } from 'vitest';
import { gEud, logisticResponse, ntcpLyman } from '#shared/evaluation/radiobiology.ts';
import { keepingConstraints } from '#shared/optimization/objectives/constraints.ts';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { type DoseGoal, parseGoals } from '#shared/optimization/objectives/goals.ts';
import { boundedMinimum } from '#shared/optimization/solver/boundedMinimum.ts';

const FRACTIONS = 30;
const prescription = { roi: 'PTV', dose: 60, fractions: FRACTIONS };

/**
 * Four target and four organ voxels that one bixel each reaches, the organ's with half of a neighbour's dose: what a goal of the organ takes
 * from it, the target lacks.
 */
async function planned(organ: DoseGoal): Promise<{ target: Float64Array; organ: Float64Array; violation: number }> {
  const rowsOf = new Map([
    ['PTV', Uint32Array.of(0, 1, 2, 3)],
    ['OAR', Uint32Array.of(4, 5, 6, 7)],
  ]);
  const goals: DoseGoal[] = [{ roi: 'PTV', type: 'squared-deviation', dose: 60, weight: 1 }, organ];
  const objective = doseObjective({ prescription, objectives: goals }, { rowsOf, rows: 8 });
  const share = [0.9, 0.8, 0.7, 0.6];
  const doseGradient = new Float64Array(8);
  const found = await keepingConstraints<{ x: Float64Array; doses: Float64Array }>(objective, async (from) => {
    const dosesOf = (x: Float64Array): Float64Array =>
      Float64Array.from({ length: 8 }, (_, n) => (n < 4 ? x[n] : x[n - 4] * share[n - 4]));
    const { x } = await boundedMinimum(
      (x, gradient) => {
        const value = objective.evaluate(dosesOf(x), doseGradient);
        for (let n = 0; n < 4; n++) gradient[n] = doseGradient[n] + share[n] * doseGradient[n + 4];
        return value;
      },
      from?.x ?? new Float64Array(4).fill(1),
      { lower: new Float64Array(4), upper: new Float64Array(4).fill(Infinity) },
    );
    return { x, doses: dosesOf(x) };
  });
  const course = found.doses.map((dose) => dose * FRACTIONS);
  return { target: course.slice(0, 4), organ: course.slice(4), violation: found.violation * FRACTIONS };
}

const bins = (doses: Float64Array) => Array.from(doses, (dose) => ({ dose, share: 1 / doses.length }));
const oar = { roi: 'OAR', weight: 1, constraint: true } as const;
/** What is allowed of a violation, Gy over the course. */
const KEPT = 0.3 + 1e-6;

describe('hard constraints', () => {
  it.each<[Exclude<DoseGoal, { type: 'squared-deviation' }>, (doses: Float64Array) => number, number]>([
    [{ ...oar, type: 'squared-overdose', dose: 45 }, (doses) => Math.max(...doses), 45],
    [{ ...oar, type: 'max-mean', dose: 40 }, (doses) => gEud(bins(doses), 1), 40],
    [{ ...oar, type: 'max-geud', dose: 42, a: 6 }, (doses) => gEud(bins(doses), 6), 42],
    [{ ...oar, type: 'max-dvh', dose: 40, volume: 50 }, (doses) => [...doses].sort((a, b) => b - a)[2], 40],
  ])('%j', async (goal, measured, limit) => {
    const soft = await planned({ ...goal, constraint: false });
    expect(measured(soft.organ)).toBeGreaterThan(limit + 1);
    const { organ, target, violation } = await planned(goal);
    expect(violation).toBeLessThan(KEPT);
    expect(measured(organ)).toBeLessThan(limit + KEPT);
    // As much dose as the constraint allows.
    expect(measured(organ)).toBeGreaterThan(limit - 1.5);
    expect(Math.max(...target)).toBeLessThan(60 + 1e-3);
  });
});

describe('responses of tissue as objectives', () => {
  it('a complication probability ends at its limit', async () => {
    const model = { td50: 48, m: 0.15, n: 0.4 };
    const { organ } = await planned({ ...oar, type: 'max-ntcp', probability: 20, ...model });
    expect(ntcpLyman(bins(organ), model)).toBeCloseTo(0.2, 1);
    expect(ntcpLyman(bins(organ), model)).toBeLessThan(0.215);
  });

  it('also in fractions of 2 Gy', async () => {
    const model = { td50: 40, m: 0.15, n: 0.4 };
    const { organ } = await planned({ ...oar, type: 'max-ntcp', probability: 20, ...model, alphaBeta: 3 });
    const equivalent = organ.map((dose) => (dose * (dose / FRACTIONS + 3)) / 5);
    expect(ntcpLyman(bins(equivalent), model)).toBeLessThan(0.215);
    expect(ntcpLyman(bins(equivalent), model)).toBeGreaterThan(0.17);
  });

  it('a control probability is reached where nothing forbids it', async () => {
    const model = { d50: 50, gamma50: 2, a: -10 };
    const { organ } = await planned({ roi: 'OAR', weight: 1000, type: 'min-tcp', probability: 60, ...model });
    expect(logisticResponse(bins(organ), model)).toBeGreaterThan(0.58);
  });

  it('are refused without what a model needs, and uniform dose as a constraint', () => {
    const text = (goal: object): string => JSON.stringify({ prescription, objectives: [goal] });
    const ntcp = { roi: 'OAR', weight: 1, type: 'max-ntcp', probability: 20, td50: 40, m: 0.2, n: 0.5 };
    expect(parseGoals(text(ntcp), 'g').objectives).toHaveLength(1);
    const refused = (goal: object, attribute: string): void =>
      expect(() => parseGoals(text(goal), 'g.json')).toThrowError(
        expect.objectContaining({ code: 'USAGE', attribute }),
      );
    refused({ ...ntcp, probability: 100 }, 'objectives.0.probability');
    refused({ ...ntcp, n: 0 }, 'objectives.0.n');
    refused({ roi: 'PTV', weight: 1, type: 'squared-deviation', dose: 1, constraint: true }, 'objectives.0');
  });
});
