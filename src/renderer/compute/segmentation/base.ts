import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour } from '#shared/model/structures.ts';
import type { FoundStructure, Organ } from '#shared/segmentation/automatic/found.ts';
import type { CleanUp, HoleOptions, SpeckOptions } from '#shared/segmentation/cleanUp.ts';
import type { HalfSpace } from '#shared/segmentation/crop.ts';
import type { ScalarImage } from '#shared/segmentation/field.ts';
import type { ValueRange } from '#shared/segmentation/grow.ts';
import type { ModelManifest } from '#shared/segmentation/model/manifest.ts';
import type { ModelFind } from '#shared/segmentation/model/runModel.ts';
import type { Scribble } from '#shared/segmentation/scribbles.ts';
import type { Smoothed, SmoothOptions } from '#shared/segmentation/smooth.ts';

/** What becomes of the contours that the structure has. */
export type MergeMode = 'replace' | 'add' | 'cut' | 'common';

export interface Merge {
  readonly mode: MergeMode;
  readonly old: readonly Contour[];
}

/** A search in an image, within a structure where given. */
interface Search {
  readonly image: ScalarImage;
  readonly within?: readonly Contour[];
  readonly merge: Merge;
}

interface OfContours {
  readonly contours: readonly Contour[];
  readonly grid: Grid;
}

/** How a structure is cropped: to a range of the image's slices, or to one side of a plane. */
export type Crop = { readonly slices: readonly [number, number] } | HalfSpace;

export interface SegmentationJobs {
  threshold: { input: Search & { range: ValueRange }; output: Contour[] };
  /** From a click; a range of `learn` finds its own. */
  grow: {
    input: Search & { seed: Vec3; range: ValueRange | 'learn' };
    output: { contours: Contour[]; range: ValueRange };
  };
  scribbles: {
    input: Search & { scribbles: readonly Scribble[]; margin: number };
    output: { contours: Contour[]; coarsened: number };
  };
  /** Automatic structures of a CT, those not found with their reasons. */
  automatic: { input: { image: ImageVolume; organs: readonly Organ[] }; output: FoundStructure[] };
  /** What an ONNX model finds. */
  model: { input: { image: ImageVolume; manifest: ModelManifest; bytes: Uint8Array }; output: ModelFind[] };
  smooth: { input: OfContours & { options: SmoothOptions }; output: Smoothed };
  fillHoles: { input: OfContours & { options: HoleOptions }; output: CleanUp };
  removeSpecks: { input: OfContours & { options: SpeckOptions }; output: CleanUp };
  crop: { input: OfContours & { crop: Crop }; output: Contour[] };
  hollow: { input: OfContours & { thickness: number }; output: Contour[] };
}
