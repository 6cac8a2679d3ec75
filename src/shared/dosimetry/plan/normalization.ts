import { IsocenterError } from '../../contract/errors.ts';
import { type Grid, sampleAtPoint } from '../../geometry/volume.ts';
import type { Beam, Plan, Prescription } from '../../model/plan.ts';
import type { Roi, StructureSet } from '../../model/structures.ts';
import type { Machine } from '../machine/machine.ts';
import { type DoseInRoi, doseByDvh } from './doseInRoi.ts';

export interface NormalizationInput {
  readonly plan: Plan;
  /** The treatment beams, in order, with their machines and dose per MU on `grid`. */
  readonly beams: readonly Beam[];
  readonly machines: readonly Machine[];
  readonly perMu: readonly Float32Array[];
  readonly grid: Grid;
  readonly structures: StructureSet;
  readonly weights?: Readonly<Record<number, number>>;
  /** Judges doses in the target; by its DVH unless given. */
  readonly inTarget?: (target: Roi) => DoseInRoi;
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
  const inTarget = input.inTarget?.(target) ?? doseByDvh(target, input.grid);
  const warnings: string[] = [];
  const relative = beams.map((beam, n) => {
    const weight = input.weights?.[beam.number] ?? 1;
    if (!(weight >= 0))
      throw new IsocenterError('USAGE', `weight ${weight} is not 0 or more`, {
        object: beamLabel(beam),
        attribute: 'weight',
      });
    const mean = inTarget.mean(input.perMu[n]);
    if (!(mean > 0) && weight > 0)
      throw new IsocenterError('DOSE', `gives no dose to the target ${target.name}`, { object: beamLabel(beam) });
    return weight === 0 ? 0 : weight / mean;
  });
  const sum = inTarget.ofSum(input.perMu, relative);
  warnings.push(...sum.warnings);
  const reached = metric(input, prescription, relative, sum);
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

function metric(
  { beams, grid, perMu }: NormalizationInput,
  { normalization }: Prescription,
  scales: readonly number[],
  sum: ReturnType<DoseInRoi['ofSum']>,
): number {
  switch (normalization.kind) {
    case 'D95':
      return sum.doseAtVolume(95);
    case 'D50':
      return sum.doseAtVolume(50);
    case 'Mean':
      return sum.mean;
    case 'Isocenter': {
      const [{ isocenter }] = beams[0].controlPoints;
      return perMu.reduce((total, data, n) => total + scales[n] * sampleAtPoint({ ...grid, data }, isocenter, 0), 0);
    }
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
