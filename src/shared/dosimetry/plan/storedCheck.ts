import type { DoseVolume } from '../../model/dose.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Plan } from '../../model/plan.ts';
import type { StructureSet } from '../../model/structures.ts';
import { prescribedTarget } from '../../structures/prescribedTarget.ts';
import { isModulated } from '../beam/modulated.ts';
import type { Machine } from '../machine/machine.ts';
import { checkComposite, type CompositeMuCheck, type UncheckedPlan } from '../muCheck/compositeCheck.ts';
import type { CtCalibration } from '../patient/ctCalibration.ts';
import { planDensity } from '../patient/planDensity.ts';
import { machineFor } from './beamMachine.ts';
import { gridsOf, patientFrame } from './planGrid.ts';

export interface StoredDose {
  readonly ct: ImageVolume;
  /** Needs an ROI of type EXTERNAL. */
  readonly structures: StructureSet;
  /** With its monitor units. */
  readonly plan: Plan;
  /** Of the whole plan, Gy. */
  readonly dose: DoseVolume;
  readonly calibration: CtCalibration;
  readonly machines: (name: string) => Machine;
}

/**
 * The independent check of a modulated plan's monitor units from its stored dose, the same that follows each computed one: it needs no
 * doses of beams. Undefined where no beam is modulated.
 * @throws IsocenterError as planDensity, patientFrame, machineFor
 */
export function checkStoredDose(stored: StoredDose): CompositeMuCheck | UncheckedPlan | undefined {
  const { ct, structures, plan, dose, calibration, machines } = stored;
  const beams = plan.beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT');
  if (!beams.some(isModulated)) return undefined;
  patientFrame(ct, structures, plan);
  const { grid } = gridsOf({ ct, structures, plan, grid: dose }, beams);
  const { ofBeam } = planDensity(ct, grid, calibration, structures, plan, beams);
  const metered = beams.map((beam, n) => ({ beam, machine: machineFor(beam, machines), density: ofBeam[n] }));
  const target = prescribedTarget(plan.prescription, structures.rois);
  return checkComposite(plan, metered, dose as DoseVolume & { data: Float32Array }, target?.contours);
}
