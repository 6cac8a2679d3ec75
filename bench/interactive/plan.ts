import { newUid } from '#shared/dicom/uid.ts';
import { calibrationOfScanner, DEFAULT_MACHINE, machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { PlanDoseInput } from '#shared/dosimetry/plan/planDose.ts';
import {
  createBeam,
  createPlan,
  createPrescription,
  targetCenter,
} from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { makePhantom } from '#shared/phantom/phantom.ts';

const GANTRIES = [195, 245, 295, 345];
const iecFromLps = iecFromPatient('HFS')!;
const machine = machineByName(DEFAULT_MACHINE);
const { ct, structureSet } = makePhantom('thorax');
const ptv = structureSet.rois.find(({ name }) => name === 'PTV')!;
const isocenter = targetCenter(ptv);

/** A field of the demo plan, fitted to its target from `gantry`. */
export const fieldFrom = (gantry: number, number: number): Beam =>
  createBeam({
    number,
    name: `G${gantry}`,
    machine,
    angles: { gantry, collimator: 0, couch: 0 },
    isocenter,
    iecFromLps,
    target: ptv.contours,
  }).beam;

/** The demo's four fields about a tumour in lung. */
export function demoPlan(): Plan {
  const base = createPlan({
    sopInstanceUid: newUid(),
    label: 'BENCH',
    structures: structureSet,
    patientPosition: ct.patientPosition,
    prescription: createPrescription(ptv, 60, 30),
  });
  return { ...base, beams: GANTRIES.map((gantry, n) => fieldFrom(gantry, n + 1)) };
}

/** What stays the same while the plan is edited. */
export const patient: Omit<PlanDoseInput, 'plan' | 'grid'> = {
  ct,
  structures: structureSet,
  calibration: calibrationOfScanner(ct.scanner),
  newUid,
};
