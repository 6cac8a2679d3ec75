import type { DoseVolume } from '#shared/model/dose.ts';

export const NOT_CLINICAL = 'Not validated for clinical use';

/** Which engine, grid, machine and calibration made a dose; for a dose of unknown origin, that. */
export function provenanceText({ provenance, spacing, doseType }: DoseVolume): string {
  const kind = doseType === 'EFFECTIVE' ? 'effective (RBE-weighted) dose' : 'dose';
  if (provenance === undefined) return `imported ${kind} · ${spacing.map((mm) => mm.toFixed(1)).join(' × ')} mm grid`;
  const { engine, version, machine, calibration, gridSpacing, directions } = provenance;
  return `${engine} ${version} · ${directions} directions · ${gridSpacing.toFixed(1)} mm grid · ${machine} · ${calibration}`;
}
