import { IsocenterError } from '../../contract/errors.ts';
import type { DoseBasisHashes, DoseVolume, NamedContent } from '../../model/dose.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { StructureSet } from '../../model/structures.ts';
import { contentHash, contoursHash } from './contentHash.ts';
import { bolusLayers, sharedLayers } from '../patient/densityLayers.ts';

/** What shapes the dose of a plan beside engine, machine and calibration. */
export interface DoseBasisParts {
  readonly ct: ImageVolume;
  readonly structures: StructureSet;
  /** With the metersets that the dose was scaled by. */
  readonly plan: Plan;
}

export function basisHashes({ ct, structures, plan }: DoseBasisParts): DoseBasisHashes {
  return {
    plan: planHash(plan),
    body: bodyHash(structures),
    overrides: overridesHash(structures, plan),
    ctSeriesUid: ct.seriesInstanceUid,
    ct: imageHash(ct),
  };
}

const imageHash = ({ dims, spacing, origin, direction }: ImageVolume): string =>
  contentHash({ dims, spacing, origin, direction });

const overridesHash = (structures: StructureSet, plan: Plan): string =>
  contentHash(
    [...sharedLayers(structures, plan), ...treated(plan).flatMap((beam) => bolusLayers(structures, beam))].map(
      ({ roi, density, outside }) => ({ density, outside, contours: contoursHash(roi.contours) }),
    ),
  );

/** Of sets seen before, which are immutable: plan after plan is computed on one while it is edited. */
const bodies = new WeakMap<StructureSet, string>();

function bodyHash(set: StructureSet): string {
  const known =
    bodies.get(set) ?? contoursHash(set.rois.filter((roi) => roi.type === 'EXTERNAL').flatMap((roi) => roi.contours));
  bodies.set(set, known);
  return known;
}

/** Of the treatment beams: everything but what only names them, and the dose at a point, which follows from the rest. */
export function planHash(plan: Plan): string {
  const beams = treated(plan).map(dosimetricPart);
  return contentHash({ beams, fractions: plan.fractions, patientPosition: plan.patientPosition });
}

const treated = ({ beams }: Plan): Beam[] => beams.filter((beam) => beam.deliveryType === 'TREATMENT');

function dosimetricPart(beam: Beam): unknown {
  const { name: _name, description: _note, beamDose: _dose, fluenceModeId: _mode, ...rest } = beam;
  return { ...rest, controlPoints: deliveredPoints(beam) };
}

/** Control points without what only follows from them and the patient. */
export const deliveredPoints = ({ controlPoints }: Beam): unknown =>
  controlPoints.map(({ sourceToSurface: _distance, ...point }) => point);

/** A structure set that lacks a bolus of the plan is another one, no error. */
function densitiesNow(structures: StructureSet, plan: Plan): string | undefined {
  try {
    return overridesHash(structures, plan);
  } catch (error) {
    if (error instanceof IsocenterError) return undefined;
    throw error;
  }
}

/** The data of machines and calibrations as they are now; undefined where there is none of that name. */
export interface KnownRecords {
  readonly machine: (name: string) => unknown;
  readonly calibration: (name: string) => unknown;
}

/**
 * Why a dose does not belong to the plan, structures and CT beside it, or to machine and calibration as they are now; undefined when it
 * does, as far as these are given, and when the dose does not say what it was made for.
 */
export function basisMismatch(
  { provenance }: Pick<DoseVolume, 'provenance'>,
  { ct, structures, plan }: Partial<DoseBasisParts>,
  known: KnownRecords,
): string | undefined {
  const basis = provenance?.basis;
  if (provenance === undefined || basis === undefined) return undefined;
  if (ct !== undefined && basis.ctSeriesUid !== ct.seriesInstanceUid)
    return 'it was computed on another planning image';
  if (ct !== undefined && basis.ct !== imageHash(ct))
    return 'the planning image has another grid now than when it was computed';
  if (structures !== undefined && basis.body !== bodyHash(structures))
    return 'the BODY contour is not the one it was computed with';
  if (structures !== undefined && plan !== undefined && basis.overrides !== densitiesNow(structures, plan))
    return 'densities of structures, or boli, are not those it was computed with';
  if (plan !== undefined && basis.plan !== planHash(plan))
    return 'beams, monitor units or fractions of the plan are not those it was computed for';
  const machine = provenance.machines.find((one) => compare(one, known.machine) !== 'same');
  if (machine !== undefined) return `the data of machine ${machine.name} changed since, or are not here`;
  // A calibration may come from a file of the user's: one that is not here cannot have changed here.
  if (compare(provenance.calibration, known.calibration) === 'changed')
    return `the CT calibration ${provenance.calibration.name} changed since`;
  return undefined;
}

function compare({ name, hash }: NamedContent, known: (name: string) => unknown): 'same' | 'changed' | 'missing' {
  if (hash === undefined) return 'same';
  const record = known(name);
  if (record === undefined) return 'missing';
  return contentHash(record) === hash ? 'same' : 'changed';
}
