import type { ReferencedInstance } from '../../model/structures.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';

/** A series the registration was made on, for the references of the object. */
export interface RegisteredSeries {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly images: readonly ReferencedInstance[];
}

export interface RegistrationOptions {
  readonly fixed?: RegisteredSeries;
  readonly moving?: RegisteredSeries;
}

/** Image SOP Instance Reference items (PS3.3 table 10-3); undefined without images, since the sequence must not be empty. */
export const imageItems = (series: RegisteredSeries | undefined): DataSetInput[] | undefined =>
  series === undefined || series.images.length === 0
    ? undefined
    : series.images.map((image) => ({
        ReferencedSOPClassUID: image.sopClassUid,
        ReferencedSOPInstanceUID: image.sopInstanceUid,
      }));

/** Common Instance Reference module (PS3.3 C.12.2): series of this study, and those of others. */
export function instanceReferences(study: string, { fixed, moving }: RegistrationOptions): DataSetInput {
  const series = [fixed, moving].filter((one) => one !== undefined && one.images.length > 0);
  const item = (one: RegisteredSeries | undefined): DataSetInput => ({
    SeriesInstanceUID: one?.seriesInstanceUid,
    ReferencedInstanceSequence: imageItems(one),
  });
  const here = series.filter((one) => one?.studyInstanceUid === study);
  const elsewhere = Map.groupBy(
    series.filter((one) => one?.studyInstanceUid !== study),
    (one) => one?.studyInstanceUid,
  );
  return {
    ReferencedSeriesSequence: here.length === 0 ? undefined : here.map(item),
    StudiesContainingOtherReferencedInstancesSequence:
      elsewhere.size === 0
        ? undefined
        : [...elsewhere].map(([uid, members]) => ({
            StudyInstanceUID: uid,
            ReferencedSeriesSequence: members.map(item),
          })),
  };
}

/** Series of each image that the Common Instance Reference module names. */
export function seriesOfImages(dataset: DataSet): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const studies = [dataset, ...dataset.sequence('StudiesContainingOtherReferencedInstancesSequence')];
  for (const series of studies.flatMap((study) => study.sequence('ReferencedSeriesSequence')))
    for (const instance of series.sequence('ReferencedInstanceSequence'))
      found.set(instance.string('ReferencedSOPInstanceUID'), series.string('SeriesInstanceUID'));
  return found;
}

/** The one series that an item's images belong to; undefined when it names none, or images of several. */
export function seriesOfItem(item: DataSet, seriesOf: ReadonlyMap<string, string>): string | undefined {
  const all = new Set(
    item.sequence('ReferencedImageSequence').map((image) => seriesOf.get(image.string('ReferencedSOPInstanceUID'))),
  );
  return all.size === 1 ? [...all][0] : undefined;
}
