import { expect, it } from 'vitest';
import type { FromOptimizer, OptimizationReport, OptimizationRequest } from '#renderer/compute/optimization/base.ts';
import { withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { optimize } from '#renderer/compute/optimization/optimize.ts';
import { OptimizerSession } from '#renderer/compute/optimization/session.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import { cylinder } from '../../shared/optimization/problem/cylinder.ts';

const [target, cord]: DoseGoal[] = cylinder.goals.objectives;
const { ct, structures, calibration, plan, directions } = cylinder;
const request: OptimizationRequest = {
  ct,
  structures,
  calibration,
  gridSpacing: 5,
  plan: { ...plan, beams: directions.map((beam) => withNote(beam, { weight: 1, margin: 6 })) },
  goals: { ...cylinder.goals, objectives: [target, cord] },
  settings: {
    technique: 'fluence', grid: 6, bixel: 10, sequencing: 'step-and-shoot', segments: 5, arcs: [], threads: 1,
  },
  directions: 48,
  machines: [],
  workers: 1,
  softwareGpu: false,
}; // biome-ignore format: settings on one line

interface Watch {
  readonly reports: readonly OptimizationReport[];
  readonly last: FromOptimizer | undefined;
  readonly phases: readonly string[];
}

/** Runs a request as its worker does; `at` may say something to it before an iteration is told. */
async function run(
  given: OptimizationRequest,
  at: (iteration: number, session: OptimizerSession) => void = () => {},
): Promise<Watch> {
  const reports: OptimizationReport[] = [];
  const phases: string[] = [];
  const { promise, resolve } = Promise.withResolvers<FromOptimizer>();
  let clock = 0;
  const post = (message: FromOptimizer): void => {
    if (message.kind === 'report') {
      reports.push(message.report);
      session.hear({ kind: 'heard' });
    }
    if (message.kind === 'phase' && message.phase !== phases.at(-1)) phases.push(message.phase);
    if (message.kind === 'done' || message.kind === 'failed') resolve(message);
  };
  let seen = 0;
  const yieldNow = (): Promise<void> => {
    at(seen++, session);
    return Promise.resolve();
  };
  const session: OptimizerSession = new OptimizerSession(
    { post, yieldNow, now: () => (clock += 1000) },
    (asked, hooks) => optimize(asked, hooks, { engine: pencilBeam }),
  );
  session.hear({ kind: 'start', request: given });
  return { last: await promise, reports, phases };
}

const BEGUN_ANEW = 'the bixels are not those of the last run: it was begun anew';
const unchanged = run(request);
const iterationsOf = ({ reports }: Pick<Watch, 'reports'>) => reports.flatMap(({ iterations }) => iterations);

it('brings the objective down, the same way every time, and begins where an earlier run ended', async () => {
  const one = await unchanged;
  expect(one.last).toMatchObject({ kind: 'done', result: {} });
  const values = iterationsOf(one).map(({ value }) => value);
  expect(values.length).toBeGreaterThan(5);
  for (let n = 1; n < values.length; n++) expect(values[n]).toBeLessThanOrEqual(values[n - 1]);
  for (const { value, terms } of iterationsOf(one)) expect(terms[0] + terms[1]).toBeCloseTo(value, 9);
  const dvhs = one.reports.at(-1)!.dvhs;
  expect(dvhs.map(({ roi }) => roi).sort()).toEqual(['CORD', 'PTV']);
  expect(dvhs.find(({ roi }) => roi === 'PTV')!.table.mean).toBeCloseTo(50, 0);
  // A cylinder of 36 mm: π · 20² · 36 mm³.
  expect(dvhs.find(({ roi }) => roi === 'PTV')!.table.volume).toBeCloseTo(45.2, 0);
  const weights = one.reports.at(-1)!.weights!;
  // Weights of other bixels are no start.
  const again = await run({ ...request, start: weights.slice(1) });
  expect(again.last?.kind === 'done' && again.last.result.warnings).toContain(BEGUN_ANEW);
  expect(again.reports.at(-1)!.weights).toEqual(weights);
  const warm = await run({ ...request, start: weights });
  expect(iterationsOf(warm)[0].value).toBeLessThanOrEqual(values.at(-1)! * (1 + 1e-9));
});

it('goes on from where it is when an objective is tightened, and its term answers', async () => {
  const tighter = { ...cord, dose: 5, weight: 3000 } as DoseGoal;
  const watched = await run(request, (seen, session) => {
    if (seen === 12) session.hear({ kind: 'objectives', objectives: [target, tighter] });
  });
  const before = iterationsOf(watched).filter(({ objectives }) => objectives === 0);
  const after = iterationsOf(watched).filter(({ objectives }) => objectives === 1);
  expect(before.length).toBeGreaterThan(2);
  const from = after[0].terms[1];
  expect(from).toBeGreaterThan(10 * before.at(-1)!.terms[1]);
  expect(after.at(-1)!.terms[1]).toBeLessThan(0.7 * from);
  const cordDose = (report: OptimizationReport): number => report.dvhs.find(({ roi }) => roi === 'CORD')!.table.max;
  expect(cordDose(watched.reports.at(-1)!)).toBeLessThan(0.8 * cordDose((await unchanged).reports.at(-1)!));
});

it('makes beams with monitor units and a final dose of them', async () => {
  const { last, reports } = await run({ ...request, settings: { ...request.settings, technique: 'imrt' } });
  const delivered = last?.kind === 'done' ? last.result.delivered : undefined;
  expect(delivered?.plan.beams.map(({ number }) => number)).toEqual([1, 2, 3]);
  for (const { meterset = 0, controlPoints, beamDose = 0, description } of delivered!.plan.beams) {
    expect(description).toContain('set by hand');
    expect(meterset).toBeGreaterThan(10);
    expect(controlPoints.length).toBeGreaterThanOrEqual(2);
    expect(beamDose).toBeGreaterThan(0);
  }
  expect(delivered!.plan.prescription?.normalization.kind).toBe('None');
  expect(delivered!.beamDoses.map(({ beamNumber }) => beamNumber)).toEqual([1, 2, 3]);
  const { data } = delivered!.planDose;
  for (const voxel of [1000, 5000, 9000])
    expect(delivered!.beamDoses.reduce((sum, beam) => sum + beam.data[voxel], 0)).toBeCloseTo(data[voxel], 3);
  const phases = [...new Set(reports.flatMap(({ iterations }) => iterations.map(({ phase }) => phase)))];
  expect(phases.slice(0, 4)).toEqual(['fluence', 'sequencing', 'apertures', 'final dose']);
});

it('makes arcs, each at its couch angle, and says in which phase it is', async () => {
  const arc = { start: 354, stop: 6, direction: 'CW', collimator: 30, couch: 0, spacing: 4, avoid: [] } as const;
  const arcs = [arc, { ...arc, start: 6, stop: 354, direction: 'CC', collimator: 330, couch: 10 } as const];
  const { last, reports, phases } = await run({
    ...request,
    settings: { ...request.settings, technique: 'vmat', arcs },
  });
  const delivered = last?.kind === 'done' ? last.result.delivered : undefined;
  expect(delivered?.plan.beams.map(({ type, controlPoints: [first] }) => [type, first.gantry, first.couch])).toEqual([
    ['DYNAMIC', 354, 0],
    ['DYNAMIC', 6, 10],
  ]);
  expect(delivered!.plan.beams.flatMap((beam) => checkDeliverability(beam, cylinder.machine).violations)).toEqual([]);
  expect(last?.kind === 'done' ? last.result.warnings : []).toContainEqual(
    expect.stringMatching(/^Bixels of 10 mm lie over several leaves of GENERIC_6MV, which are 5 mm wide/),
  );
  expect(phases.slice(0, 4)).toEqual(['preparing', 'fluence', 'apertures', 'final dose']);
  const told = new Set(reports.flatMap(({ iterations }) => iterations.map(({ phase }) => phase)));
  expect([...told].slice(0, 3)).toEqual(['fluence', 'apertures', 'final dose']);
  // What is told last is the plan's final dose.
  const { phase, value, terms } = iterationsOf({ reports }).at(-1)!;
  expect(phase).toBe('final dose');
  expect(terms[0] + terms[1]).toBeCloseTo(value, 9);
});

it('says what of a plan cannot be optimised', async () => {
  const { last } = await run({ ...request, goals: { ...request.goals, objectives: [{ ...target, roi: 'LUNG' }] } });
  expect(last).toMatchObject({ kind: 'failed', error: { code: 'REFERENCE', object: 'LUNG' } });
});
