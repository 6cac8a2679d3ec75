import { newUid } from '#shared/dicom/uid.ts';
import { setOwnMachines } from '#shared/dosimetry/machine/machines.ts';
import type { DoseEngine } from '#shared/dosimetry/engine.ts';
import { beamNote, withNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import type { OperatorMaker } from '#shared/optimization/influence/doseOperator.ts';
import { type DeliveredPlan, optimizePlan } from '#shared/optimization/plan/optimizePlan.ts';
import type { OptimizationHooks } from '#shared/optimization/plan/run.ts';
import type { PlanDoseAnswer } from '../dose/base.ts';
import type { OptimizationRequest, OptimizationResult } from './base.ts';
import { machineOf, techniqueOf, treatedBeams } from './technique.ts';

/** What computes beside the thread of a run. */
export interface OptimizationMeans {
  readonly makeOperator?: OperatorMaker;
  /** Of final doses. */
  readonly engine: DoseEngine;
}

/** Rounds of correction by final doses. */
const CORRECTIONS = 2;

/**
 * What a request asks for, watched and steered by the hooks.
 * @throws IsocenterError naming what cannot be optimised, as optimizePlan.
 */
export async function optimize(
  request: OptimizationRequest,
  hooks: OptimizationHooks,
  { makeOperator, engine }: OptimizationMeans,
): Promise<OptimizationResult> {
  const { ct, structures, calibration, plan, goals, machines, settings, start } = request;
  setOwnMachines(machines);
  const machine = machineOf(plan);
  const { grid, bixel } = settings;
  // BODY is in play where a goal names it: it has more voxels than all others together.
  const rois = structures.rois.filter(({ type, contours }) => type !== 'EXTERNAL' && contours.length > 0);
  const { problem, delivered, warnings } = await optimizePlan(
    {
      ct,
      structures,
      calibration,
      plan,
      beams: treatedBeams(plan),
      machine,
      goals: hooks.goals?.() ?? goals,
      grid,
      bixel,
      rois: rois.map(({ name }) => name),
      technique: techniqueOf(request),
      engine,
      settings: { directions: request.directions },
      corrections: CORRECTIONS,
      newUid,
      ...(start && { start }),
      ...(makeOperator && { makeOperator }),
    },
    hooks,
  );
  const { implementation } = problem.operator;
  return {
    warnings: [...new Set(warnings)],
    ...(implementation !== undefined && { implementation }),
    ...(delivered && { delivered: answerOf(delivered) }),
  };
}

/** What of a delivered plan the page keeps. Its apertures follow no outline of the target any more: to fit them anew would lose them. */
const answerOf = ({ final }: DeliveredPlan): PlanDoseAnswer => {
  const { plan, planDose, beamDoses, muCheck, warnings } = final;
  const beams = plan.beams.map((beam) =>
    beam.deliveryType === 'TREATMENT' ? withNote(beam, { weight: beamNote(beam).weight }) : beam,
  );
  return { plan: { ...plan, beams }, planDose, beamDoses, muCheck, warnings };
};
