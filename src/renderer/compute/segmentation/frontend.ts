import type { Grid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour } from '#shared/model/structures.ts';
import type { FoundStructure, Organ } from '#shared/segmentation/automatic/found.ts';
import type { ModelManifest } from '#shared/segmentation/model/manifest.ts';
import type { ModelFind } from '#shared/segmentation/model/runModel.ts';
import type { ScalarImage } from '#shared/segmentation/field.ts';
import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import type { SegmentationJobs } from './base.ts';

const client = new JobClient<SegmentationJobs>(
  () => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module' }),
);

const gridOf = ({ dims, spacing, origin, direction }: Grid): Grid => ({ dims, spacing, origin, direction });

/** The voxels and what gives them meaning. */
const scalars = ({ data, slope, intercept, ...grid }: ImageVolume): ScalarImage => ({
  ...gridOf(grid),
  data,
  slope,
  intercept,
});

type Input<Name extends keyof SegmentationJobs> = SegmentationJobs[Name]['input'];
type Output<Name extends keyof SegmentationJobs> = Promise<SegmentationJobs[Name]['output']>;

type SearchName = 'threshold' | 'grow' | 'scribbles';

/** Finds a region in the image; throws as shared/segmentation. */
export const search = <Name extends SearchName>(
  name: Name,
  image: ImageVolume,
  input: Omit<Input<Name>, 'image'>,
  options: CallOptions,
): Output<Name> => client.call(name, { ...input, image: scalars(image) } as Input<Name>, options);

type CleanUpName = 'smooth' | 'fillHoles' | 'removeSpecks' | 'crop' | 'hollow';

/** Works a structure's contours over, on the slices of the image; throws as shared/segmentation. */
export const workOver = <Name extends CleanUpName>(
  name: Name,
  image: ImageVolume,
  contours: readonly Contour[],
  input: Omit<Input<Name>, 'contours' | 'grid'>,
  options: CallOptions,
): Output<Name> => client.call(name, { ...input, contours, grid: gridOf(image) } as Input<Name>, options);

/** Automatic structures of a CT; throws as segmentation/automatic/find. */
export const findAutomatically = (
  image: ImageVolume,
  organs: readonly Organ[],
  options: CallOptions,
): Promise<FoundStructure[]> => client.call('automatic', { image, organs }, options);

/** What an ONNX model finds; throws as segmentation/model. */
export const runModel = (
  image: ImageVolume,
  manifest: ModelManifest,
  bytes: Uint8Array,
  options: CallOptions,
): Promise<ModelFind[]> => client.call('model', { image, manifest, bytes }, options);
