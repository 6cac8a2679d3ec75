import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { optimize as optimizeForPage } from '#renderer/compute/optimization/optimize.ts';
import type { OptimizationResult } from '#renderer/compute/optimization/base.ts';
import { parseArguments } from '#main/cli/arguments.ts';
import { dvhRow } from '#main/cli/commands/dvh.ts';
import { createIo } from '#main/cli/io.ts';
import { OPTIMIZE_CASE_OPTIONS, readOptimizeCase } from '#main/cli/plans/optimizeCase.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { OptimizationHooks } from '#shared/optimization/plan/run.ts';
import { centreMask } from '#shared/structures/contours/centreMask.ts';
import { run } from './commandLineRun.ts';

const goals = {
  prescription: { roi: 'PTV', dose: 50, fractions: 25 },
  objectives: [
    { roi: 'PTV', type: 'squared-deviation', dose: 50, weight: 1000 },
    { roi: 'CORE', type: 'squared-overdose', dose: 25, weight: 300 },
    { roi: 'BODY', type: 'squared-overdose', dose: 30, weight: 100 },
  ],
};
const beams = { beams: [0, 72, 144, 216, 288].map((gantry) => ({ gantry })) };
/** Few fields on a coarse grid, for what needs collapsed-cone doses. */
const few = { beams: [72, 180, 288].map((gantry) => ({ gantry })) };
const COARSE = ['--grid', '10', '--directions', '56', '--threads', '1'];

let dir: string;
let words: string[];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'optimize-'));
  await run(['phantom', 'tg119-c-shape', '--out', dir, '--json']);
  await writeFile(join(dir, 'goals.json'), JSON.stringify(goals));
  await writeFile(join(dir, 'beams.json'), JSON.stringify(beams));
  await writeFile(join(dir, 'few.json'), JSON.stringify(few));
  const files = ['--ct', join(dir, 'CT'), '--rtstruct', join(dir, 'RTSTRUCT', 'RTSTRUCT.dcm')];
  words = ['optimize', ...files, '--machine', 'GENERIC_6MV', '--grid', '8', '--bixel', '10', '--json'];
}, 60_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

const optimize = (...more: string[]) =>
  run([...words, '--goals', join(dir, 'goals.json'), '--beams', join(dir, 'beams.json'), ...more]);
const optimizeFew = (...more: string[]) => optimize(...COARSE, '--beams', join(dir, 'few.json'), ...more);

/** What the optimiser's worker does for the page, with the same patient, goals and directions, in this thread. */
async function optimizeInPage(
  technique: 'fluence' | 'imrt',
  beamsFile: string,
  grid: number,
  hooks: OptimizationHooks = {},
): Promise<OptimizationResult> {
  const options = { ...OPTIMIZE_CASE_OPTIONS, grid: { type: 'string' }, bixel: { type: 'string' } } as const;
  const files = ['--goals', join(dir, 'goals.json'), '--beams', join(dir, beamsFile)];
  const io = createIo(process, true, new AbortController().signal);
  const given = await readOptimizeCase(parseArguments([...words.slice(1), ...files], options), io);
  const settings = {
    technique, grid, bixel: 10, sequencing: 'step-and-shoot', segments: 5, arcs: [], threads: 1,
  } as const; // biome-ignore format: a record
  return await optimizeForPage(
    { ...given, gridSpacing: grid, settings, directions: 56, machines: [], workers: 1, softwareGpu: false },
    hooks,
    { engine: collapsedCone },
  );
}

describe('isocenter optimize', () => {
  it('brings a C-shaped target its dose and spares the core, and says what it took', { timeout: 120_000 }, async () => {
    const out = join(dir, 'out');
    const { status, stdout, stderr } = await optimize('--technique', 'fluence', '--threads', '2', '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const report = JSON.parse(stdout) as {
      objective: number;
      influence: { cpuSeconds: number; nonZeros: number; peakMB: number };
      solver: { cpuSeconds: number; iterations: number };
      dvh: { name: string; D50: number; D5: number }[];
    };
    expect(Object.keys(report)).toEqual('objective influence solver sequencing dvh mu warnings'.split(' '));
    const [target, core] = report.dvh;
    expect([target.name, core.name]).toEqual(['PTV', 'CORE']);
    expect(Math.abs(target.D50 - 50)).toBeLessThan(1);
    expect(core.D5).toBeLessThan(0.8 * target.D50);
    // Five beams, voxels of 8 mm in the body's 300 × 200 × 200 mm, each seen by each.
    expect(report.influence.nonZeros / 5).toBeCloseTo((300 * 200 * 200) / 8 ** 3, -4);
    expect([report.influence.cpuSeconds > 0, report.influence.peakMB > 50, report.solver.iterations > 3]).toEqual([
      true,
      true,
      true,
    ]);

    // The formula of the contract, by voxels of the RT Dose whose middles are inside: the first ROI that holds one has it.
    const dose = readDose(await readFile(join(out, 'RTDOSE.dcm')));
    expect(dose.provenance?.approximate).toBe(true);
    const { rois } = readStructureSet(await readFile(join(dir, 'RTSTRUCT', 'RTSTRUCT.dcm')));
    const free = new Uint8Array(dose.data.length).fill(1);
    let value = 0;
    for (const goal of goals.objectives) {
      const mask = centreMask(rois.find(({ name }) => name === goal.roi)!.contours, dose);
      let [sum, count] = [0, 0];
      for (let n = 0; n < mask.length; n++) {
        if (mask[n] === 0 || free[n] === 0) continue;
        free[n] = 0;
        const off = (dose.data[n] - goal.dose) / 25;
        sum += (goal.type === 'squared-deviation' ? off : Math.max(0, off)) ** 2;
        count++;
      }
      value += (goal.weight * sum) / count;
    }
    expect(Math.abs(report.objective - value)).toBeLessThan(1e-4 * value);

    const fluence = JSON.parse(await readFile(join(out, 'fluence.json'), 'utf8')) as {
      isocenter: number[];
      width: number;
      beams: { gantry: number; bixels: number[][]; weights: number[] }[];
    };
    expect([fluence.width, fluence.beams.map(({ gantry }) => gantry)]).toEqual([10, [0, 72, 144, 216, 288]]);
    // The page finds the same, bit by bit.
    const inPage: Float64Array[] = [];
    await optimizeInPage('fluence', 'beams.json', 8, { onState: ({ weights }) => void (inPage[0] = weights!.slice()) });
    expect(fluence.beams.flatMap(({ weights }) => weights)).toEqual(Array.from(inPage[0]));
    for (const { bixels, weights } of fluence.beams) {
      expect(weights.length).toBe(bixels.length);
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...weights)).toBeGreaterThan(0);
    }
  });

  it('makes fields that the machine can deliver, with their final dose', { timeout: 120_000 }, async () => {
    const out = join(dir, 'imrt');
    const { status, stdout, stderr } = await optimizeFew('--technique', 'imrt', '--segments', '5', '--out', out);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const report = JSON.parse(stdout) as {
      sequencing: { segments: number; violations: unknown[] };
      dvh: { name: string; D50: number; D5: number }[];
      mu: { number: number; mu: number }[];
      warnings: string[];
    };
    expect(report.warnings[0]).toMatch(
      /^APPROXIMATE DOSE: a dose grid of 10\.0 mm is coarser than 4 mm; plan checks fail/,
    );
    expect(report.sequencing.violations).toEqual([]);
    const plan = readPlan(await readFile(join(out, 'RTPLAN.dcm')));
    expect(plan.beams.map(({ number }) => number)).toEqual(report.mu.map(({ number }) => number));
    for (const [n, { mu }] of report.mu.entries()) expect(plan.beams[n].meterset).toBeCloseTo(mu, 6);
    expect(plan.fractions).toBe(25);
    const points = plan.beams.reduce((sum, { controlPoints }) => sum + controlPoints.length, 0);
    expect(points).toBe(2 * report.sequencing.segments);
    const dose = readDose(await readFile(join(out, 'RTDOSE.dcm')));
    expect(dose.planUid).toBe(plan.sopInstanceUid);
    expect(dose.provenance?.engine).toContain('ollapsed');
    const [target, core] = report.dvh;
    expect(Math.abs(target.D50 - 50)).toBeLessThan(3);
    expect(core.D5).toBeLessThan(0.85 * target.D50);

    // The page makes the same plan, bit by bit, and the same final dose of it.
    const { delivered } = await optimizeInPage('imrt', 'few.json', 10);
    expect(delivered!.plan.beams.map(({ number, meterset }) => ({ number, mu: meterset }))).toEqual(report.mu);
    for (const [n, { controlPoints }] of delivered!.plan.beams.entries())
      expect(plan.beams[n].controlPoints.map(({ positions }) => positions)).toEqual(
        controlPoints.map(({ positions }) => positions),
      );
    const { rois } = readStructureSet(await readFile(join(dir, 'RTSTRUCT', 'RTSTRUCT.dcm')));
    const inPage = report.dvh.map(({ name }) => dvhRow(rois.find((roi) => roi.name === name)!, delivered!.planDose));
    expect(JSON.parse(JSON.stringify(inPage))).toEqual(report.dvh);
  });

  it('finds MU for fields that conform to the target, and says that a machine cannot deliver them', {
    timeout: 120_000,
  }, async () => {
    const machine = join(dir, 'machine.json');
    const { limits, ...rest } = machineByName('GENERIC_6MV');
    await writeFile(machine, JSON.stringify({ ...rest, limits: { ...limits, maximumControlPoints: 1 } }));
    const out = join(dir, 'conformal');
    const more = ['--technique', '3dcrt', '--machine', machine, '--out', out];
    const { status, stdout, stderr } = await optimizeFew(...more);
    const report = JSON.parse(stdout) as {
      sequencing: { rounds: number[]; violations: { beam: number; limit: string }[] };
      dvh: { D50: number }[];
      mu: { number: number; mu: number }[];
    };
    expect(status).toBe(1);
    expect(stderr).toBe(
      `error MACHINE: GENERIC_6MV: cannot deliver the plan, which breaks control-points: Beam 1: 2 control points, at most 1, and ${report.mu.length - 1} more\n`,
    );
    expect(report.sequencing.violations.map(({ beam, limit }) => [beam, limit])).toEqual(
      report.mu.map(({ number }) => [number, 'control-points']),
    );
    expect(readPlan(await readFile(join(out, 'RTPLAN.dcm'))).beams).toHaveLength(report.mu.length);
    // Final doses are what was minimised: no round of correction.
    expect(report.sequencing.rounds).toHaveLength(1);
    expect(Math.min(...report.mu.map(({ mu }) => mu))).toBeGreaterThanOrEqual(1);
    // They cannot spare the core within the C: the goals meet in between.
    const [target, core] = report.dvh;
    expect(target.D50).toBeGreaterThan(40);
    expect(target.D50).toBeLessThan(50);
    expect(core.D50).toBeGreaterThan(25);
  });

  it.each([
    [['--technique', 'arcs'], 2, "error USAGE: 'arcs' is none of fluence, imrt, vmat, 3dcrt (--technique)"],
    [[], 2, 'error USAGE: is required (--technique)'],
    // At once, before anything is read.
    [['--technique', 'imrt', '--directions', '16', '--ct', 'nowhere'], 1, 'error DOSE: dose settings: 16 directions: choose one of 56, 88, 104, 160 (directions)'], // biome-ignore format: a line each
  ])('%j: %i %s', async (more, status, message) => {
    expect(await optimize(...more)).toEqual({ status, stdout: '', stderr: `${message}\n` });
  });

  it.each([
    ['beams', { beams: [] }, 2, /^error USAGE: .*bad\.json: .* \(beams\)$/m],
    ['beams', { beams: [{ gantry: 'up' }] }, 2, /^error USAGE: .*bad\.json: .* \(beams\.0\.gantry\)$/m],
    ['beams', { isocenter: [0, 0], ...beams }, 2, /^error USAGE: .*bad\.json: .* \(isocenter\)$/m],
    ['goals', { ...goals, prescription: { ...goals.prescription, roi: 'PTV2' } }, 1, /^error REFERENCE: PTV2: /m],
  ])('refuses %s %j', async (option, content, expected, message) => {
    await writeFile(join(dir, 'bad.json'), JSON.stringify(content));
    const { status, stdout, stderr } = await optimize('--technique', 'fluence', `--${option}`, join(dir, 'bad.json'));
    expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
