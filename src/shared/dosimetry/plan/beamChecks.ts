import { IsocenterError } from '../../contract/errors.ts';
import { dot, type Vec3 } from '../../geometry/vec.ts';
import type { Beam } from '../../model/plan.ts';
import type { BeamFrame } from '../beam/beamFrame.ts';
import type { DoseSettings } from '../engine.ts';
import type { Machine } from '../machine/machine.ts';
import type { LocalGrid } from '../collapsedCone/rayTrace.ts';
import { surfaceDistance } from '../collapsedCone/surface.ts';

/** Reference-machine results are scaled by this, so that they fit DICOM's number formats. */
const PER_FLUENCE_SCALE = 1e12;

const JAWS = ['X', 'Y', 'ASYMX', 'ASYMY'] as const;

/**
 * What every photon engine refuses.
 * @throws IsocenterError DOSE naming the beam: no photons; dose per fluence of a machine that is no reference machine; INVALID_ATTRIBUTE for jaws
 * past each other.
 */
export function checkPhotonBeam(beam: Beam, machine: Machine, settings: DoseSettings, object: string): void {
  if (beam.radiationType !== 'PHOTON')
    throw new IsocenterError('DOSE', `only photon beams are computed, not "${beam.radiationType}"`, {
      object,
      attribute: 'RadiationType',
    });
  for (const { positions } of beam.controlPoints)
    for (const device of JAWS) {
      const [low, high] = positions[device] ?? [0, 0];
      if (!(low <= high))
        throw new IsocenterError('INVALID_ATTRIBUTE', `jaws ${device} at ${low} and ${high} mm stand past each other`, {
          object,
          attribute: 'LeafJawPositions',
        });
    }
  if (settings.perFluence && !machine.reference)
    throw new IsocenterError('DOSE', `dose per fluence needs a reference machine, not ${machine.name}`, { object });
}

/** @throws IsocenterError GEOMETRY when the source lies in a voxel that is not empty. */
export function checkSource(frame: BeamFrame, grid: LocalGrid, object: string): void {
  const index: Vec3 = [0, 1, 2].map((axis) => Math.round(frame.source[axis] / grid.spacing[axis])) as unknown as Vec3;
  if (index.some((n, axis) => n < 0 || n >= grid.dims[axis])) return;
  if (grid.density[dot(index, [1, grid.dims[0], grid.dims[0] * grid.dims[1]])] > 0)
    throw new IsocenterError('GEOMETRY', 'the source lies inside the patient', { object });
}

/**
 * From dose per fluence on the axis at the isocenter distance to what is asked for: Gy per MU, or with `perFluence` per unit fluence
 * on the axis at the surface, (SSD/SAD)² more, scaled for DICOM.
 */
export function fluenceScale(
  grid: LocalGrid,
  frame: BeamFrame,
  machine: Machine,
  settings: DoseSettings,
  object: string,
): number {
  if (!settings.perFluence) return machine.calibration.fluencePerMu;
  const distance = surfaceDistance(grid, frame);
  if (distance === undefined)
    throw new IsocenterError('DOSE', 'the beam axis misses the patient: no surface to refer the fluence to', {
      object,
    });
  return PER_FLUENCE_SCALE * (distance / frame.sad) ** 2;
}
