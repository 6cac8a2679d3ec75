import type { Grid } from '../geometry/volume.ts';
import type { Code, ReferencedInstance, Rgb, Roi } from './structures.ts';

/** First column, first row, columns, rows. */
export type Box = readonly [number, number, number, number];

/** One frame of one segment: a mask on a plane of its own. */
export interface SegmentFrame {
  /** The frame's lattice: one plane of pixels, right-handed. */
  readonly grid: Grid;
  /** The part of it that holds the segment: first column, first row, columns, rows; all else is outside. */
  readonly box: Box;
  /** 0..1 per pixel of the box, x fastest: 0 or 1 of a binary segment. */
  readonly share: Float32Array;
  /** The image the frame was made from. */
  readonly source?: ReferencedInstance;
}

/** One structure of a segmentation (PS3.3 C.8.20.4). */
export interface Segment {
  readonly number: number;
  readonly label: string;
  readonly algorithm: Roi['generationAlgorithm'];
  readonly category?: Code;
  /** What it is: the segmented property type. */
  readonly code?: Code;
  readonly color?: Rgb;
  readonly frames: readonly SegmentFrame[];
}

/** A DICOM Segmentation or Label Map Segmentation (PS3.3 A.51), its frames sorted into segments. */
export interface Segmentation {
  readonly sopInstanceUid: string;
  readonly label: string;
  readonly frameOfReferenceUid: string;
  readonly referencedStudyUid: string;
  readonly referencedSeriesUid: string;
  readonly referencedImages: readonly ReferencedInstance[];
  readonly segments: readonly Segment[];
  readonly warnings: readonly string[];
}
