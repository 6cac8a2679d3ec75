import { IsocenterError } from '../../contract/errors.ts';
import type { Mat4 } from '../../geometry/affine.ts';
import { iecFromPatient } from '../../geometry/iec.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Grid } from '../../geometry/volume.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { Roi, StructureSet } from '../../model/structures.ts';
import { bodyOf } from '../patient/body.ts';
import { doseGridFor } from '../patient/density.ts';
import { bolusLayers, dosimetricRois, sharedLayers } from '../patient/densityLayers.ts';
import { boxAround, coveringGrid, type VoxelBox } from '../patient/doseRegion.ts';

/**
 * LPS → IEC fixed for a plan whose CT and structures lie in one frame of reference.
 * @throws IsocenterError GEOMETRY for a patient position without such a map, FRAME_OF_REFERENCE naming what lies elsewhere.
 */
export function patientFrame(ct: ImageVolume, structures: StructureSet, plan: Plan): Mat4 {
  const iecFromLps = iecFromPatient(plan.patientPosition);
  if (iecFromLps === undefined)
    throw new IsocenterError('GEOMETRY', `patient position "${plan.patientPosition}" is not supported`, {
      object: plan.label,
      attribute: 'PatientPosition',
    });
  const frames = [ct.frameOfReferenceUid, structures.frameOfReferenceUid, plan.frameOfReferenceUid];
  if (frames.some((frame) => frame !== frames[0]))
    throw new IsocenterError('FRAME_OF_REFERENCE', 'CT, structures and plan lie in different frames of reference', {
      object: plan.label,
      attribute: 'FrameOfReferenceUID',
    });
  const astray = dosimetricRois(structures, plan).find(
    (roi) =>
      roi.contours.length > 0 && roi.frameOfReferenceUid !== '' && roi.frameOfReferenceUid !== ct.frameOfReferenceUid,
  );
  if (astray !== undefined)
    throw new IsocenterError('FRAME_OF_REFERENCE', 'lies in another frame of reference than the CT', {
      object: `ROI ${astray.number} (${astray.name})`,
      attribute: 'ReferencedFrameOfReferenceUID',
    });
  return iecFromLps;
}

interface GridInput {
  readonly ct: ImageVolume;
  readonly structures: StructureSet;
  readonly plan: Plan;
  readonly grid: number | Vec3 | Grid;
  readonly around?: { readonly roi: Roi; readonly margin: number };
}

/** The grid to compute on and the part of it to report. */
export function gridsOf(
  { ct, structures, plan, grid, around }: GridInput,
  beams: readonly Beam[],
): { grid: Grid; box: VoxelBox } {
  const body = bodyOf(structures);
  const outside = [
    ...sharedLayers(structures, plan),
    ...beams.flatMap((beam) => bolusLayers(structures, beam)),
  ].flatMap((layer) => (layer.outside ? layer.roi.contours : []));
  if (typeof grid === 'object' && 'dims' in grid) return coveringGrid(grid, [...body.contours, ...outside]);
  const whole = doseGridFor(ct, body.contours, grid, outside);
  const box =
    around === undefined
      ? { first: [0, 0, 0] as const, dims: whole.dims }
      : boxAround(whole, around.roi.contours, around.margin);
  return { grid: whole, box };
}
