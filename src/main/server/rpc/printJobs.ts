import type { Archive } from '#main/archive/types.ts';
import { imageBoxes, imageDisplayFormat } from '#main/services/print/film/layout.ts';
import type { FilmImage, PrintJob } from '#main/services/print/film/printJob.ts';
import { openImage } from '#main/services/print/image/imageFile.ts';
import { pageImage } from '#main/services/print/image/pageImage.ts';
import {
  chooseSlices,
  identityLines,
  imagesOf,
  type PrintableSlice,
  slicesToPrint,
} from '#main/services/print/image/series.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { PrintRequest } from '#shared/contract/rpc/print.ts';

/** The frames of an archived series in the order they are printed. @throws NOT_FOUND and what slicesToPrint throws */
export async function archivedSlices(
  archive: Archive,
  patientKey: string,
  seriesInstanceUid: string,
): Promise<PrintableSlice[]> {
  const objects = await archive.locate({ patientKey, seriesInstanceUid });
  if (objects.length === 0)
    throw new IsocenterError('NOT_FOUND', 'no such series of this patient', { object: seriesInstanceUid });
  await archive.bring(objects);
  return slicesToPrint(await Promise.all(objects.map(({ file, sopInstanceUid }) => openImage(file, sopInstanceUid))));
}

/** A job as the page asks for it, and how many films and images the whole of it has. */
export interface BuiltJob {
  readonly job: PrintJob;
  readonly films: number;
  readonly images: number;
}

/**
 * Builds a job; with `onlyFilm` (from 0) only the images of that film, for a preview.
 * @throws NOT_FOUND, USAGE for settings that make no sense, and what decoding throws
 */
export async function buildJob(
  archive: Archive,
  request: PrintRequest,
  { onlyFilm, signal }: { readonly onlyFilm?: number; readonly signal?: AbortSignal } = {},
): Promise<BuiltJob> {
  const film = { ...request.film, layout: imageDisplayFormat(request.film.layout) };
  const perFilm = imageBoxes(film.layout).length;
  const { patientName, patientId, patientBirthDate } = await archive.tree(request.patientKey);
  const born = patientBirthDate.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const { source } = request;
  let all: FilmImage[] | PrintableSlice[];
  let study = '';
  if (source.kind === 'page') {
    all = [{ image: pageImage(Buffer.from(source.png, 'base64'), source.title), description: source.title }];
  } else {
    all = chooseSlices(await archivedSlices(archive, request.patientKey, source.seriesInstanceUid), source);
    study = all[0].file.header.dataset.string('StudyDescription');
  }
  const wanted = onlyFilm === undefined ? all : all.slice(onlyFilm * perFilm, (onlyFilm + 1) * perFilm);
  const settings = {
    bits: request.bits,
    window: source.kind === 'series' ? source.window : undefined,
    cut: film.trueSize,
  };
  const slices = wanted.filter((one): one is PrintableSlice => 'file' in one);
  const pages = wanted.filter((one): one is FilmImage => 'image' in one);
  const images = [...pages, ...(await imagesOf(slices, settings, signal))];
  const identity = identityLines({ name: patientName, id: patientId, born, study }, film, request.plan);
  return {
    job: { film, session: request.session, images, identity },
    films: Math.ceil(all.length / perFilm),
    images: all.length,
  };
}
