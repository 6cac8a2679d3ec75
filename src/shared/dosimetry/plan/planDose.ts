import { IsocenterError, throwIfCancelled } from '../../contract/errors.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import { type Grid, sampleAtPoint, type Volume } from '../../geometry/volume.ts';
import type { DoseVolume } from '../../model/dose.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { Roi, StructureSet } from '../../model/structures.ts';
import { travelWarnings } from '../beam/travel.ts';
import { prescribedTarget } from '../../structures/prescribedTarget.ts';
import { bodyOf } from '../patient/body.ts';
import { collapsedCone } from '../collapsedCone/collapsedCone.ts';
import type { CtCalibration } from '../patient/ctCalibration.ts';
import { DEFAULT_DIRECTIONS } from '../collapsedCone/directions.ts';
import { boxGrid, cropVoxels, indexBounds, type VoxelBox } from '../patient/doseRegion.ts';
import type { BeamDoseResult, ComputeOptions, DoseEngine, DoseSettings } from '../engine.ts';
import type { Machine } from '../machine/machine.ts';
import { machineByName } from '../machine/machines.ts';
import { machineFor } from './beamMachine.ts';
import { type BeamMuCheck, checkMonitorUnits, type UncheckedBeam } from '../muCheck/muCheck.ts';
import { normalizedMetersets } from './normalization.ts';
import { inTurns } from '../parallel/inTurns.ts';
import { type PlanDensity, planDensity } from '../patient/planDensity.ts';
import { gridsOf, patientFrame } from './planGrid.ts';
import type { PlanDoseMemory } from './planDoseMemory.ts';
import { scaledSum } from './scaledSum.ts';
import { provenanceOf } from '../standing/provenance.ts';

export interface PlanDoseInput {
  readonly ct: ImageVolume;
  /** Needs an ROI of type EXTERNAL (the body) and the prescription's target. */
  readonly structures: StructureSet;
  readonly plan: Plan;
  readonly calibration: CtCalibration;
  /**
   * Spacing in mm of a grid made around the body (one number, or one an axis), or the grid itself: what of the patient sticks out of it is
   * computed too, but not reported.
   */
  readonly grid: number | Vec3 | Grid;
  /** Dose is reported only within `margin` mm of the box around an ROI; of a grid made here. */
  readonly around?: { readonly roi: Roi; readonly margin: number };
  /** Makes the UIDs of the doses (dicom/uid newUid). */
  readonly newUid: () => string;
  readonly settings?: Partial<DoseSettings>;
  /** Moment of computing, ISO 8601; now by default. */
  readonly now?: string;
  /** Relative share of each beam, by number, in the target's mean dose; 1 where not given. Ignored with normalisation None. */
  readonly weights?: Readonly<Record<number, number>>;
  /** The collapsed cone in this thread unless given; workers are an engine, too. */
  readonly engine?: DoseEngine;
  readonly machines?: (name: string) => Machine;
  /**
   * Kept from an earlier plan of the same patient (its engine is used). Of a quick one metersets are found from fewer samples of the
   * target, and are not checked independently.
   */
  readonly memory?: PlanDoseMemory;
  /** False where the plan's dose is enough: neither doses of beams then, nor a check of their monitor units. */
  readonly withBeamDoses?: boolean;
}

export interface PlanDoseOptions extends ComputeOptions {
  /** Progress beam by beam, beside the overall `onProgress`. */
  readonly onBeamProgress?: (beamNumber: number, fraction: number) => void;
}

export interface PlanDoseResult {
  /** The plan with meterset and beam dose in every treatment beam. */
  readonly plan: Plan;
  /** Sum of all beams over the whole course, Gy. */
  readonly planDose: DoseVolume;
  /** Each beam over the whole course, Gy, in the order of the plan's treatment beams. */
  readonly beamDoses: readonly DoseVolume[];
  /** What all beams saw, g/cm³, on the grid that was computed on: all of the patient. */
  readonly density: Volume<Float32Array>;
  /** What each treatment beam saw, in their order: with its boli. */
  readonly beamDensities: readonly Volume<Float32Array>[];
  /** The independent check of each treatment beam's monitor units, in their order; empty per unit fluence. */
  readonly muCheck: readonly (BeamMuCheck | UncheckedBeam)[];
  readonly warnings: readonly string[];
}

/**
 * The dose of a plan: density on the grid → dose per MU of every treatment beam → metersets by the prescription's normalisation
 * (rounded to 0.001 MU) → Gy for the course. With `settings.perFluence` the doses are Gy·cm²·1e12 per unit fluence and the plan is
 * returned as it came.
 * @throws IsocenterError naming the beam, structure or machine at fault; CANCELLED by the signal.
 */
export async function computePlanDose(input: PlanDoseInput, options: PlanDoseOptions = {}): Promise<PlanDoseResult> {
  const { ct, structures, plan, calibration, memory } = input;
  const engine = memory?.engine ?? input.engine ?? collapsedCone;
  const settings: DoseSettings = { directions: DEFAULT_DIRECTIONS, perFluence: false, ...input.settings };
  if (plan.omitted !== undefined)
    throw new IsocenterError('UNSUPPORTED_OBJECT', `its dose would lack ${plan.omitted.join('; ')}`, {
      object: plan.label,
      attribute: 'BeamSequence',
    });
  const iecFromLps = patientFrame(ct, structures, plan);
  const beams = plan.beams.filter((beam) => beam.deliveryType === 'TREATMENT');
  if (beams.length === 0)
    throw new IsocenterError('DOSE', 'the plan has no treatment beam', {
      object: plan.label,
      attribute: 'BeamSequence',
    });
  if (!settings.perFluence && !(plan.fractions >= 1))
    throw new IsocenterError('MISSING_ATTRIBUTE', 'its dose needs the number of fractions', {
      object: plan.label,
      attribute: 'NumberOfFractionsPlanned',
    });
  const machines = input.machines ?? machineByName;
  const modelled = beams.map((beam) => machineFor(beam, machines));
  const layPatient = (): { grid: Grid; box: VoxelBox; laid: PlanDensity } => {
    const grids = gridsOf(input, beams);
    return { ...grids, laid: planDensity(ct, grids.grid, calibration, structures, plan, beams) };
  };
  const boli = JSON.stringify(beams.map(({ boluses }) => boluses ?? []));
  const { grid, box, laid } = memory?.patient(boli, layPatient) ?? layPatient();
  throwIfCancelled(options.signal);
  await options.yieldNow?.();

  const fractions = new Array<number>(beams.length).fill(0);
  const how: ComputeOptions = {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.yieldNow === undefined ? {} : { yieldNow: options.yieldNow }),
  };
  const results = new Array<BeamDoseResult>(beams.length);
  // Beams under the same boli are one problem; most plans are one problem.
  for (const density of new Set(laid.ofBeam)) {
    const prepared = await engine.prepare({ density, iecFromLps, settings }, how);
    const same = [...beams.keys()].filter((n) => laid.ofBeam[n] === density);
    await inTurns(same, engine.beamsAtOnce ?? 1, async (n) => {
      results[n] = await prepared.compute(beams[n], modelled[n], {
        ...how,
        onProgress: (fraction) => {
          fractions[n] = fraction;
          options.onBeamProgress?.(beams[n].number, fraction);
          options.onProgress?.(fractions.reduce((sum, value) => sum + value, 0) / beams.length);
        },
      });
    });
  }
  throwIfCancelled(options.signal);

  const warnings = [
    ...plan.beams
      .filter(({ deliveryType, meterset = 0 }) => deliveryType !== 'TREATMENT' && meterset > 0)
      .map(({ number, name, deliveryType }) => `Beam ${number} (${name}) is ${deliveryType}: not in the dose`),
    ...truncationWarning(ct, bodyOf(structures)),
    ...positionWarning(plan.patientPosition, ct.patientPosition),
    ...beams.flatMap((beam, n) => travelWarnings(beam, modelled[n])),
    ...laid.warnings,
    ...results.flatMap((result) => result.warnings),
    ...commissioningWarnings(modelled),
  ];
  const normalized = settings.perFluence
    ? { metersets: undefined, scales: beams.map(() => 1), warnings: [] }
    : normalizedMetersets({
        plan,
        beams,
        machines: modelled,
        grid,
        perMu: results.map((result) => result.dose),
        structures,
        ...(input.weights === undefined ? {} : { weights: input.weights }),
        ...(memory?.quick !== true ? {} : { inTarget: (target: Roi) => memory.inTarget(target, grid) }),
      });
  warnings.push(...normalized.warnings);
  const scales = settings.perFluence ? normalized.scales : normalized.scales.map((mu) => mu * plan.fractions);
  const metered = withMetersets(plan, beams, normalized.metersets);
  const kept = boxGrid(grid, box);
  const provenance = provenanceOf({
    ct,
    structures,
    plan: metered,
    engine,
    results,
    machines: modelled,
    calibration,
    grid: kept,
    layers: laid.layers,
    settings,
    madeAt: input.now ?? new Date().toISOString(),
  });
  const volume = (data: Float32Array, summation: 'PLAN' | 'BEAM', beam?: Beam): DoseVolume => ({
    ...kept,
    data: cropVoxels(data, grid, box),
    sopInstanceUid: input.newUid(),
    frameOfReferenceUid: ct.frameOfReferenceUid,
    summation,
    doseType: 'PHYSICAL',
    ...(beam === undefined ? {} : { beamNumber: beam.number }),
    ...(beam === undefined || plan.fractionGroup === undefined ? {} : { fractionGroup: plan.fractionGroup }),
    planUid: plan.sopInstanceUid,
    structureSetUid: structures.sopInstanceUid,
    provenance,
    warnings,
  });
  const perMu = results.map(({ dose }) => dose);
  const planned =
    normalized.metersets === undefined ? plan : withBeamDoses(metered, beams, grid, perMu, normalized.metersets);
  const total = scaledSum(perMu, scales);
  // Big enough to matter while a dose follows the hand.
  const { withBeamDoses: eachBeam = true } = input;
  const scaled = !eachBeam ? [] : perMu.map((data, n) => scaledSum([data], [scales[n]]));
  return {
    plan: planned,
    planDose: volume(total, 'PLAN'),
    beamDoses: scaled.map((data, n) => volume(data, 'BEAM', beams[n])),
    density: laid.shared,
    beamDensities: laid.ofBeam,
    muCheck:
      settings.perFluence || memory?.quick === true || !eachBeam
        ? []
        : checkMonitorUnits(
            planned,
            beams.map((beam, n) => ({
              beam: planned.beams.find(({ number }) => number === beam.number) ?? beam,
              machine: modelled[n],
              dose: { ...grid, data: scaled[n] },
              density: laid.ofBeam[n],
            })),
            { dose: { ...grid, data: total }, target: prescribedTarget(plan.prescription, structures.rois)?.contours },
          ),
    warnings,
  };
}

/** A body drawn further than the images reach is computed without the rest. */
function truncationWarning(ct: Grid, body: Roi): string[] {
  const { low, high } = indexBounds(ct, body.contours);
  const beyond = Math.max(
    ...low.map((index, axis) => (-0.5 - index) * ct.spacing[axis]),
    ...high.map((index, axis) => (index - (ct.dims[axis] - 0.5)) * ct.spacing[axis]),
  );
  if (!(beyond > 1)) return [];
  return [
    `${body.name} reaches ${beyond.toFixed(0)} mm beyond the CT: what lies there neither attenuates nor scatters`,
  ];
}

function positionWarning(planned: string, imaged: string): string[] {
  if (imaged === '' || imaged === planned) return [];
  return [`the plan has the patient ${planned}, the CT ${imaged}: beams come from where the plan says`];
}

function commissioningWarnings(machines: readonly Machine[]): string[] {
  return [...new Set(machines.map((machine) => machine.name))].map(
    (name) => `${name} is not commissioned for clinical use: this dose is for research only`,
  );
}

function withMetersets(plan: Plan, treated: readonly Beam[], metersets: readonly number[] | undefined): Plan {
  if (metersets === undefined) return plan;
  const known = new Map(treated.map((beam, n) => [beam.number, metersets[n]]));
  return {
    ...plan,
    beams: plan.beams.map((beam) => (known.has(beam.number) ? { ...beam, meterset: known.get(beam.number) } : beam)),
  };
}

/** Each treated beam with its dose at its isocenter per fraction. */
function withBeamDoses(
  plan: Plan,
  treated: readonly Beam[],
  grid: Grid,
  perMu: readonly Float32Array[],
  metersets: readonly number[],
): Plan {
  const beams = plan.beams.map((beam) => {
    const n = treated.findIndex((candidate) => candidate.number === beam.number);
    if (n < 0) return beam;
    const [{ isocenter }] = beam.controlPoints;
    return { ...beam, beamDose: sampleAtPoint({ ...grid, data: perMu[n] }, isocenter, 0) * metersets[n] };
  });
  return { ...plan, beams };
}
