import { join } from 'node:path';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { pencilBeam } from '#shared/dosimetry/pencilBeam/pencilBeam.ts';
import { provenanceOf } from '#shared/dosimetry/standing/provenance.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { DoseOperator } from '#shared/optimization/influence/doseOperator.ts';
import { minimizedFluence } from '#shared/optimization/plan/fluence.ts';
import { Minimizer } from '#shared/optimization/plan/minimize.ts';
import type { OptimizationHooks } from '#shared/optimization/plan/run.ts';
import { type LaidProblem, optimizationProblem } from '#shared/optimization/problem/problem.ts';
import { wholeDose } from '#shared/optimization/problem/wholeDose.ts';
import { InfluenceThreads } from '#main/jobs/influenceThreads.ts';
import { writeOutput } from '../files.ts';
import type { Io } from '../io.ts';
import type { OptimizeCase } from './optimizeCase.ts';
import { objectContext } from '../writing.ts';

export interface FluenceSettings {
  /** mm: of the dose grid, and of a bixel. */
  readonly grid: number;
  readonly bixel: number;
  readonly threads: number;
  /** An iteration that lowers the objective by less than this share is the last. */
  readonly tolerance: number;
}

export interface FluencePlan {
  readonly problem: LaidProblem;
  /** By bixel, MU of a fraction with everything else shut. */
  readonly weights: Float64Array;
  readonly objective: number;
  readonly influence: { readonly cpuSeconds: number; readonly nonZeros: number; readonly peakMB: number };
  readonly solver: { readonly cpuSeconds: number; readonly iterations: number };
  /** Of all bixels over the whole course. */
  readonly dose: DoseVolume;
  readonly warnings: readonly string[];
}

const NOT_DELIVERABLE = 'dose of bixel weights, which no machine delivers: without head scatter, leaf ends and leakage';

/** Bixel weights for goals, with their dose. @throws as optimizationProblem and minimizedFluence. */
export async function fluencePlan(given: OptimizeCase, settings: FluenceSettings, io: Io): Promise<FluencePlan> {
  const { plan, goals, machine } = given;
  const { grid, bixel, threads, tolerance } = settings;
  const { signal } = io;
  await using crew = new InfluenceThreads(threads);
  const start = process.cpuUsage();
  const problem = await optimizationProblem(
    { ...given, directions: plan.beams, grid, bixel },
    { signal, makeOperator: crew.operator, onProgress: (fraction) => io.progress('dose influence', fraction) },
  );
  const influence = { cpuSeconds: cpuSince(start), nonZeros: problem.operator.seen ?? 0, peakMB: peakMB() };
  io.say(`${problem.operator.columns} bixels of ${plan.beams.length} directions, ${problem.voxels.length} voxels`);
  const before = process.cpuUsage();
  const hooks: OptimizationHooks = {
    signal,
    onState: ({ iteration, value }) => {
      if (iteration % 10 === 0) io.say(`iteration ${iteration}: ${value.toPrecision(5)}`);
    },
  };
  const minimizer = new Minimizer(problem, goals, hooks);
  const found = await minimizedFluence(minimizer, hooks, undefined, tolerance);
  const solver = { cpuSeconds: cpuSince(before), iterations: minimizer.iterations };
  const objective = problem.objective(goals).evaluate(found.doses, new Float64Array(found.doses.length));
  const perFraction = await wholeDose(problem, found.x, { signal, onProgress: (part) => io.progress('dose', part) });
  const { fractions } = goals.prescription;
  const warnings = [
    ...given.warnings,
    ...problem.warnings,
    ...(found.violation > 0 ? [`a hard constraint is violated by ${(found.violation * fractions).toFixed(2)} Gy`] : []),
    `${machine.name} is not commissioned for clinical use: this dose is for research only`,
  ];
  const provenance = provenanceOf({
    ...given,
    engine: pencilBeam,
    results: [{ dose: perFraction, implementation: 'wasm simd', approximations: [NOT_DELIVERABLE], warnings: [] }],
    machines: [machine],
    grid: problem.grid,
    layers: [],
    settings: problem.setups[0].problem.settings,
    madeAt: new Date().toISOString(),
  });
  const dose: DoseVolume = {
    ...problem.grid,
    data: perFraction.map((gray) => gray * fractions),
    sopInstanceUid: newUid(),
    frameOfReferenceUid: given.ct.frameOfReferenceUid,
    summation: 'PLAN',
    doseType: 'PHYSICAL',
    planUid: plan.sopInstanceUid,
    structureSetUid: given.structures.sopInstanceUid,
    provenance,
    warnings,
  };
  return { problem, weights: found.x, objective, influence, solver, dose, warnings };
}

/** Writes what docs/CLI.md says: `RTDOSE.dcm` and `fluence.json`. */
export async function writeFluence(
  { problem, weights, dose }: FluencePlan,
  { ct, plan }: OptimizeCase,
  dir: string,
): Promise<void> {
  const context = objectContext(ct, 'Dose of a fluence', 1, { sopInstanceUid: dose.sopInstanceUid });
  await writeOutput(join(dir, 'RTDOSE.dcm'), writeDose(dose, context));
  await writeOutput(join(dir, 'fluence.json'), JSON.stringify(fluenceFile(problem.operator, weights, plan.beams)));
}

function fluenceFile({ directions }: DoseOperator, weights: Float64Array, beams: OptimizeCase['plan']['beams']) {
  return {
    isocenter: beams[0].controlPoints[0].isocenter,
    width: directions[0].lattice.width,
    beams: directions.map(({ beam, lattice, from, to }) => {
      const [{ gantry, collimator, couch }] = beam.controlPoints;
      return { gantry, collimator, couch, bixels: lattice.middles, weights: Array.from(weights.subarray(from, to)) };
    }),
  };
}

function cpuSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

const peakMB = (): number => process.resourceUsage().maxRSS / 1024;
