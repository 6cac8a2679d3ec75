import type { DvhTable } from '#shared/evaluation/dvh.ts';
import type { IsodoseVolume } from '#shared/evaluation/isodoseVolume.ts';
import type { SegmentedImage } from '#shared/dicom/segmentation/segmentationWriter.ts';
import type { Grid, Volume } from '#shared/geometry/volume.ts';
import type { ObjectContext } from '#shared/model/context.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour, Roi, StructureSet } from '#shared/model/structures.ts';
import type { Agreement } from '#shared/structures/agreement/agreement.ts';
import type { FramedGrid } from '#shared/structures/derivation/derivedRoi.ts';
import type { Rederived } from '#shared/structures/derivation/rederive.ts';
import type { Interpolated } from '#shared/structures/drawing/interpolateSlices.ts';
import type { BooleanOperation } from '#shared/structures/contours/rings.ts';

/** What the DVH needs of a ROI. */
type DvhRoi = Pick<Roi, 'name' | 'contours'>;
type CompareRoi = DvhRoi;

export interface StructureJobs {
  /** Automatic BODY of a CT. */
  findBody: { input: ImageVolume; output: Contour[] };
  /** Margin of `mm` in all directions, on the slices of `grid`. */
  expand: { input: { contours: readonly Contour[]; mm: number; grid: Grid }; output: Contour[] };
  /** The slices of `grid` between drawn planes; `contours` are the drawn ones. */
  interpolate: { input: { contours: readonly Contour[]; grid: Grid; name: string }; output: Interpolated };
  combine: {
    input: { operation: BooleanOperation; a: readonly Contour[]; b: readonly Contour[]; grid: Grid };
    output: Contour[];
  };
  /** Derived ROIs made anew, in order. */
  rederive: { input: { due: readonly number[]; set: StructureSet; image: FramedGrid }; output: Rederived[] };
  /** A DICOM Segmentation of a set, and what it leaves out. */
  segmentation: {
    input: { set: Pick<StructureSet, 'label' | 'rois'>; image: SegmentedImage; context: ObjectContext };
    output: { bytes: Uint8Array<ArrayBuffer>; warnings: string[] };
  };
  /** How far a ROI is from a reference. */
  compare: { input: { roi: CompareRoi; reference: CompareRoi; grid: Grid }; output: Agreement };
  /** One cumulative DVH per ROI, in order. */
  dvhs: { input: { rois: readonly DvhRoi[]; dose: Volume<Float32Array> }; output: DvhTable[] };
  /** What a dose grid holds at or above each of some doses in Gy, in order. */
  isodoseVolumes: { input: { dose: Volume<Float32Array>; levels: readonly number[] }; output: IsodoseVolume[] };
}

/** A grid without its voxels: the part of an image that geometry jobs need. */
export const gridOf = ({ dims, spacing, origin, direction }: Grid): Grid => ({ dims, spacing, origin, direction });
