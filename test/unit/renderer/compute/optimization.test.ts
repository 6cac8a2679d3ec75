import { beforeEach, describe, expect, it } from 'vitest';
import type { FromOptimizer, OptimizationReport, OptimizationRequest } from '#renderer/compute/optimization/base.ts';
import { OptimizerSession } from '#renderer/compute/optimization/session.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DoseGoal, Goals } from '#shared/optimization/objectives/goals.ts';
import type { OptimizationHooks } from '#shared/optimization/plan/run.ts';
import type { OptimizationProblem } from '#shared/optimization/problem/problem.ts';

const first: DoseGoal[] = [{ roi: 'PTV', type: 'squared-deviation', dose: 50, weight: 1 }];
const second: DoseGoal[] = [{ roi: 'PTV', type: 'squared-deviation', dose: 60, weight: 1 }];
/** A square of 10 mm on one plane, 3 mm thick where nothing else is said. */
const square = { type: 'CLOSED_PLANAR', points: Float64Array.of(0, 0, 0, 10, 0, 0, 10, 10, 0, 0, 10, 0) };
const elsewhere: DoseGoal[] = [{ roi: 'Liver', type: 'max-mean', dose: 20, weight: 1 }];
const goals: Goals = { prescription: { roi: 'PTV', dose: 50, fractions: 25 }, objectives: first };
const structures = { rois: [{ name: 'PTV', contours: [square] }] };
const request = { goals, structures } as unknown as OptimizationRequest;

let told: FromOptimizer[];
/** ms on the clock; an iteration takes 100. */
let clock: number;
let hooks: OptimizationHooks;
let iteration: number;
let session: OptimizerSession;

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const reports = (): OptimizationReport[] => told.flatMap((one) => (one.kind === 'report' ? [one.report] : []));
const kinds = (): string[] => told.map(({ kind }) => kind);

/** Four voxels, two of them the PTV's; iteration n of some objectives has the value 10 − n. */
async function iterate(times: number): Promise<void> {
  for (let n = 0; n < times; n++) {
    clock += 100;
    await hooks.onState?.({
      phase: 'fluence',
      iteration: ++iteration,
      goals: hooks.goals!(),
      value: 10 - n,
      terms: Float64Array.of(10 - n),
      doses: Float64Array.of(2, 1, 2.4, 0),
      weights: Float64Array.of(n),
    });
  }
}

let end: PromiseWithResolvers<void>;

beforeEach(() => {
  told = [];
  clock = 0;
  iteration = 0;
  end = Promise.withResolvers();
  const host = { post: (message: FromOptimizer) => told.push(message), yieldNow: settle, now: () => clock };
  session = new OptimizerSession(host, async (_request, given) => {
    hooks = given;
    await end.promise;
    return { warnings: [] };
  });
  session.hear({ kind: 'start', request });
  hooks.onProblem?.({
    rowsOf: new Map([['PTV', Uint32Array.of(0, 2)]]),
    objective: ({ objectives }: Goals) => {
      if (objectives.some(({ roi }) => roi !== 'PTV'))
        throw new IsocenterError('REFERENCE', 'is not there', { object: 'Liver' });
    },
  } as unknown as OptimizationProblem);
});

describe('a session of the optimiser', () => {
  it('reports at most every quarter of a second, and only when the last report was heard', async () => {
    await iterate(4);
    // The first at once, the next 300 ms later.
    expect(reports().map(({ iterations }) => iterations.map(({ iteration }) => iteration))).toEqual([[1]]);
    session.hear({ kind: 'heard' });
    await iterate(10);
    expect(reports().map(({ iterations }) => iterations.length)).toEqual([1, 4]);
    expect(reports()[1].iterations[3]).toEqual({
      iteration: 5, phase: 'fluence', seconds: 0.5, value: 10, terms: [10], objectives: 0,
    }); // biome-ignore format: a record
  });

  it('tells DVHs of each ROI in Gy of the course, and weights that are its own', async () => {
    await iterate(1);
    const [{ dvhs, weights }] = reports();
    expect(dvhs[0].roi).toBe('PTV');
    expect([dvhs[0].table.min, dvhs[0].table.max]).toEqual([50, 60]);
    expect(dvhs[0].table.volume).toBeGreaterThan(0);
    expect(weights).toEqual(Float64Array.of(0));
  });

  it('is told the last iterations before its end', async () => {
    await iterate(3);
    end.resolve();
    await settle();
    expect(kinds()).toEqual(['report', 'report', 'done']);
    expect(reports()[1].iterations).toHaveLength(2);
  });

  it('tells what the goals come to on final doses, beside the histograms of the optimiser’s own', async () => {
    await iterate(1);
    session.hear({ kind: 'heard' });
    clock += 5000;
    const state = { iteration, goals: hooks.goals!(), value: 3, terms: Float64Array.of(3) };
    await hooks.onState?.({ ...state, phase: 'final dose', doses: Float64Array.of(9, 9, 9, 9) });
    const [before, after] = reports();
    expect(after.iterations).toMatchObject([{ phase: 'final dose', iteration: 1, seconds: 5.1, value: 3, terms: [3] }]);
    expect(after.dvhs[0].table.max).toBe(before.dvhs[0].table.max);
  });

  it('waits after the iteration in which a pause is heard, and the time does not count', async () => {
    session.hear({ kind: 'pause' });
    const run = iterate(2);
    await settle();
    await settle();
    expect(kinds()).toEqual(['report', 'paused']);
    clock += 60_000;
    session.hear({ kind: 'resume' });
    session.hear({ kind: 'heard' });
    await run;
    expect(kinds()).toEqual(['report', 'paused', 'resumed', 'report']);
    expect(reports()[1].iterations[0].seconds).toBe(0.2);
  });

  it('goes on with objectives that are changed, and with those of before where they do not fit', async () => {
    session.hear({ kind: 'objectives', objectives: second });
    expect(hooks.goals!().objectives).toEqual(second);
    await iterate(1);
    session.hear({ kind: 'objectives', objectives: elsewhere });
    expect(hooks.goals!().objectives).toEqual(second);
    expect(told.at(-1)).toMatchObject({ kind: 'refused', error: { code: 'REFERENCE', object: 'Liver' } });
    expect(reports()[0].iterations[0].objectives).toBe(1);
  });

  it('ends a phase that the page has had enough of', () => {
    session.hear({ kind: 'proceed', phase: 'fluence' });
    expect([hooks.enough?.('fluence'), hooks.enough?.('apertures')]).toEqual([true, false]);
  });

  it('says how far a phase is without a flood, and why it failed', async () => {
    hooks.onPhase?.('fluence');
    for (let n = 0; n < 10; n++) {
      clock += 30;
      hooks.onPhase?.('fluence', n / 10);
    }
    expect(kinds()).toEqual(['phase', 'phase', 'phase']);
    end.reject(new IsocenterError('DOSE', 'no bixel reaches it', { object: 'PTV' }));
    await settle();
    expect(told.at(-1)).toMatchObject({ kind: 'failed', error: { code: 'DOSE', message: 'no bixel reaches it' } });
  });
});
