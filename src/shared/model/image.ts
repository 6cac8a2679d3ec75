import type { Volume, VoxelArray } from '../geometry/volume.ts';
import type { PatientIdentity, StudyIdentity } from './patient.ts';
import type { ReferencedInstance } from './structures.ts';

/** An image series whose geometry has been proven: one regular right-handed volume with rescaled values. */
export interface ImageVolume<T extends VoxelArray = VoxelArray> extends Volume<T> {
  /** DICOM Modality: CT, MR, PT… */
  readonly modality: string;
  /** What a voxel value is: HU for CT, BQML or SUV (g/ml) for PET, '' (arbitrary) for MR. Value = data·slope + intercept. */
  readonly unit: 'HU' | 'BQML' | 'SUV' | '';
  readonly slope: number;
  readonly intercept: number;
  /** Of a PET in SUV: how its values are normalised and whence. */
  readonly suv?: Suv;
  readonly patient: PatientIdentity;
  readonly study: StudyIdentity;
  readonly seriesInstanceUid: string;
  readonly seriesDescription: string;
  /** Body Part Examined, as sent. */
  readonly bodyPart?: string;
  /** What acquired the images, as far as they say. */
  readonly scanner?: Scanner;
  readonly frameOfReferenceUid: string;
  readonly patientPosition: string;
  /** One instance per k slice, in k order (the same instance repeated for multi-frame objects; empty for resampled slices). */
  readonly slices: readonly ReferencedInstance[];
  /** Default window from the header or the modality: centre and width in the volume's unit. */
  readonly window: { readonly center: number; readonly width: number };
  /** Of a series that holds several phases of the same planes: how many; this is one of them. */
  readonly phases?: number;
  /** What was found and mended on the way (tilt resampled, duplicates ignored…), to be shown. */
  readonly warnings: readonly string[];
}

/** How standardised uptake values are normalised. */
export interface Suv {
  readonly normalization: 'body weight' | 'lean body mass' | 'body surface area' | 'ideal body weight';
  /** What they were computed from, in words. */
  readonly how: string;
  /** Lean body mass over body weight, where sex, height and weight are known: SUV lean = SUV body weight × this. */
  readonly leanRatio?: number;
  /** The attribute for want of which there is no lean ratio. */
  readonly leanMissing?: string;
}

/** An imaging device and its tube voltage (kV): what a CT calibration was measured for. */
export interface Scanner {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly station?: string;
  readonly kvp?: number;
}
