import { IsocenterError } from '../../../contract/errors.ts';
import { measureRoi } from '../../../evaluation/statistics.ts';
import type { Mat4 } from '../../../geometry/affine.ts';
import type { BeamAngles } from '../../../geometry/iec.ts';
import type { Vec3 } from '../../../geometry/vec.ts';
import type { Beam, ControlPoint, Plan, Prescription } from '../../../model/plan.ts';
import type { Contour, Roi, StructureSet } from '../../../model/structures.ts';
import { devicesOf, fitAperture, type FitRules, type FittedAperture } from '../aperture/aperture.ts';
import { angleReason } from '../beamLimits.ts';
import type { Machine } from '../../machine/machine.ts';

/** Room between the outline of the PTV and the leaves: half of a 6 MV penumbra and some more, mm. */
export const DEFAULT_MARGIN = 6;

export interface PlanDefaults {
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly structures: StructureSet;
  readonly patientPosition: string;
  readonly prescription: Prescription;
}

/** A plan without beams. @throws IsocenterError INVALID_ATTRIBUTE for a label longer than DICOM allows (SH, 16). */
export function createPlan(defaults: PlanDefaults): Plan {
  if (defaults.label.length === 0 || defaults.label.length > 16)
    throw new IsocenterError('INVALID_ATTRIBUTE', 'must have 1–16 characters', {
      object: 'plan',
      attribute: 'RTPlanLabel',
    });
  return {
    sopInstanceUid: defaults.sopInstanceUid,
    label: defaults.label,
    intent: 'RESEARCH',
    approval: 'UNAPPROVED',
    frameOfReferenceUid: defaults.structures.frameOfReferenceUid,
    structureSetUid: defaults.structures.sopInstanceUid,
    patientPosition: defaults.patientPosition,
    prescription: defaults.prescription,
    fractions: defaults.prescription.fractions,
    beams: [],
    warnings: [],
  };
}

/** A prescription to the target's D95 %. */
export function createPrescription(target: Roi, dose: number, fractions: number): Prescription {
  return {
    targetRoiNumber: target.number,
    targetName: target.name,
    dose,
    fractions,
    normalization: { kind: 'D95', percent: 100 },
  };
}

/** Centre of mass of a target, LPS mm, to the 0.1 mm that a couch is driven to. @throws IsocenterError GEOMETRY without closed contours. */
export function targetCenter(target: Roi): Vec3 {
  const measured = measureRoi(target.contours);
  if (measured === undefined)
    throw new IsocenterError('GEOMETRY', 'has no closed contour to centre on', { object: target.name });
  const [x, y, z] = measured.centroid.map((mm) => Math.round(mm * 10) / 10 + 0);
  return [x, y, z];
}

export interface BeamDefaults {
  readonly number: number;
  readonly name: string;
  readonly machine: Machine;
  readonly angles: BeamAngles;
  /** LPS mm. */
  readonly isocenter: Vec3;
  readonly iecFromLps: Mat4;
  /** Contours the aperture is fitted to; without them the jaws open to a 10 × 10 cm² field and the leaves behind them. */
  readonly target?: readonly Contour[];
  /** How; DEFAULT_MARGIN around it if not given. */
  readonly fit?: FitRules;
}

/** A static photon beam with its aperture fitted; the warnings say what the machine could not do. */
export function createBeam(defaults: BeamDefaults): { beam: Beam; warnings: readonly string[] } {
  const { machine, angles, isocenter } = defaults;
  const aperture =
    defaults.target === undefined
      ? openAperture(machine, 100, 100)
      : fitAperture(
          defaults.target,
          angles,
          isocenter,
          machine,
          defaults.fit ?? { margin: DEFAULT_MARGIN },
          defaults.iecFromLps,
        );
  checkAngles(angles, machine, `Beam ${defaults.number} (${defaults.name})`);
  const point = (metersetWeight: number): ControlPoint => ({
    ...angles,
    gantryDirection: 'NONE',
    isocenter,
    metersetWeight,
    doseRate: machine.limits.doseRate,
    nominalEnergy: machine.nominalEnergy,
    positions: aperture.positions,
  });
  const beam: Beam = {
    number: defaults.number,
    name: defaults.name,
    type: 'STATIC',
    radiationType: machine.radiationType,
    deliveryType: 'TREATMENT',
    machine: machine.name,
    fluenceMode: machine.fluenceMode,
    ...(machine.fluenceMode === 'NON_STANDARD' ? { fluenceModeId: 'FFF' } : {}),
    sourceAxisDistance: machine.sourceAxisDistance,
    devices: devicesOf(machine),
    controlPoints: [point(0), point(1)],
    finalMetersetWeight: 1,
  };
  return { beam, warnings: aperture.warnings.map((warning) => `Beam ${beam.number} (${beam.name}): ${warning}`) };
}

/** A symmetric rectangular field of sides `x` and `y` mm; the leaves stand open behind the jaws. */
export function openAperture(machine: Machine, x: number, y: number): FittedAperture {
  const jaws = { ASYMX: [-x / 2, x / 2], ASYMY: [-y / 2, y / 2] };
  if (machine.mlc === undefined) return { positions: jaws, warnings: [] };
  const { leafBoundaries, type, maximumExtent } = machine.mlc;
  const [along, across] = type === 'MLCX' ? [x / 2, y / 2] : [y / 2, x / 2];
  const open = Math.min(maximumExtent, along + 10);
  const ends = leafBoundaries
    .slice(1)
    .map((high, pair) => (leafBoundaries[pair] < across + 10 && high > -across - 10 ? open : 0));
  // Shut as far as the carriage lets them beside the open ones.
  const half = Math.max(machine.mlc.minimumGap / 2, open - (machine.mlc.maximumSpan ?? Infinity));
  return {
    positions: { ...jaws, [type]: [...ends.map((end) => -(end || half)), ...ends.map((end) => end || half)] },
    warnings: [],
  };
}

function checkAngles(angles: BeamAngles, machine: Machine, object: string): void {
  for (const [axis, attribute] of [
    ['gantry', 'GantryAngle'],
    ['collimator', 'BeamLimitingDeviceAngle'],
    ['couch', 'PatientSupportAngle'],
  ] as const) {
    const reason = angleReason(axis, angles[axis], machine);
    if (reason !== undefined) throw new IsocenterError('MACHINE', reason, { object, attribute });
  }
}
