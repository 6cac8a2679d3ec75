import type { Vec3 } from '../geometry/vec.ts';
import type { LimitingDeviceType } from './plan.ts';

/** What limited the beam of an exposure, or limits the field that the image belongs to. */
export interface RtImageDevice {
  readonly type: LimitingDeviceType;
  readonly pairs: number;
  /** Source to device, mm. */
  readonly sourceDistance?: number;
  /** pairs + 1 leaf edges at the isocenter plane, mm (MLC only). */
  readonly leafBoundaries?: readonly number[];
  /** mm at the isocenter plane: all negative-side positions, then all positive. */
  readonly positions: readonly number[];
}

/** IEC 61217 degrees, as far as they are stated. */
export interface RtImageAngles {
  readonly gantry?: number;
  readonly collimator?: number;
  readonly couch?: number;
}

export interface RtImageExposure extends RtImageAngles {
  /** kV. */
  readonly kvp?: number;
  readonly meterset?: number;
  readonly devices: readonly RtImageDevice[];
}

/** How values follow the intensity of the radiation, and whether more of it makes them larger (1) or smaller (−1). */
export interface PixelIntensity {
  readonly relationship: string;
  readonly sign: 1 | -1;
}

/** An image in the plane of an X-ray image receptor: portal image, simulator image or a digitally reconstructed radiograph. */
export interface RtImage extends RtImageAngles {
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly name?: string;
  readonly description?: string;
  /** Image Type, value by value: ORIGINAL or DERIVED, PRIMARY or SECONDARY, then DRR, PORTAL, SIMULATOR, RADIOGRAPH, BLANK, FLUENCE. */
  readonly imageType: readonly string[];
  /** Whether the beam axis stands upright on the image plane. */
  readonly plane: 'NORMAL' | 'NON_NORMAL' | '';
  /** Columns, rows. */
  readonly size: readonly [number, number];
  /** mm between columns and between rows, in the image plane. */
  readonly spacing?: readonly [number, number];
  /** Centre of the first pixel in the receptor's axes (x, y; rows of pixels run along +x, columns along −y unless oriented), mm. */
  readonly firstPixel?: readonly [number, number];
  /** How the receptor is turned about the beam axis against the gantry, degrees. */
  readonly receptorAngle?: number;
  /** Where the receptor's origin lies in the gantry's axes, mm. */
  readonly receptorTranslation?: Vec3;
  /** Directions of rows and columns in the receptor's axes, six numbers. */
  readonly orientation?: readonly number[];
  /** Source to isocenter, mm. */
  readonly sad?: number;
  /** Source to image plane, mm. */
  readonly sid?: number;
  readonly machine: string;
  /** LPS mm. */
  readonly isocenter?: Vec3;
  readonly patientPosition: string;
  readonly frameOfReferenceUid: string;
  /** OPERATOR, PLAN or ACTUAL, of images that were taken. */
  readonly reportedValuesOrigin: string;
  readonly planUid?: string;
  readonly beamNumber?: number;
  /** Of the plan; 1 where it is absent. */
  readonly fractionGroup?: number;
  readonly exposures: readonly RtImageExposure[];
  /** Rescaled values, rows of the first frame one after the other, and their unit ('' unless stated). */
  readonly data: Float32Array;
  readonly unit: string;
  readonly intensity?: PixelIntensity;
  readonly window?: { readonly center: number; readonly width: number };
  readonly warnings: readonly string[];
}
