/** Contour geometry as PS3.3 C.8.8.6.3 names it. Holes are inner contours of the same ROI and plane (even–odd) or XOR contours. */
export type ContourType = 'CLOSED_PLANAR' | 'CLOSEDPLANAR_XOR' | 'OPEN_PLANAR' | 'OPEN_NONPLANAR' | 'POINT';

export interface Contour {
  readonly type: ContourType;
  /** x, y, z of each vertex one after the other, LPS mm; the first vertex is not repeated at the end. */
  readonly points: Float64Array;
  readonly referencedSopInstanceUid?: string;
  /** Made between drawn slices and not yet accepted by anyone; not a thing of DICOM: what is stored is accepted. */
  readonly interpolated?: true;
}

/** RT ROI Interpreted Type (PS3.3 C.8.8.8). */
export type RoiType =
  | 'EXTERNAL' | 'PTV' | 'CTV' | 'GTV' | 'ORGAN' | 'AVOIDANCE' | 'BOLUS' | 'SUPPORT' | 'MARKER' | 'ISOCENTER' | 'CONTROL'
  | 'TREATED_VOLUME' | 'IRRAD_VOLUME' | 'REGISTRATION' | 'CAVITY' | 'CONTRAST_AGENT' | 'BRACHY_CHANNEL' | 'BRACHY_ACCESSORY'
  | 'BRACHY_SRC_APP' | 'BRACHY_CHNL_SHLD' | 'FIXATION' | 'DOSE_REGION' | 'DOSE_MEASUREMENT' | ''; // biome-ignore format: a list

export type Rgb = readonly [number, number, number];

/** A coded concept (PS3.3 table 8.8-1): Code Value, Coding Scheme Designator, Code Meaning. */
export interface Code {
  readonly value: string;
  readonly scheme: string;
  readonly meaning: string;
}

/** What a sender wrote about an ROI in words, kept as it came. */
export interface RoiRemarks {
  readonly ROIDescription?: string;
  readonly ROIObservationLabel?: string;
  readonly ROIObservationDescription?: string;
  readonly ROIInterpreter?: string;
  readonly MaterialID?: string;
}

export interface Roi {
  readonly number: number;
  /** TG-263 name where we made it; what the sender wrote otherwise. */
  readonly name: string;
  readonly type: RoiType;
  readonly color: Rgb;
  readonly generationAlgorithm: 'AUTOMATIC' | 'SEMIAUTOMATIC' | 'MANUAL' | '';
  readonly frameOfReferenceUid: string;
  readonly contours: readonly Contour[];
  /** Mass density in g/cm³ that dose is computed with inside the ROI, whatever the CT shows; absent to take the CT's. */
  readonly density?: number;
  /** What the structure is, as a code: RT ROI Identification Code, or the property type of a segment. */
  readonly code?: Code;
  readonly remarks?: RoiRemarks;
  /** Absent for a ROI that stands for itself. */
  readonly derivation?: Derivation;
  /** Nothing may change it. */
  readonly locked?: true;
}

/** How a ROI follows from others (`shared/structures/derivation/derivation.ts` tells whether it still does). */
export interface Derivation {
  /** An expression over ROI names as recipes have it, as written: `margin(GTV, 5)`. */
  readonly recipe: string;
  /** Fingerprint of the contours it was last made from; '' when it never was. */
  readonly sources: string;
  /** Fingerprint of the contours that were made: others mean an edit by hand. */
  readonly made: string;
}

export interface StructureSet {
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly name?: string;
  readonly frameOfReferenceUid: string;
  /** The image series the contours were drawn on; empty when the sender gave none. */
  readonly referencedStudyUid: string;
  readonly referencedSeriesUid: string;
  readonly referencedImages: readonly ReferencedInstance[];
  readonly rois: readonly Roi[];
  /** What a reader had to say: unknown references, off-plane contours, dropped or repaired parts. */
  readonly warnings: readonly string[];
  /** Absent for a set that nobody reviewed (UNAPPROVED). An approved set is not edited. */
  readonly approval?: Approval;
  /** Who changed what and when, oldest first; absent in sets of other makers. */
  readonly history?: readonly EditRecord[];
}

/** Approval module (PS3.3 C.8.8.16). */
export interface Approval {
  readonly status: 'APPROVED' | 'REJECTED';
  /** PN; '' where the sender left it out. */
  readonly reviewer: string;
  /** ISO 8601 without zone; '' where the sender left it out. */
  readonly reviewedAt: string;
}

/** An edit of a structure set, or several of the same kind in a row. */
export interface EditRecord {
  /** When the last of them was made, ISO 8601 without zone. */
  readonly at: string;
  /** PN */
  readonly by: string;
  /** As undo names it. */
  readonly edit: string;
  /** Names of the ROIs that changed. */
  readonly rois: readonly string[];
  readonly times: number;
}

export interface ReferencedInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}
