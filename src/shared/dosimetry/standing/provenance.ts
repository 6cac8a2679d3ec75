import type { Grid } from '../../geometry/volume.ts';
import type { DoseProvenance } from '../../model/dose.ts';
import { collapsedCone } from '../collapsedCone/collapsedCone.ts';
import { contentHash } from './contentHash.ts';
import type { CtCalibration } from '../patient/ctCalibration.ts';
import { basisHashes, type DoseBasisParts } from './doseBasis.ts';
import type { DensityLayer } from '../patient/densityLayers.ts';
import type { BeamDoseResult, DoseEngine, DoseSettings } from '../engine.ts';
import type { Machine } from '../machine/machine.ts';

/**
 * Above this spacing (mm) a dose counts as approximate. At 4 mm it stays within 1 % of a 2 mm grid in the open field
 * (docs/DOSIMETRY.md, tested); for coarser grids nothing is tested, and penumbrae are drawn from one or two voxels.
 */
export const COARSE_GRID = 4;

export interface ProvenanceParts extends DoseBasisParts {
  readonly engine: DoseEngine;
  readonly results: readonly BeamDoseResult[];
  readonly machines: readonly Machine[];
  readonly calibration: CtCalibration;
  readonly grid: Grid;
  /** Densities set by hand, as they were laid. */
  readonly layers: readonly DensityLayer[];
  readonly settings: DoseSettings;
  /** ISO 8601. */
  readonly madeAt: string;
}

/** The record that goes with every dose: what made it, from what, and whether it may be taken for the final one. */
export function provenanceOf(parts: ProvenanceParts): DoseProvenance {
  const { engine, results, calibration, grid, layers, settings } = parts;
  const machines = new Map(parts.machines.map((machine) => [machine.name, machine]));
  const reasons = [...new Set(results.flatMap((result) => result.approximations))];
  const coarsest = Math.max(...grid.spacing);
  if (coarsest > COARSE_GRID + 1e-6)
    reasons.push(`a dose grid of ${coarsest.toFixed(1)} mm is coarser than ${COARSE_GRID} mm`);
  if (settings.perFluence) reasons.push('dose per unit fluence, not that of the monitor units');
  return {
    engine: engine.name,
    version: engine.version,
    implementation: [...new Set(results.map((result) => result.implementation))].join(', '),
    machines: [...machines.values()].map((machine) => ({ name: machine.name, hash: contentHash(machine) })),
    calibration: { name: calibration.name, hash: contentHash(calibration) },
    grid: { spacing: grid.spacing, dims: grid.dims, origin: grid.origin },
    settings: {
      // Other engines have no cones.
      ...(engine.name === collapsedCone.name ? { directions: settings.directions } : {}),
      ...arcSectorOf(results),
      heterogeneity: layers.length > 0 ? ['IMAGE', 'ROI_OVERRIDE'] : ['IMAGE'],
      overrides: layers.map(({ roi, density }) => ({ name: roi.name, density })),
    },
    basis: basisHashes(parts),
    madeAt: parts.madeAt,
    approximate: reasons.length > 0,
    reasons,
  };
}

function arcSectorOf(results: readonly BeamDoseResult[]): { arcSector?: number } {
  const widths = results.flatMap(({ arcSector }) => arcSector ?? []);
  return widths.length === 0 ? {} : { arcSector: Math.max(...widths) };
}
