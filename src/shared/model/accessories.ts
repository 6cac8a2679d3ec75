/**
 * What stands or lies in a beam's path beside jaws and leaves (PS3.3 C.8.8.14). Every record holds all that the standard says about the
 * device, so that a plan read is written back whole; what is absent was not stated.
 */

/** Wedge Sequence. */
export interface Wedge {
  /** What control points refer to; unique in its beam. */
  readonly number: number;
  /** STANDARD (static), DYNAMIC (a jaw moves), MOTORIZED (one wedge driven in for part of the beam), PARTIAL_STANDARD, a vendor's own, or ''. */
  readonly type: string;
  /** The machine's name of the wedge. */
  readonly id?: string;
  readonly accessoryCode?: string;
  /** Nominal wedge angle, whole degrees. */
  readonly angle?: number;
  /** Angle reached by a motorized wedge that is in for a part of the beam, degrees. */
  readonly effectiveAngle?: number;
  /** Dose with the wedge over dose without it at a reference point. */
  readonly factor?: number;
  /**
   * Wedge filter system against the beam limiting device system, IEC 61217 degrees. From thick to thin edge is +Y of the wedge
   * (PS3.3 C.36.2.2.10): at 0 the thin edge looks to +Y of the collimator, at 90 to −X, at 180 to −Y, at 270 to +X.
   */
  readonly orientation?: number;
  /** Radiation source to the attachment edge of the wedge tray, mm. */
  readonly sourceToWedgeTray?: number;
}

/** Block Sequence. */
export interface Block {
  readonly number: number;
  readonly name?: string;
  /** SHIELDING: inside the outline is material; APERTURE: outside of it is. */
  readonly type: 'SHIELDING' | 'APERTURE';
  /** PRESENT: the cut edges follow the beam's divergence; '' not stated. */
  readonly divergence: 'PRESENT' | 'ABSENT' | '';
  /** '' where the material has no name: then `transmission` says what it lets through. */
  readonly materialId: string;
  /** Share of the primary radiation let through, 0..1. */
  readonly transmission?: number;
  /** Along the beam axis, mm. */
  readonly thickness?: number;
  /** Radiation source to the attachment edge of the block tray, mm. */
  readonly sourceToTray?: number;
  /** The side of the tray on which the block is mounted. */
  readonly mountingPosition?: 'PATIENT_SIDE' | 'SOURCE_SIDE';
  readonly trayId?: string;
  readonly trayAccessoryCode?: string;
  readonly accessoryCode?: string;
  /** x, y, x, y … of a closed polygon in mm, projected onto the isocenter plane, IEC beam limiting device system; empty where not sent. */
  readonly outline: readonly number[];
}

/** Referenced Bolus Sequence: an ROI of the plan's structure set that lies on the patient while this beam is on. */
export interface Bolus {
  readonly roiNumber: number;
  readonly id?: string;
  readonly description?: string;
  readonly accessoryCode?: string;
}

/** Compensator Sequence: a grid of transmissions or thicknesses, rows from +Y down, columns from −X on. */
export interface Compensator {
  readonly number: number;
  readonly description?: string;
  readonly id?: string;
  /** STANDARD or DYNAMIC; '' not stated. */
  readonly type: string;
  readonly materialId: string;
  readonly trayId?: string;
  readonly accessoryCode?: string;
  readonly divergence?: 'PRESENT' | 'ABSENT';
  readonly mountingPosition?: 'PATIENT_SIDE' | 'SOURCE_SIDE' | 'DOUBLE_SIDED';
  /** Radiation source to the attachment edge of the tray, mm. */
  readonly sourceToTray?: number;
  readonly rows: number;
  readonly columns: number;
  /** Between rows, between columns; mm at the isocenter plane. */
  readonly pixelSpacing: readonly [number, number];
  /** x, y of the first pixel's upper left corner at the isocenter plane, beam limiting device system, mm. */
  readonly position: readonly [number, number];
  /** Row by row, 0..1. */
  readonly transmission?: readonly number[];
  /** Row by row, mm along the beam axis; positive and negative values stand for the two sides of a DOUBLE_SIDED one. */
  readonly thickness?: readonly number[];
  /** Row by row, mm from the source to the compensator's surface. */
  readonly sourceDistance?: readonly number[];
}

/** Applicator Sequence: an electron cone, a stereotactic cone, an intraoperative tube. */
export interface Applicator {
  readonly id: string;
  readonly type: string;
  readonly description?: string;
  readonly accessoryCode?: string;
  /** mm. */
  readonly sourceToMounting?: number;
  /** Applicator Geometry Sequence; mm of the opening: diameter or side of a square, or x and y of a rectangle. */
  readonly geometry?: {
    readonly shape: string;
    readonly opening?: number;
    readonly openingX?: number;
    readonly openingY?: number;
  };
}

/** General Accessory Sequence: graticule, image detector, reticle, or whatever else hangs in the beam. */
export interface GeneralAccessory {
  readonly number: number;
  readonly id: string;
  readonly type?: string;
  readonly description?: string;
  readonly accessoryCode?: string;
  /** mm. */
  readonly sourceDistance?: number;
}

/** What a beam may carry; a list that is absent is empty. */
export interface BeamAccessories {
  readonly wedges?: readonly Wedge[];
  readonly blocks?: readonly Block[];
  /** Transmission of all block trays together, 0..1. */
  readonly totalBlockTrayFactor?: number;
  readonly boluses?: readonly Bolus[];
  readonly compensators?: readonly Compensator[];
  /** Transmission of all compensator trays together, 0..1. */
  readonly totalCompensatorTrayFactor?: number;
  readonly applicators?: readonly Applicator[];
  readonly generalAccessories?: readonly GeneralAccessory[];
}

/** Whether each wedge of the beam, by its number, is in the beam at a control point. */
export type WedgePositions = Readonly<Record<number, 'IN' | 'OUT'>>;
