/** Contour geometry as PS3.3 C.8.8.6.3 names it. Holes are inner contours of the same ROI and plane (even–odd) or XOR contours. */
export type ContourType = 'CLOSED_PLANAR' | 'CLOSEDPLANAR_XOR' | 'OPEN_PLANAR' | 'OPEN_NONPLANAR' | 'POINT';

export interface Contour {
  readonly type: ContourType;
  /** x, y, z of each vertex one after the other, LPS mm; the first vertex is not repeated at the end. */
  readonly points: Float64Array;
  readonly referencedSopInstanceUid?: string;
}

/** RT ROI Interpreted Type (PS3.3 C.8.8.8). */
export type RoiType =
  | 'EXTERNAL' | 'PTV' | 'CTV' | 'GTV' | 'ORGAN' | 'AVOIDANCE' | 'BOLUS' | 'SUPPORT' | 'MARKER' | 'ISOCENTER' | 'CONTROL'
  | 'TREATED_VOLUME' | 'IRRAD_VOLUME' | 'REGISTRATION' | 'CAVITY' | 'CONTRAST_AGENT' | 'BRACHY_CHANNEL' | 'BRACHY_ACCESSORY'
  | 'BRACHY_SRC_APP' | 'BRACHY_CHNL_SHLD' | 'FIXATION' | 'DOSE_REGION' | 'DOSE_MEASUREMENT' | ''; // biome-ignore format: a list

export type Rgb = readonly [number, number, number];

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
}

export interface ReferencedInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}
