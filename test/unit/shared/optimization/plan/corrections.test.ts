import { describe, expect, it } from 'vitest';
import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { corrected } from '#shared/optimization/plan/corrections.ts';
import type { Deliverable } from '#shared/optimization/plan/deliverable.ts';

interface Chosen extends Deliverable<Chosen> {}

const objective = doseObjective(
  {
    prescription: { roi: 'PTV', dose: 10, fractions: 5 },
    objectives: [{ roi: 'PTV', type: 'squared-deviation', dose: 10, weight: 1 }],
  },
  { rowsOf: new Map([['PTV', Uint32Array.of(0, 1, 2)]]), rows: 3 },
);

const value = (doses: Float64Array) => objective.evaluate(doses, new Float64Array(3));
const by = { value, final: (doses: Float64Array) => ({ value: value(doses), violation: 0 }) };
const judgeBy = () => by;

/** Every row has a dose of its own to choose; the model believes that it is brought to 2 Gy. */
function deliverable(chosen: Float64Array, offset: Float64Array = new Float64Array(3)): Chosen {
  return {
    beams: [],
    doses: chosen,
    value: objective.evaluate(
      chosen.map((dose, row) => dose + offset[row]),
      new Float64Array(3),
    ),
    violation: 0,
    warnings: [],
    improved: (next) =>
      Promise.resolve(
        deliverable(
          next.map((lacking) => 2 - lacking),
          next,
        ),
      ),
  };
}
/** What is delivered: less, and not in proportion. */
const delivered = (dose: number, row: number): number => 0.9 * dose - 0.05 * row + 0.01 * dose ** 2;
/** Rows are all voxels unless said otherwise. */
const judgedOf = <Final>(final: Final, doses: Float64Array) => ({ final, doses, every: doses });
const judge = ({ doses }: Chosen) => Promise.resolve(judgedOf(undefined, doses.map(delivered)));

describe('corrections', () => {
  it('bring the final dose to what was promised', async () => {
    const { values, judged, believed } = await corrected(deliverable(Float64Array.of(2, 2, 2)), judgeBy, judge, 4);
    expect(values[0]).toBeGreaterThan(0.03);
    expect(values.at(-1)).toBeLessThan(values[0] * 1e-3);
    expect(believed).toHaveLength(3);
    for (const dose of believed) expect(dose).toBeCloseTo(2, 9);
    for (const dose of judged.doses) expect(Math.abs(dose - 2)).toBeLessThan(0.01);
  });

  it('tell which judgement is the last, and keep the better of two', async () => {
    const asked: boolean[] = [];
    const rounds: number[] = [];
    const worse = async (one: Chosen, last: boolean) => {
      asked.push(last);
      const { doses } = await judge(one);
      return judgedOf(asked.length, asked.length === 1 ? doses : doses.map((dose) => dose + 3));
    };
    const first = deliverable(Float64Array.of(2, 2, 2));
    const found = await corrected(first, judgeBy, worse, 1, (round) => rounds.push(round));
    expect(asked).toEqual([false, true]);
    expect(rounds).toEqual([1]);
    expect(found.deliverable).toBe(first);
    expect(found.judged.final).toBe(1);
  });

  it('go by rough doses as long as they can, and end with an exact one', async () => {
    const asked: string[] = [];
    const roughly = async (one: Chosen, exact: boolean) => {
      asked.push(exact ? 'exact' : 'rough');
      const { doses } = await judge(one);
      return { ...judgedOf(exact, exact ? doses : doses.map((dose) => dose * 1.01)), rough: !exact };
    };
    const found = await corrected(deliverable(Float64Array.of(2, 2, 2)), judgeBy, roughly, 2);
    expect(asked[0]).toBe('rough');
    expect(asked.at(-1)).toBe('exact');
    expect(found.judged.final).toBe(true);
    // Agreement by a rough dose is looked at again.
    asked.length = 0;
    const right = ({ doses }: Chosen, exact: boolean) => {
      asked.push(exact ? 'exact' : 'rough');
      return Promise.resolve({ ...judgedOf(exact, doses), rough: !exact });
    };
    const agreed = await corrected(deliverable(Float64Array.of(2, 1.9, 2)), judgeBy, right, 3);
    expect(asked).toEqual(['rough', 'exact']);
    expect(agreed.judged.final).toBe(true);
    expect(agreed.values).toHaveLength(1);
    // An earlier round that seemed better by its rough dose is computed exactly before it is returned.
    asked.length = 0;
    const worse = async (one: Chosen, exact: boolean) => {
      asked.push(exact ? 'exact' : 'rough');
      const { doses } = await judge(one);
      return { ...judgedOf(exact, asked.length === 2 ? doses.map((dose) => dose + 3) : doses), rough: !exact };
    };
    const first = deliverable(Float64Array.of(2, 2, 2));
    const kept = await corrected(first, judgeBy, worse, 1);
    expect(asked).toEqual(['rough', 'exact', 'exact']);
    expect(kept.deliverable).toBe(first);
    expect(kept.judged.final).toBe(true);
  });

  it('go on while the final dose breaks a constraint, and prefer one that keeps it', async () => {
    // Row 2 may have 1.8 Gy at most; every round brings it lower, and the objective up.
    const limited = { ...by, final: (doses: Float64Array) => ({ value: value(doses), violation: doses[2] - 1.8 }) };
    const [doses, found] = [(dose: number) => Float64Array.of(2, 2, dose), [2, 1.9, 1.75]];
    const delivery = (n: number): Chosen => ({
      ...deliverable(doses(found[n])),
      improved: () => Promise.resolve(delivery(Math.min(n + 1, 2))),
    });
    const right = (one: Chosen) => Promise.resolve(judgedOf(undefined, one.doses));
    const kept = await corrected(delivery(0), () => limited, right, 4);
    expect(kept.judged.doses[2]).toBe(1.75);
    expect(kept.values).toHaveLength(3);
  });

  it('give goals that were changed meanwhile a round of their own', async () => {
    const other = { ...by };
    let asked = 0;
    const right = ({ doses }: Chosen) => Promise.resolve(judgedOf(undefined, doses));
    const changing = () => (asked++ === 0 ? by : other);
    const found = await corrected(deliverable(Float64Array.of(2, 2, 2)), changing, right, 0);
    expect(found.values).toHaveLength(2);
  });

  it('forget what was best by goals of before, changed while a correction is sought', async () => {
    // At most 10, then at most 5: by the old goals the first is the better one, by the new ones the second.
    const most = (limit: number) => {
      const over = (doses: Float64Array) => Math.max(0, doses[0] - limit) ** 2;
      return { value: over, final: (doses: Float64Array) => ({ value: over(doses), violation: 0 }) };
    };
    let goals = most(10);
    const second: Chosen = { ...deliverable(Float64Array.of(7, 7, 7)), improved: () => Promise.resolve(second) };
    const first: Chosen = {
      ...deliverable(Float64Array.of(10, 10, 10)),
      improved: () => {
        goals = most(5);
        return Promise.resolve(second);
      },
    };
    const off = ({ doses }: Chosen) =>
      Promise.resolve(
        judgedOf(
          undefined,
          doses.map((dose) => (dose === 10 ? 11 : dose)),
        ),
      );
    const found = await corrected(first, () => goals, off, 1);
    expect([found.judged.doses[0], found.value]).toEqual([7, 4]);
  });

  it('hear of goals that are changed while the exact dose is computed, and give its objective', async () => {
    let goals = by;
    let exacts = 0;
    const twice = async ({ doses }: Chosen, exact: boolean) => {
      if (exact && ++exacts === 1) goals = { ...by };
      return { ...judgedOf(undefined, doses), rough: !exact };
    };
    const found = await corrected(deliverable(Float64Array.of(2, 2, 1.9)), () => goals, twice, 3);
    expect(exacts).toBe(2);
    expect(found.values).toHaveLength(2);
    expect(found.value).toBe(value(found.judged.doses));
    expect(found.judged.rough).toBe(false);
  });

  it('are left out where the model is right', async () => {
    const right = ({ doses }: Chosen) => Promise.resolve(judgedOf(undefined, doses));
    const start = deliverable(Float64Array.of(2, 1.9, 2));
    expect((await corrected(start, judgeBy, right, 3)).values).toHaveLength(1);
  });
});
