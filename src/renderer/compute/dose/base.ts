import type { CtCalibration } from '#shared/dosimetry/patient/ctCalibration.ts';
import type { EngineName } from '#shared/dosimetry/engines.ts';
import type { PlanDoseResult } from '#shared/dosimetry/plan/planDose.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';

/** What stays while a plan is edited. */
export interface PatientDoseRequest {
  readonly ct: ImageVolume;
  readonly structures: StructureSet;
  readonly calibration: CtCalibration;
  /** mm. */
  readonly gridSpacing: number;
  /** Dose is reported within `margin` mm of the box around the ROI only. */
  readonly around?: { readonly roi: Roi; readonly margin: number };
}

export interface PlanDoseRequest extends PatientDoseRequest {
  readonly engine: EngineName;
  readonly plan: Plan;
  /** A direction set of the engine. */
  readonly directions: number;
  /** Share of each beam in the target's mean dose, by beam number. */
  readonly weights: Readonly<Record<number, number>>;
  /** The installation's own machines. */
  readonly machines: readonly Machine[];
  /** Workers that compute beams and parts of beams. */
  readonly workers: number;
  /** Let a program that plays a GPU do the superposition: slower than the workers, for tests on machines without one. */
  readonly softwareGpu: boolean;
}

export interface PlanDoseAnswer {
  /** The plan with metersets and beam doses. */
  readonly plan: Plan;
  readonly planDose: DoseVolume;
  readonly beamDoses: readonly DoseVolume[];
  /** Independent check of each beam's monitor units. */
  readonly muCheck: PlanDoseResult['muCheck'];
  readonly warnings: readonly string[];
}

/** The plan worker: density, normalisation, sums. */
export interface PlanJobs {
  plan: { input: PlanDoseRequest; output: PlanDoseAnswer };
}

/** Workers whose doses follow edits: one patient, one plan after the other. */
export interface FollowJobs {
  patient: { input: PatientDoseRequest & Pick<PlanDoseRequest, 'machines'>; output: null };
  /** The pencil beam's dose. */
  fast: { input: FastDoseRequest; output: Omit<PlanDoseAnswer, 'plan' | 'muCheck'> };
  /** The collapsed cone's, with what it knows of beams that were not edited since. */
  full: {
    input: Pick<PlanDoseRequest, 'plan' | 'weights' | 'directions' | 'workers' | 'softwareGpu'>;
    output: PlanDoseAnswer;
  };
}

export interface FastDoseRequest extends Pick<PlanDoseRequest, 'plan' | 'weights'> {
  /** mm: while the hand moves a coarser one than the patient's will do. */
  readonly gridSpacing: number;
  /** Whether doses of single beams are wanted, too. */
  readonly withBeamDoses: boolean;
}
