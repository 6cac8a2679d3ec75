import { IsocenterError } from '../../contract/errors.ts';
import { computeDvh, type Dvh } from '../../evaluation/dvh.ts';
import { type Grid, sampleAtPoint, type Volume } from '../../geometry/volume.ts';
import type { Beam, Plan, Prescription } from '../../model/plan.ts';
import type { Roi, StructureSet } from '../../model/structures.ts';
import type { Machine } from '../machine/machine.ts';

export interface NormalizationInput {
  readonly plan: Plan;
  /** The treatment beams, in order, with their machines and dose per MU on `grid`. */
  readonly beams: readonly Beam[];
  readonly machines: readonly Machine[];
  readonly perMu: readonly Float32Array[];
  readonly grid: Grid;
  readonly structures: StructureSet;
  readonly weights?: Readonly<Record<number, number>>;
  /** Points that sample the target (evaluation/dvh.ts). */
  readonly dvhSamples?: number;
}

export interface Metersets {
  /** MU per fraction of each beam. */
  readonly metersets: readonly number[];
  /** The same numbers, as factors on the dose per MU. */
  readonly scales: readonly number[];
  readonly warnings: readonly string[];
}

/** Metersets are rounded to 0.001 MU, which the plan's decimal strings carry exactly. */
const roundMu = (mu: number): number => Math.round(mu * 1000) / 1000;

/**
 * MU of every beam per fraction. The beams share the target's mean dose by their weights; one factor then brings the prescription's
 * metric (D95, D50, mean or isocenter dose) to the prescribed dose. With normalisation None the beams' own metersets are kept.
 * @throws IsocenterError DOSE or NOT_FOUND when a beam misses the target, a meterset is absent or the target is not there.
 */
export function normalizedMetersets(input: NormalizationInput): Metersets {
  const { plan, beams } = input;
  const { prescription } = plan;
  if (prescription === undefined || prescription.normalization.kind === 'None') return fixedMetersets(input);
  if (!(prescription.dose > 0) || !(plan.fractions >= 1))
    throw new IsocenterError('INVALID_ATTRIBUTE', 'the prescription needs a dose above 0 and at least one fraction', {
      object: plan.label,
      attribute: 'TargetPrescriptionDose',
    });
  const target = targetOf(input.structures, prescription);
  const dvhOf = (data: Float32Array): Dvh =>
    computeDvh(target.contours, volumeOf(input.grid, data), {
      name: target.name,
      ...(input.dvhSamples === undefined ? {} : { samples: input.dvhSamples }),
    });
  const warnings: string[] = [];
  const relative = beams.map((beam, n) => {
    const weight = input.weights?.[beam.number] ?? 1;
    if (!(weight >= 0))
      throw new IsocenterError('USAGE', `weight ${weight} is not 0 or more`, {
        object: beamLabel(beam),
        attribute: 'weight',
      });
    const mean = dvhOf(input.perMu[n]).mean;
    if (!(mean > 0) && weight > 0)
      throw new IsocenterError('DOSE', `gives no dose to the target ${target.name}`, { object: beamLabel(beam) });
    return weight === 0 ? 0 : weight / mean;
  });
  const sum = new Float32Array(input.perMu[0].length);
  relative.forEach((scale, n) => {
    for (let v = 0; v < sum.length; v++) sum[v] += scale * input.perMu[n][v];
  });
  const dvh = dvhOf(sum);
  warnings.push(...dvh.warnings);
  const reached = metric(prescription, dvh, volumeOf(input.grid, sum), beams[0]);
  const wanted = (prescription.dose * prescription.normalization.percent) / 100 / plan.fractions;
  if (!(reached > 0))
    throw new IsocenterError(
      'DOSE',
      `${prescription.normalization.kind} of ${target.name} is 0: nothing to normalise to`,
      { object: plan.label },
    );
  const metersets = relative.map((scale) => roundMu((scale * wanted) / reached));
  return { metersets, scales: metersets, warnings: [...warnings, ...beyondMachine(input, metersets)] };
}

function beyondMachine({ beams, machines }: NormalizationInput, metersets: readonly number[]): string[] {
  return metersets.flatMap((mu, n) => {
    const { name, limits } = machines[n];
    return mu > limits.maximumMeterset
      ? [`${beamLabel(beams[n])}: ${mu.toFixed(1)} MU are more than the ${limits.maximumMeterset} MU of ${name}`]
      : [];
  });
}

function fixedMetersets(input: NormalizationInput): Metersets {
  const { beams } = input;
  const metersets = beams.map((beam) => {
    if (beam.meterset === undefined || !(beam.meterset >= 0))
      throw new IsocenterError(
        'MISSING_ATTRIBUTE',
        'has no meterset and the plan no normalisation that would give one',
        {
          object: beamLabel(beam),
          attribute: 'BeamMeterset',
        },
      );
    return beam.meterset;
  });
  return { metersets, scales: metersets, warnings: beyondMachine(input, metersets) };
}

function metric(prescription: Prescription, dvh: Dvh, dose: Volume<Float32Array>, beam: Beam): number {
  switch (prescription.normalization.kind) {
    case 'D95':
      return dvh.doseAtVolume(95);
    case 'D50':
      return dvh.doseAtVolume(50);
    case 'Mean':
      return dvh.mean;
    case 'Isocenter':
      return sampleAtPoint(dose, beam.controlPoints[0].isocenter, 0);
    case 'None':
      return 0;
  }
}

function targetOf(structures: StructureSet, prescription: Prescription): Roi {
  const target = structures.rois.find((roi) => roi.number === prescription.targetRoiNumber);
  if (target === undefined || target.contours.length === 0)
    throw new IsocenterError(
      'NOT_FOUND',
      `the target ${prescription.targetName} has no contours in the structure set`,
      {
        object: structures.label,
        attribute: 'ReferencedROINumber',
      },
    );
  return target;
}

const beamLabel = (beam: Beam): string => `Beam ${beam.number} (${beam.name})`;

const volumeOf = (grid: Grid, data: Float32Array): Volume<Float32Array> => ({
  dims: grid.dims,
  spacing: grid.spacing,
  origin: grid.origin,
  direction: grid.direction,
  data,
});
