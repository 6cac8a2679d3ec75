import { type Dvh, dvhOf } from '#shared/evaluation/dvh.ts';
import type { IsodoseVolume } from '#shared/evaluation/isodoseVolume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ObjectContext } from '#shared/model/context.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour, Roi, StructureSet } from '#shared/model/structures.ts';
import type { Agreement } from '#shared/structures/agreement/agreement.ts';
import { sourcesOf } from '#shared/structures/derivation/derive.ts';
import { recipeOf } from '#shared/structures/derivation/derivation.ts';
import { drawnOf } from '#shared/structures/drawing/interpolated.ts';
import type { Interpolated } from '#shared/structures/drawing/interpolateSlices.ts';
import type { Rederived } from '#shared/structures/derivation/rederive.ts';
import type { BooleanOperation } from '#shared/structures/contours/rings.ts';
import { type CallOptions, JobClient } from '../jobs/frontend.ts';
import { gridOf, type StructureJobs } from './base.ts';

const worker = (): Worker => new Worker(new URL('./backend.ts', import.meta.url), { type: 'module' });

/** Edits wait for no histograms: they have workers of their own. */
const editing = new JobClient<StructureJobs>(worker);
const evaluating = new JobClient<StructureJobs>(worker);
const surveying = new JobClient<StructureJobs>(worker);
/** What follows edits is cancelled by the next one, which stops its worker. */
const interpolating = new JobClient<StructureJobs>(worker);
const following = new JobClient<StructureJobs>(worker);

/** Automatic BODY of a CT; throws as structures/body findBody. */
export const findBody = (image: ImageVolume, options: CallOptions): Promise<Contour[]> =>
  editing.call('findBody', image, options);

/** The ROI grown (or shrunk) by `mm` in 3-D on the image's slices; throws as structures/margin expandContours. */
export const expandRoi = (roi: Roi, mm: number, image: ImageVolume, options: CallOptions): Promise<Contour[]> =>
  editing.call('expand', { contours: roi.contours, mm, grid: gridOf(image) }, options);

/** The slices between a ROI's drawn ones filled by shape; throws as structures/interpolateSlices. */
export const interpolateRoi = (
  { contours, name }: Pick<Roi, 'contours' | 'name'>,
  image: ImageVolume,
  options: CallOptions,
): Promise<Interpolated> =>
  interpolating.call('interpolate', { contours: drawnOf(contours), grid: gridOf(image), name }, options);

/** Boolean combination of two ROIs; throws as structures/boolean combineContours. */
export const combineRois = (
  operation: BooleanOperation,
  a: Roi,
  b: Roi,
  image: ImageVolume,
  options: CallOptions,
): Promise<Contour[]> =>
  editing.call('combine', { operation, a: a.contours, b: b.contours, grid: gridOf(image) }, options);

/** The set as a DICOM Segmentation on the image's slices, and what it leaves out; throws as dicom/segmentationWriter. */
export function segmentationOf(
  { label, rois }: StructureSet,
  image: ImageVolume,
  context: ObjectContext,
  options: CallOptions,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; warnings: string[] }> {
  const { frameOfReferenceUid, slices, study, seriesInstanceUid } = image;
  const segmented = { ...gridOf(image), frameOfReferenceUid, slices, study, seriesInstanceUid };
  return editing.call('segmentation', { set: { label, rois }, image: segmented, context }, options);
}

/** How far a ROI is from a reference; throws as structures/agreement compareStructures. */
export function compareRois(roi: Roi, reference: Roi, image: ImageVolume, options: CallOptions): Promise<Agreement> {
  const part = ({ name, contours }: Roi): Pick<Roi, 'name' | 'contours'> => ({ name, contours });
  return editing.call('compare', { roi: part(roi), reference: part(reference), grid: gridOf(image) }, options);
}

/** Derived ROIs made anew, in order, from those of the set; see structures/rederive. */
export function rederiveRois(
  due: readonly Roi[],
  set: StructureSet,
  image: ImageVolume,
  options: CallOptions,
): Promise<Rederived[]> {
  const needed = new Set<string>();
  for (const roi of due) {
    needed.add(roi.name);
    const recipe = recipeOf(roi);
    if (recipe !== undefined) for (const name of sourcesOf(recipe)) needed.add(name);
  }
  const { frameOfReferenceUid } = image;
  const input = {
    due: due.map(({ number }) => number),
    set: { ...set, referencedImages: [], rois: set.rois.filter(({ name }) => needed.has(name)) },
    image: { ...gridOf(image), frameOfReferenceUid },
  };
  return following.call('rederive', input, options);
}

/** DVHs by dose grid and contours: both are immutable, so an edit of one ROI costs one histogram. */
const known = new WeakMap<DoseVolume, WeakMap<readonly Contour[], Dvh>>();

/** The DVH of contours in a dose where it is known already. */
export const knownDvh = ({ contours }: Pick<Roi, 'contours'>, dose: DoseVolume): Dvh | undefined =>
  known.get(dose)?.get(contours);

/** As many structures to a call as do not make a cancelled one lose much; each call copies the dose. */
const AT_ONCE = 4;

/**
 * Computes the DVH of each ROI in a dose where it is not known yet, those with the fewest contours first. What was computed before a
 * cancellation stays known.
 * @param onSome after every few of them
 */
export async function computeDvhs(
  rois: readonly Roi[],
  dose: DoseVolume,
  onSome: () => void,
  { signal, onProgress }: CallOptions,
): Promise<void> {
  const ofDose = known.get(dose) ?? new WeakMap<readonly Contour[], Dvh>();
  known.set(dose, ofDose);
  const missing = rois.filter(({ contours }) => !ofDose.has(contours));
  missing.sort((a, b) => a.contours.length - b.contours.length);
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    const some = missing.slice(from, from + AT_ONCE);
    const input = {
      rois: some.map(({ name, contours }) => ({ name, contours })),
      dose: { ...gridOf(dose), data: dose.data },
    };
    const tables = await evaluating.call('dvhs', input, {
      ...(signal && { signal }),
      onProgress: (part) => onProgress?.((from + part * some.length) / missing.length),
    });
    for (const [index, table] of tables.entries()) ofDose.set(some[index].contours, dvhOf(table));
    onSome();
  }
}

const isodoses = new WeakMap<DoseVolume, Map<number, IsodoseVolume>>();

/** What a dose holds at or above each dose in Gy, computed once for each. */
export async function isodoseVolumesOf(
  dose: DoseVolume,
  levels: readonly number[],
  options: CallOptions,
): Promise<ReadonlyMap<number, IsodoseVolume>> {
  const ofDose = isodoses.get(dose) ?? new Map<number, IsodoseVolume>();
  isodoses.set(dose, ofDose);
  const missing = levels.filter((gray) => !ofDose.has(gray));
  if (missing.length > 0) {
    const input = { dose: { ...gridOf(dose), data: dose.data }, levels: missing };
    const volumes = await surveying.call('isodoseVolumes', input, options);
    for (const [index, volume] of volumes.entries()) ofDose.set(missing[index], volume);
  }
  return ofDose;
}
