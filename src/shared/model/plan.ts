import type { Vec3 } from '../geometry/vec.ts';
import type { SetupMarks } from './setup.ts';
import type { BeamAccessories, WedgePositions } from './accessories.ts';
import type { CheckOverride } from './checks.ts';
import type { GoalSheet } from './goals.ts';
import type { DoseGoal } from '../optimization/objectives/goals.ts';

export interface Prescription {
  /** ROI number of the target in the plan's structure set. */
  readonly targetRoiNumber: number;
  readonly targetName: string;
  /** Total dose in Gy over all fractions. */
  readonly dose: number;
  readonly fractions: number;
  /** How MU are normalised: this dose metric of the target equals the prescribed dose. */
  readonly normalization: { readonly kind: 'D95' | 'D50' | 'Mean' | 'Isocenter' | 'None'; readonly percent: number };
}

export type LimitingDeviceType = 'X' | 'Y' | 'ASYMX' | 'ASYMY' | 'MLCX' | 'MLCY' | 'MLCX1' | 'MLCX2';

export interface BeamLimitingDevice {
  readonly type: LimitingDeviceType;
  readonly pairs: number;
  /** Source to device distance, mm, when known. */
  readonly sourceDistance?: number;
  /** pairs + 1 leaf edges at the isocenter plane, mm (MLC only). */
  readonly leafBoundaries?: readonly number[];
}

/** Every field that the standard lets a control point leave out is filled in here (values hold until they change). */
export interface ControlPoint {
  readonly gantry: number;
  readonly gantryDirection: 'CW' | 'CC' | 'NONE';
  readonly collimator: number;
  readonly couch: number;
  /** Isocenter, LPS mm. */
  readonly isocenter: Vec3;
  /** Cumulative Meterset Weight. */
  readonly metersetWeight: number;
  readonly doseRate?: number;
  readonly nominalEnergy: number;
  /** Positions in mm at the isocenter plane by device type: jaws [neg, pos]; MLC all negative-side leaves, then all positive. */
  readonly positions: Readonly<Partial<Record<LimitingDeviceType, readonly number[]>>>;
  readonly sourceToSurface?: number;
  /** Every wedge of the beam; absent where the beam has none. */
  readonly wedgePositions?: WedgePositions;
}

/** What a beam of an RT Ion Plan is besides angles and weights: shown, never edited or computed. */
export interface IonBeam {
  /** NONE, UNIFORM, MODULATED or MODULATED_SPEC; '' not stated. */
  readonly scanMode: string;
  /** Runs of control points of one nominal energy. */
  readonly layers: number;
  /** Scan spots with a weight, over all control points. */
  readonly spots: number;
  /** Lowest and highest nominal energy, MeV per nucleon. */
  readonly energies: readonly [number, number];
  /** Snouts, range shifters, lateral spreading devices and range modulators by name. */
  readonly devices: readonly string[];
}

export interface Beam extends BeamAccessories {
  readonly number: number;
  readonly name: string;
  readonly description?: string;
  readonly type: 'STATIC' | 'DYNAMIC';
  readonly radiationType: 'PHOTON' | 'ELECTRON' | 'NEUTRON' | 'PROTON' | 'ION' | '';
  readonly deliveryType: 'TREATMENT' | 'SETUP' | 'OPEN_PORTFILM' | 'TRMT_PORTFILM' | 'CONTINUATION';
  /** Our machine name = TreatmentMachineName; resources/machines/<name>.json where we model it. */
  readonly machine: string;
  readonly fluenceMode: 'STANDARD' | 'NON_STANDARD' | '';
  readonly fluenceModeId?: string;
  readonly sourceAxisDistance: number;
  readonly devices: readonly BeamLimitingDevice[];
  readonly controlPoints: readonly ControlPoint[];
  readonly finalMetersetWeight: number;
  readonly ion?: IonBeam;
  /** Beam meterset for one fraction, MU; undefined while not computed. */
  readonly meterset?: number;
  /** Dose of this beam at the prescription point per fraction, Gy. */
  readonly beamDose?: number;
}

export interface Plan {
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly name?: string;
  readonly description?: string;
  /** Course of treatment that the plan belongs to; DICOM has no attribute for it. */
  readonly course?: string;
  readonly intent: 'CURATIVE' | 'PALLIATIVE' | 'RESEARCH' | 'VERIFICATION' | 'MACHINE_QA' | 'SERVICE' | '';
  readonly approval: 'UNAPPROVED' | 'APPROVED' | 'REJECTED';
  readonly frameOfReferenceUid: string;
  readonly structureSetUid: string;
  readonly patientPosition: string;
  readonly prescription?: Prescription;
  readonly fractions: number;
  /** An RT Ion Plan: shown as it is, neither computed nor edited. */
  readonly ion?: true;
  /** The Fraction Group Number that this record is, where the object has several or its only one is not number 1. */
  readonly fractionGroup?: number;
  readonly beams: readonly Beam[];
  /** Where the patient is set up before the couch moves to the isocenters. */
  readonly marks?: SetupMarks;
  /** Clinical goals that the plan is judged by. */
  readonly goals?: GoalSheet;
  /** What the plan is optimised for, in the order in which voxels are dealt to structures; structures by the names of their ROIs. */
  readonly objectives?: readonly DoseGoal[];
  /** Reasons for which warnings of the plan checks stand. */
  readonly checkOverrides?: readonly CheckOverride[];
  /** Instances that the one read was edited from (RT Plan Relationship PREDECESSOR). */
  readonly predecessorUids?: readonly string[];
  /**
   * What the object read holds and this record does not (unknown devices, beams of other fraction groups): a dose computed from the record
   * would be another treatment's, so it is refused; it is written anew only beside the object it came from. Absent when the record is
   * the whole plan.
   */
  readonly omitted?: readonly string[];
  readonly warnings: readonly string[];
}
