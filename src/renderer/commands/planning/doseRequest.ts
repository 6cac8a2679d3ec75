import type { PatientDoseRequest } from '#renderer/compute/dose/base.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { dosimetricRois } from '#shared/dosimetry/patient/densityLayers.ts';
import type { Plan } from '#shared/model/plan.ts';
import { chosenCalibration, type DoseSettings } from './doseSettings.ts';

/** What of the patient a dose is computed on. */
export function patientOf(
  { primary, structures }: ClinicalDocument,
  plan: Plan,
  settings: DoseSettings,
): PatientDoseRequest {
  const { gridSpacing, margin } = settings;
  const roi = structures.rois.find(({ number }) => number === settings.around);
  return {
    ct: primary,
    structures: { ...structures, rois: dosimetricRois(structures, plan) },
    gridSpacing,
    calibration: chosenCalibration(settings, primary),
    ...(roi === undefined ? {} : { around: { roi, margin } }),
  };
}

/** Share of each beam in the target's mean dose, by beam number. */
export const weightsOf = ({ beams }: Plan): Readonly<Record<number, number>> =>
  Object.fromEntries(beams.map((beam) => [beam.number, beamNote(beam).weight]));
