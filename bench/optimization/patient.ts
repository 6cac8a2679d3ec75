import { newUid } from '#shared/dicom/uid.ts';
import { calibrationOfScanner, DEFAULT_MACHINE, machineByName } from '#shared/dosimetry/machine/machines.ts';
import {
  createBeam,
  createPlan,
  createPrescription,
  targetCenter,
} from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { computeDvh } from '#shared/evaluation/dvh.ts';
import { type JudgedGoal, judgeSheet } from '#shared/evaluation/goals/judgeSheet.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Volume } from '#shared/geometry/volume.ts';
import type { ProblemInput } from '#shared/optimization/problem/problem.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import type { PlanningCase } from './cases.ts';

const machine = machineByName(DEFAULT_MACHINE);

/** A case on its phantom with its static fields. */
export function problemOf({ goals, fields, grid, bixel }: PlanningCase, phantom: Phantom): ProblemInput {
  const { ct, structureSet } = phantom;
  const { roi, dose, fractions } = goals.prescription;
  const target = structureSet.rois.find(({ name }) => name === roi)!;
  const isocenter = targetCenter(target);
  const iecFromLps = iecFromPatient(ct.patientPosition)!;
  return {
    ct,
    structures: structureSet,
    calibration: calibrationOfScanner(ct.scanner),
    plan: createPlan({
      sopInstanceUid: newUid(),
      label: 'SUITE',
      structures: structureSet,
      patientPosition: ct.patientPosition,
      prescription: createPrescription(target, dose, fractions),
    }),
    directions: fields.map(
      (angles, n) =>
        createBeam({ number: n + 1, name: `G${angles.gantry}`, machine, angles, isocenter, iecFromLps }).beam,
    ),
    machine,
    goals,
    grid,
    bixel,
  };
}

/** How the goals of a case's sheet stand. @param dose Gy for the whole course */
export function judgedGoals(
  { sheet, goals }: PlanningCase,
  { structureSet: { rois } }: Phantom,
  dose: Volume<Float32Array>,
): JudgedGoal[] {
  const target = rois.find(({ name }) => name === goals.prescription.roi)!;
  return judgeSheet(sheet, {
    rois,
    dvh: ({ contours, name }) => computeDvh(contours, dose, { name }),
    prescription: { targetRoiNumber: target.number, dose: goals.prescription.dose },
  });
}
