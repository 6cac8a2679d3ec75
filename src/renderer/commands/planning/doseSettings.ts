import { create } from 'zustand';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import type { CtCalibration } from '#shared/dosimetry/patient/ctCalibration.ts';
import type { EngineName } from '#shared/dosimetry/engines.ts';
import { calibrationByName, calibrationOfScanner } from '#shared/dosimetry/machine/machines.ts';
import type { ImageVolume } from '#shared/model/image.ts';

export interface DoseSettings {
  /** What F5 computes with. */
  readonly engine: EngineName;
  /** Whether an approximate dose follows every edit of the beams; the hand's, while it moves. */
  readonly follow: boolean;
  readonly followHand: boolean;
  /** Whether the collapsed cone's dose is computed when the hand lets go. */
  readonly fullOnRelease: boolean;
  /** mm. */
  readonly gridSpacing: number;
  /** A direction set of the engine. */
  readonly directions: number;
  /** Name of a CT calibration; undefined for the one of the scanner that the images name. */
  readonly calibration: string | undefined;
  /** Calibrations read from the user's files, for as long as the page is open. */
  readonly loaded: readonly CtCalibration[];
  /** ROI number about which dose is wanted, with a margin of mm; undefined for all of the patient. */
  readonly around: number | undefined;
  readonly margin: number;
}

/** How the next dose is computed; what a dose was computed with is in its provenance. Not undoable. */
export const useDoseSettings = create<DoseSettings>(() => ({
  engine: 'ccc',
  follow: false,
  followHand: true,
  fullOnRelease: true,
  gridSpacing: 3,
  directions: DEFAULT_DIRECTIONS,
  calibration: undefined,
  loaded: [],
  around: undefined,
  margin: 20,
}));

/** The calibration that the next dose on `image` is computed with. */
export function chosenCalibration({ calibration, loaded }: DoseSettings, image: ImageVolume): CtCalibration {
  if (calibration === undefined) return calibrationOfScanner(image.scanner);
  return loaded.find(({ name }) => name === calibration) ?? calibrationByName(calibration);
}
