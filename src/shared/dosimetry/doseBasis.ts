import type { DoseBasisHashes, DoseVolume, NamedContent } from '../model/dose.ts';
import type { ImageVolume } from '../model/image.ts';
import type { Beam, Plan } from '../model/plan.ts';
import type { StructureSet } from '../model/structures.ts';
import { contentHash, contoursHash } from './contentHash.ts';

/** What shapes the dose of a plan beside engine, machine and calibration. */
export interface DoseBasisParts {
  readonly ct: ImageVolume;
  readonly structures: StructureSet;
  /** With the metersets that the dose was scaled by. */
  readonly plan: Plan;
}

export function basisHashes({ ct, structures, plan }: DoseBasisParts): DoseBasisHashes {
  const { dims, spacing, origin, direction } = ct;
  return {
    plan: planHash(plan),
    body: contoursHash(structures.rois.filter((roi) => roi.type === 'EXTERNAL').flatMap((roi) => roi.contours)),
    overrides: contentHash([]),
    ctSeriesUid: ct.seriesInstanceUid,
    ct: contentHash({ dims, spacing, origin, direction }),
  };
}

/** Of the treatment beams: everything but what only names them, and the dose at a point, which follows from the rest. */
export function planHash(plan: Plan): string {
  const beams = plan.beams.filter((beam) => beam.deliveryType === 'TREATMENT').map(dosimetricPart);
  return contentHash({ beams, fractions: plan.fractions, patientPosition: plan.patientPosition });
}

function dosimetricPart(beam: Beam): unknown {
  const { name: _name, description: _note, beamDose: _dose, fluenceModeId: _mode, ...rest } = beam;
  return rest;
}

/** The data of machines and calibrations as they are now; undefined where there is none of that name. */
export interface KnownRecords {
  readonly machine: (name: string) => unknown;
  readonly calibration: (name: string) => unknown;
}

/**
 * Why a dose does not belong to the plan, structures and CT beside it, or to machine and calibration as they are now; undefined when it
 * does, and when the dose does not say what it was made for.
 */
export function basisMismatch(
  { provenance }: DoseVolume,
  parts: DoseBasisParts,
  known: KnownRecords,
): string | undefined {
  const basis = provenance?.basis;
  if (provenance === undefined || basis === undefined) return undefined;
  const now = basisHashes(parts);
  if (basis.ctSeriesUid !== now.ctSeriesUid) return 'it was computed on another planning image';
  if (basis.ct !== now.ct) return 'the planning image has another grid now than when it was computed';
  if (basis.body !== now.body) return 'the BODY contour is not the one it was computed with';
  if (basis.overrides !== now.overrides) return 'the density overrides are not those it was computed with';
  if (basis.plan !== now.plan) return 'beams, monitor units or fractions of the plan are not those it was computed for';
  const machine = provenance.machines.find((one) => changed(one, known.machine));
  if (machine !== undefined) return `the data of machine ${machine.name} changed since, or are not here`;
  if (changed(provenance.calibration, known.calibration))
    return `the CT calibration ${provenance.calibration.name} changed since, or is not here`;
  return undefined;
}

function changed({ name, hash }: NamedContent, known: (name: string) => unknown): boolean {
  if (hash === undefined) return false;
  const record = known(name);
  return record === undefined || contentHash(record) !== hash;
}
