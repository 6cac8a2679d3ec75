import type { DoseVolume } from '#shared/model/dose.ts';

export const NOT_CLINICAL = 'Not validated for clinical use';

/** Which engine, grid, machine and calibration made a dose; for a dose of unknown origin, that. */
export function provenanceText({ provenance, spacing, doseType, derivation }: DoseVolume): string {
  const voxels = `${spacing.map((mm) => mm.toFixed(1)).join(' × ')} mm grid`;
  if (derivation !== undefined)
    return `sum of ${derivation.alphaBeta === undefined ? 'doses' : `EQD2, α/β ${derivation.alphaBeta} Gy`} · ${voxels}`;
  const kind = doseType === 'EFFECTIVE' ? 'effective (RBE-weighted) dose' : 'dose';
  if (provenance === undefined) return `imported ${kind} · ${voxels}`;
  const { engine, version, implementation, machines, calibration, grid, settings, basis } = provenance;
  const cubic = grid.spacing.every((mm) => Math.abs(mm - grid.spacing[0]) < 1e-6);
  return [
    `${engine} ${version}${implementation === undefined ? '' : ` (${implementation})`}`,
    ...(settings.directions === undefined ? [] : [`${settings.directions} directions`]),
    `${cubic ? grid.spacing[0].toFixed(1) : grid.spacing.map((mm) => mm.toFixed(1)).join(' × ')} mm grid`,
    machines.map(({ name }) => name).join(', '),
    calibration.name,
    ...(settings.overrides.length === 0
      ? []
      : [`densities set: ${settings.overrides.map(({ name, density }) => `${name} ${density} g/cm³`).join(', ')}`]),
    ...(basis === undefined ? ['made before doses recorded what they were made for'] : []),
  ].join(' · ');
}
