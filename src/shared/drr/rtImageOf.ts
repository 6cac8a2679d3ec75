import type { Beam, Plan } from '../model/plan.ts';
import type { RtImage, RtImageDevice } from '../model/rtImage.ts';
import type { Drr, DrrSettings } from './computeDrr.ts';
import { isEverything } from './depthWindow.ts';
import { toneOf } from './tone.ts';

/** What an RT Image says of a radiograph beside the picture. */
export interface DrrSubject {
  readonly patientPosition: string;
  readonly frameOfReferenceUid: string;
  readonly settings: DrrSettings;
  /** Of a beam at one of its control points; absent for a radiograph of angles alone. */
  readonly field?: { readonly plan: Plan; readonly beam: Beam; readonly control: number };
}

/**
 * A radiograph as the record of an RT Image. The image's axes are the receptor's; `view.angles.collimator` is by how much it is turned
 * against the gantry. Values are mm of water, larger where less radiation would arrive, in proportion to the logarithm of it.
 */
export function rtImageOf({ view, data }: Drr, subject: DrrSubject, sopInstanceUid: string): RtImage {
  const { size, spacing, centre, angles, sad, sid } = view;
  const { field, settings } = subject;
  const control = field?.beam.controlPoints[field.control];
  const tone = toneOf(data);
  const title = field === undefined ? `G${angles.gantry.toFixed(0)} T${angles.couch.toFixed(0)}` : field.beam.name;
  return {
    sopInstanceUid,
    label: title,
    name: field === undefined ? title : `${field.plan.label} ${title}`,
    description: descriptionOf(settings, field?.beam),
    imageType: ['DERIVED', 'SECONDARY', 'DRR'],
    plane: 'NORMAL',
    size,
    spacing,
    firstPixel: [centre[0] - ((size[0] - 1) / 2) * spacing[0], centre[1] + ((size[1] - 1) / 2) * spacing[1]],
    receptorAngle: angles.collimator,
    receptorTranslation: [0, 0, sad - sid],
    orientation: [1, 0, 0, 0, -1, 0],
    sad,
    sid,
    machine: field?.beam.machine ?? '',
    gantry: angles.gantry,
    collimator: control?.collimator ?? angles.collimator,
    couch: angles.couch,
    isocenter: view.isocenter,
    patientPosition: subject.patientPosition,
    frameOfReferenceUid: subject.frameOfReferenceUid,
    reportedValuesOrigin: '',
    ...(field === undefined ? {} : { planUid: field.plan.sopInstanceUid, beamNumber: field.beam.number }),
    ...(field?.plan.fractionGroup === undefined ? {} : { fractionGroup: field.plan.fractionGroup }),
    exposures: field === undefined || hasBlocks(field.beam) ? [] : [{ devices: devicesOf(field.beam, field.control) }],
    data,
    unit: 'US',
    intensity: { relationship: 'LOG', sign: -1 },
    window: { center: (tone.black + tone.white) / 2, width: tone.white - tone.black },
    warnings: [],
  };
}

function descriptionOf({ weights, depth, voxel }: DrrSettings, beam: Beam | undefined): string {
  const parts = ['Attenuation along each ray in mm of water'];
  if (weights.soft !== 1 || weights.bone !== 1) parts.push(`soft tissue × ${weights.soft}, bone × ${weights.bone}`);
  if (!isEverything(depth)) parts.push(`from ${depth.near} to ${depth.far} mm behind the isocenter`);
  if (voxel > 0) parts.push(`voxels pooled to ${voxel} mm`);
  if (beam !== undefined && hasBlocks(beam)) parts.push('the blocks of the field are in its plan');
  return parts.join(', ');
}

/** An exposure that states devices states its blocks too; those of a plan have no place in this record. */
const hasBlocks = ({ blocks }: Beam): boolean => (blocks?.length ?? 0) > 0;

function devicesOf(beam: Beam, control: number): RtImageDevice[] {
  return beam.devices.flatMap(({ type, pairs, sourceDistance, leafBoundaries }) => {
    const positions = beam.controlPoints[control].positions[type];
    return positions === undefined
      ? []
      : [
          {
            type,
            pairs,
            positions,
            ...(sourceDistance === undefined ? {} : { sourceDistance }),
            ...(leafBoundaries === undefined ? {} : { leafBoundaries }),
          },
        ];
  });
}
