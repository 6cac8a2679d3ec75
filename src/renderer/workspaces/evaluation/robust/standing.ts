import type { ClinicalDocument } from '#renderer/document/records.ts';
import { basisChange, sameContours } from '#renderer/document/stale.ts';
import { chosenCalibration, useDoseSettings } from '#renderer/commands/planning/doseSettings.ts';
import { type RobustResult, type RobustSettings, useRobust } from '#renderer/stores/robustStore.ts';
import type { ImageVolume } from '#shared/model/image.ts';

type Shown = Pick<
  ClinicalDocument,
  'patientKey' | 'planIndex' | 'plan' | 'dose' | 'doseBasis' | 'doseStale' | 'primary' | 'structures'
>;

/** What the next evaluation would compute doses with. */
export type RobustMeans = Pick<RobustResult, 'calibration' | 'directions'> & {
  readonly settings: Pick<RobustSettings, 'engine' | 'gridSpacing'>;
};

/** As the panel and the dose settings stand now; `image` is what is planned on. */
export function useRobustMeans(image: ImageVolume | undefined): RobustMeans | undefined {
  const settings = useRobust((state) => state.settings);
  const dose = useDoseSettings();
  if (image === undefined) return undefined;
  return { settings, calibration: chosenCalibration(dose, image).name, directions: dose.directions };
}

/** Why a robust evaluation does not belong to the active plan as it stands, or to the doses that are chosen now; undefined when it does. */
export function robustStale(document: Shown, result: RobustResult, means: RobustMeans): string | undefined {
  if (document.patientKey !== result.patientKey) return 'it is of another patient';
  if (document.planIndex !== result.planIndex) return `it is of the plan ${result.basis.plan.label}`;
  const changed = result.rois.find((then) => {
    const now = document.structures.rois.find(({ number }) => number === then.number);
    return now === undefined || !sameContours(now.contours, then.contours);
  });
  if (changed !== undefined) return `${changed.name} was changed`;
  const basis = basisChange(document, result.basis);
  if (basis !== undefined) return basis;
  if (document.dose?.data !== result.planDose) return 'the dose of the plan is another';
  return otherMeans(result, means);
}

function otherMeans(then: RobustMeans, now: RobustMeans): string | undefined {
  const { engine, gridSpacing } = now.settings;
  if (then.settings.engine !== engine) return 'it is by another engine than is chosen now';
  if (then.settings.gridSpacing !== gridSpacing)
    return `it is on a grid of ${then.settings.gridSpacing} mm, and ${gridSpacing} mm are chosen now`;
  if (then.calibration !== now.calibration)
    return `it is by the calibration ${then.calibration}, and ${now.calibration} is chosen now`;
  return engine === 'ccc' && then.directions !== now.directions
    ? `it is by ${then.directions} directions, and ${now.directions} are chosen now`
    : undefined;
}
