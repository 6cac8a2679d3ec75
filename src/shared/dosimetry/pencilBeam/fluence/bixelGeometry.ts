import { IsocenterError } from '../../../contract/errors.ts';
import type { Beam } from '../../../model/plan.ts';
import { type BeamFrame, beamFrame } from '../../beam/beamFrame.ts';
import { filtrationOf } from '../../beam/filtration.ts';
import { trayFactor } from '../../beam/modifiers.ts';
import { radialAt } from '../../beam/radial.ts';
import { segmentsOf } from '../../beam/segments.ts';
import { viewOf } from '../../beam/sourceView.ts';
import { wedgesIn } from '../../beam/wedge.ts';
import type { LocalGrid } from '../../collapsedCone/rayTrace.ts';
import type { DoseProblem } from '../../engine.ts';
import { beamQualityOf } from '../../machine/beamQuality.ts';
import type { Machine } from '../../machine/machine.ts';
import { checkPhotonBeam, checkSource, fluenceScale } from '../../plan/beamChecks.ts';
import { voxelShadow } from '../apertureDose.ts';
import { type BeamDepths, beamDepths } from '../beamDepths.ts';
import { filtrationFactor } from '../filtrationFactor.ts';
import { type PencilTables, pencilTables } from '../gaussianLadder.ts';
import { rowExtents } from '../rowExtents.ts';

/** Square bixels on the isocenter plane: middles in BLD mm, all of one width. */
export interface BixelLattice {
  readonly width: number;
  readonly middles: readonly (readonly [number, number])[];
}

/** A beam's first control point as its bixels see the patient. */
export interface BixelGeometry {
  readonly grid: LocalGrid;
  readonly frame: BeamFrame;
  readonly tables: PencilTables;
  /** Standard deviation (mm at the isocenter plane) of what spreads the fluence besides the kernels, along x and y: source and voxel. */
  readonly blur: readonly [number, number];
  /** Fluence per MU of a bixel there: horn, softening, calibration. */
  readonly strength: (middle: readonly [number, number]) => number;
  /** Undefined when the patient lies nowhere before the source. */
  readonly depths: () => BeamDepths | undefined;
}

/**
 * @throws IsocenterError as the engines do; USAGE for a lattice without bixels, DOSE for a wedge, block or tray.
 */
export function bixelGeometry(
  { density, iecFromLps, settings }: DoseProblem,
  beam: Beam,
  machine: Machine,
  lattice: BixelLattice,
): BixelGeometry {
  const object = `Beam ${beam.number} (${beam.name})`;
  checkPhotonBeam(beam, machine, settings, object);
  if (lattice.middles.length === 0 || !(lattice.width > 0))
    throw new IsocenterError('USAGE', 'no bixels to compute', { object });
  const quality = beamQualityOf(machine);
  const tables = pencilTables(quality, machine.sourceAxisDistance / 10);
  const grid: LocalGrid = {
    dims: density.dims,
    spacing: [density.spacing[0] / 10, density.spacing[1] / 10, density.spacing[2] / 10],
    density: density.data,
  };
  const [segment] = segmentsOf(beam);
  const frame = beamFrame(density, segment, machine.sourceAxisDistance, iecFromLps);
  checkSource(frame, grid, object);
  const edge = viewOf({ sigma: machine.beam.sourceSigma, sourceDistance: 0 }, machine.sourceAxisDistance);
  const source = edge.sigma(machine.mlc?.sourceDistance ?? machine.head.jawX);
  const [shadowX, shadowY] = voxelShadow(grid, frame);
  const blurOf = (shadow: number): number => Math.hypot(source, shadow / Math.sqrt(12));
  const softening = filtrationFactor(filtrationOf(machine, quality), tables);
  if (
    wedgesIn(beam, segment, machine) !== undefined ||
    (beam.blocks?.length ?? 0) > 0 ||
    trayFactor(beam, machine) !== 1
  )
    throw new IsocenterError('DOSE', 'bixels are computed for beams without wedge, block or tray', { object });
  const scale = fluenceScale(grid, frame, machine, settings, object);
  return {
    grid,
    frame,
    tables,
    blur: [blurOf(shadowX), blurOf(shadowY)],
    strength: ([x, y]) =>
      scale *
      radialAt(machine.beam.horn, Math.hypot(x, y) / machine.sourceAxisDistance) *
      (softening === undefined ? 1 : softening(x, y)),
    depths: () => beamDepths(grid, rowExtents(grid), frame, tables),
  };
}
