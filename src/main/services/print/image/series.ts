import { IsocenterError, throwIfCancelled, type AbortSignalLike } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { type FilmImage, type FilmSettings, NOT_FOR_CLINICAL_USE, scaleText } from '../film/printJob.ts';
import { withoutBlackEdges } from './grayImage.ts';
import type { ImageFile } from './imageFile.ts';
import { framePositions, sliceImages, type Window } from './sliceImage.ts';

/** One frame that can be printed, not yet decoded. */
export interface PrintableSlice {
  readonly file: ImageFile;
  /** From 0. */
  readonly frame: number;
  readonly series: string;
  readonly number: number;
  /** Along its normal, mm. */
  readonly position: number | undefined;
}

/**
 * The frames of image files: series in order of appearance, within each by position along the normal, or by instance number where some
 * have none.
 * @throws MISSING_ATTRIBUTE for objects without pixels; CONFLICT when they do not all show the same patient
 */
export function slicesToPrint(files: readonly ImageFile[]): PrintableSlice[] {
  const series = new Map<string, PrintableSlice[]>();
  let first: DataSet | undefined;
  for (const file of files) {
    const { dataset } = file.header;
    if (!dataset.has('Rows')) throw dataset.missing('Rows');
    first ??= dataset;
    if (patientOf(dataset) !== patientOf(first))
      throw new IsocenterError(
        'CONFLICT',
        'shows another patient than the images before it: films are of one patient',
        {
          object: dataset.object,
          attribute: 'PatientID',
        },
      );
    const uid = dataset.needString('SeriesInstanceUID');
    const number = dataset.number('InstanceNumber') ?? 0;
    const slices = framePositions(file.header).map((position, frame) => ({
      file,
      frame,
      series: uid,
      number,
      position,
    }));
    series.set(uid, [...(series.get(uid) ?? []), ...slices]);
  }
  return [...series.values()].flatMap(sorted);
}

const patientOf = (dataset: DataSet): string =>
  ['PatientID', 'IssuerOfPatientID', 'PatientName', 'PatientBirthDate'].map((key) => dataset.string(key)).join('\n');

function sorted(slices: PrintableSlice[]): PrintableSlice[] {
  const byPosition = slices.every(({ position }) => position !== undefined);
  return slices.toSorted((a, b) =>
    byPosition ? (a.position ?? 0) - (b.position ?? 0) : a.number - b.number || a.frame - b.frame,
  );
}

export interface SliceChoice {
  /** First and last, counted from 1 in the order of `slicesToPrint`. */
  readonly from?: number;
  readonly to?: number;
  /** Every n-th of them. */
  readonly every?: number;
}

/** @throws USAGE when the range lies outside */
export function chooseSlices<T>(slices: readonly T[], { from = 1, to = slices.length, every = 1 }: SliceChoice): T[] {
  if (slices.length === 0) throw new IsocenterError('NOT_FOUND', 'no images to print');
  if (from < 1 || to > slices.length || from > to || every < 1)
    throw new IsocenterError('USAGE', `slices ${from} to ${to} of ${slices.length}, every ${every}`, {
      attribute: '--slices',
    });
  return slices.slice(from - 1, to).filter((_, n) => n % every === 0);
}

export interface ImageSettings {
  readonly bits: 8 | 12;
  /** Instead of the images' own. */
  readonly window?: Window;
  /** Leaves black edges away, so that more fits on a film in true size. */
  readonly cut?: boolean;
}

/** Decodes slices and lays the window over them. @throws what sliceImages throws, CANCELLED */
export async function imagesOf(
  slices: readonly PrintableSlice[],
  { bits, window, cut = false }: ImageSettings,
  signal?: AbortSignalLike,
): Promise<FilmImage[]> {
  const images = new Map<PrintableSlice, FilmImage>();
  for (const [file, group] of Map.groupBy(slices, ({ file: one }) => one)) {
    throwIfCancelled(signal);
    const frames = group.map(({ frame }) => frame);
    const decoded = await sliceImages(await file.load(), frames, bits, window);
    for (const [n, slice] of group.entries()) {
      const { image, description } = decoded[n];
      images.set(slice, { image: cut ? withoutBlackEdges(image) : image, description });
    }
  }
  return slices.flatMap((slice) => images.get(slice) ?? []);
}

/** What every film says of an image object's patient. */
export function identityOf(dataset: DataSet, film: FilmSettings, plan?: string): string[] {
  const born = dataset.string('PatientBirthDate').replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  return identityLines(
    {
      name: dataset.string('PatientName'),
      id: dataset.string('PatientID'),
      born,
      study: dataset.string('StudyDescription'),
    },
    film,
    plan,
  );
}

/** Name in DICOM's form (PN). */
export function identityLines(
  patient: { readonly name: string; readonly id: string; readonly born: string; readonly study: string },
  film: FilmSettings,
  plan?: string,
): string[] {
  const [family, ...given] = patient.name
    .split('=')[0]
    .split('^')
    .filter((part) => part !== '');
  const name = [family, given.join(' ')].filter((part) => part !== undefined && part !== '').join(', ');
  return [
    `${name === '' ? 'no name' : name} | ID ${patient.id === '' ? 'none' : patient.id}`,
    `born ${patient.born === '' ? 'unknown' : patient.born}${patient.study === '' ? '' : ` | ${patient.study}`}`,
    ...(plan === undefined || plan === '' ? [] : [`plan ${plan}`]),
    scaleText(film),
    NOT_FOR_CLINICAL_USE,
  ];
}
