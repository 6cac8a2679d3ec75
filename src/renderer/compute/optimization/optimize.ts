import { IsocenterError } from '#shared/contract/errors.ts';
import { machineByName, setOwnMachines } from '#shared/dosimetry/machine/machines.ts';
import { machineFor } from '#shared/dosimetry/plan/beamMachine.ts';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { VoxelSample } from '#shared/evaluation/voxelDvh.ts';
import type { DoseGoal, Goals } from '#shared/optimization/objectives/goals.ts';
import type { DoseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import { type OptimizationProblem, optimizationProblem } from '#shared/optimization/problem/problem.ts';
import type { OptimizationRequest, OptimizationResult } from './base.ts';
import type { OptimizationHooks } from './session.ts';

/** Ends a minimisation whose objectives were changed. */
class Changed extends Error {
  readonly at: Float64Array;

  constructor(at: Float64Array) {
    super('other objectives');
    this.at = at;
  }
}

/** An iteration that lowers the objective by less than this share is the last. */
const TOLERANCE = 1e-4;

/**
 * The fluence stage: bixel weights for the objectives, begun anew from where it is whenever they are changed.
 * @throws IsocenterError as optimizationProblem and optimizeFluence.
 */
export async function optimize(request: OptimizationRequest, hooks: OptimizationHooks): Promise<OptimizationResult> {
  const { settings } = request;
  if (settings.technique !== 'fluence')
    throw new IsocenterError('NOT_IMPLEMENTED', `plans by ${settings.technique} are not optimised here yet`);
  const { problem, target } = await problemOf(request, hooks);
  hooks.onRows(samplesOf(problem, request), (objectives) => problem.objective(target.goals(objectives)));
  hooks.onPhase('fluence');
  let start = request.start?.length === problem.operator.columns ? request.start : undefined;
  const warnings = [...problem.warnings];
  if (request.start !== undefined && start === undefined)
    warnings.push('the bixels are not those of the last run: it was begun anew');
  for (;;) {
    const objectives = hooks.objectives();
    const watched = watch(problem.objective(target.goals(objectives)), objectives.length);
    try {
      await optimizeFluence(problem.operator, watched.objective, target, {
        valueTolerance: TOLERANCE,
        ...(start !== undefined && { start }),
        onIteration: async ({ value, x }) => {
          await hooks.onState({ ...watched, objectives, value, weights: x });
          if (hooks.objectives() !== objectives) throw new Changed(x.slice());
        },
        signal: hooks.signal,
      });
      return { warnings };
    } catch (error) {
      if (!(error instanceof Changed)) throw error;
      start = error.at;
    }
  }
}

async function problemOf(request: OptimizationRequest, hooks: OptimizationHooks) {
  const { ct, structures, calibration, plan, machines, settings } = request;
  setOwnMachines(machines);
  const directions = plan.beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT');
  const models = directions.map((beam) => machineFor(beam, machineByName));
  if (models.some(({ name }) => name !== models[0].name))
    throw new IsocenterError('MACHINE', 'has beams of several machines: they are not optimised together', {
      object: plan.label,
    });
  const { prescription } = plan;
  const roi = structures.rois.find(({ number }) => number === prescription?.targetRoiNumber);
  if (prescription === undefined || roi === undefined)
    throw new IsocenterError('USAGE', 'has no prescription to a structure', { object: plan.label });
  const { dose, fractions } = prescription;
  const goals = (objectives: readonly DoseGoal[]): Goals => ({
    prescription: { roi: roi.name, dose, fractions },
    objectives: [...objectives],
  });
  const problem = await optimizationProblem(
    {
      ct,
      structures,
      calibration,
      plan,
      directions,
      machine: models[0],
      goals: goals(hooks.objectives()),
      grid: settings.grid,
      bixel: settings.bixel,
      rois: structures.rois
        .filter(({ type, contours }) => type !== 'EXTERNAL' && contours.length > 0)
        .map(({ name }) => name),
    },
    { signal: hooks.signal, yieldNow: hooks.yieldNow, onProgress: (fraction) => hooks.onPhase('preparing', fraction) },
  );
  return { problem, target: { roi: roi.name, dosePerFraction: dose / fractions, goals } };
}

const samplesOf = (
  { rowsOf }: OptimizationProblem,
  { structures }: OptimizationRequest,
): ReadonlyMap<string, VoxelSample> =>
  new Map(
    [...rowsOf].map(([name, rows]) => {
      const roi = structures.rois.find((one) => one.name === name);
      return [name, { rows, volume: measureRoi(roi?.contours ?? [])?.volume ?? 0 }];
    }),
  );

/** The objective with the doses and terms of the point that it was last asked for: after an iteration, of the one that was accepted. */
function watch(objective: DoseObjective, goals: number) {
  const terms = new Float64Array(goals);
  const watched = {
    terms,
    doses: new Float64Array(0) as Float64Array,
    objective: {
      ...objective,
      evaluate: (doses: Float64Array, gradient: Float64Array) => {
        watched.doses = doses;
        return objective.evaluate(doses, gradient, terms);
      },
    },
  };
  return watched;
}
