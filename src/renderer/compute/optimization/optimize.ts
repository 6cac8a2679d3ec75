import { IsocenterError } from '#shared/contract/errors.ts';
import { machineByName, setOwnMachines } from '#shared/dosimetry/machine/machines.ts';
import { machineFor } from '#shared/dosimetry/plan/beamMachine.ts';
import type { OperatorMaker } from '#shared/optimization/influence/doseOperator.ts';
import { minimizedFluence } from '#shared/optimization/plan/fluence.ts';
import { Minimizer } from '#shared/optimization/plan/minimize.ts';
import type { OptimizationHooks } from '#shared/optimization/plan/run.ts';
import { optimizationProblem } from '#shared/optimization/problem/problem.ts';
import type { OptimizationRequest, OptimizationResult } from './base.ts';
import { influenceCrew } from './influenceCrew.ts';

/**
 * What a request asks for, watched and steered by the hooks.
 * @throws IsocenterError naming what cannot be optimised, as optimizationProblem and the minimisations.
 */
export async function optimize(request: OptimizationRequest, hooks: OptimizationHooks): Promise<OptimizationResult> {
  const crew = influenceCrew(request.settings.threads);
  try {
    return await optimizeWith(crew.operator, request, hooks);
  } finally {
    await crew.close();
  }
}

async function optimizeWith(
  makeOperator: OperatorMaker,
  request: OptimizationRequest,
  hooks: OptimizationHooks,
): Promise<OptimizationResult> {
  const { ct, structures, calibration, plan, goals, machines, settings } = request;
  if (settings.technique !== 'fluence')
    throw new IsocenterError('NOT_IMPLEMENTED', `plans by ${settings.technique} are not optimised here yet`);
  setOwnMachines(machines);
  const directions = plan.beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT');
  const models = directions.map((beam) => machineFor(beam, machineByName));
  if (models.some(({ name }) => name !== models[0].name))
    throw new IsocenterError('MACHINE', 'has beams of several machines: they are not optimised together', {
      object: plan.label,
    });
  hooks.onPhase?.('preparing');
  const { grid, bixel } = settings;
  // BODY is in play where a goal names it: it has more voxels than all others together.
  const rois = structures.rois.filter(({ type, contours }) => type !== 'EXTERNAL' && contours.length > 0);
  const problem = await optimizationProblem(
    {
      ct,
      structures,
      calibration,
      plan,
      directions,
      machine: models[0],
      goals: hooks.goals?.() ?? goals,
      grid,
      bixel,
      rois: rois.map(({ name }) => name),
    },
    { ...hooks, makeOperator, onProgress: (fraction) => hooks.onPhase?.('preparing', fraction) },
  );
  hooks.onProblem?.(problem);
  const warnings = [...problem.warnings];
  const isStart = request.start?.length === problem.operator.columns;
  if (request.start !== undefined && !isStart)
    warnings.push('the bixels are not those of the last run: it was begun anew');
  const minimizer = new Minimizer(problem, goals, hooks);
  const { violation } = await minimizedFluence(minimizer, hooks, isStart ? request.start : undefined);
  if (violation > 0)
    warnings.push(`a hard constraint is violated by ${(violation * goals.prescription.fractions).toFixed(2)} Gy`);
  return { warnings };
}
