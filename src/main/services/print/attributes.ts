import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { type FilmSettings, type SessionSettings, trueWidth } from './film/printJob.ts';
import type { GrayImage } from './image/grayImage.ts';
import { FILM_SESSION, PRESENTATION_LUT } from './sopClasses.ts';

/** Text outside the default repertoire needs its character set; other requests go without, for printers that know few attributes. */
function withCharset(attributes: DataSetInput): DataSetInput {
  const isPlain = Object.values(attributes).every((value) => typeof value !== 'string' || /^[\x20-\x7e]*$/.test(value));
  return { SpecificCharacterSet: isPlain ? undefined : 'ISO_IR 192', ...attributes };
}

/** Film session, PS3.4 table H.4-1. */
export const sessionAttributes = (session: SessionSettings): DataSetInput =>
  withCharset({
    NumberOfCopies: session.copies,
    PrintPriority: session.priority,
    MediumType: session.medium,
    FilmDestination: session.destination,
    FilmSessionLabel: session.label === '' ? undefined : session.label,
  });

/** Film box, PS3.4 table H.4-4: only what was asked for, since printers refuse what they do not know. */
export const filmBoxAttributes = (
  film: FilmSettings,
  sessionUid: string,
  options: { readonly lutUid?: string; readonly annotationFormat?: string },
): DataSetInput =>
  withCharset({
    ImageDisplayFormat: film.layout,
    FilmOrientation: film.orientation,
    FilmSizeID: film.filmSize,
    MagnificationType: film.magnification,
    BorderDensity: film.borderDensity,
    EmptyImageDensity: film.emptyImageDensity,
    MinDensity: film.minDensity,
    MaxDensity: film.maxDensity,
    Trim: film.trim === undefined ? undefined : film.trim ? 'YES' : 'NO',
    ConfigurationInformation: film.configuration,
    RequestedResolutionID: film.resolution,
    AnnotationDisplayFormatID: options.annotationFormat,
    ReferencedFilmSessionSequence: [{ ReferencedSOPClassUID: FILM_SESSION, ReferencedSOPInstanceUID: sessionUid }],
    ReferencedPresentationLUTSequence:
      options.lutUid === undefined
        ? undefined
        : [{ ReferencedSOPClassUID: PRESENTATION_LUT, ReferencedSOPInstanceUID: options.lutUid }],
  });

/**
 * Image box, PS3.4 table H.4-9: one grey image at a position, 8 or 12 bits; in true size its width on film in mm, and rather a failure than
 * an image that was made smaller or cut.
 */
export function imageBoxAttributes(position: number, image: GrayImage, film: FilmSettings, what: string): DataSetInput {
  const bitsAllocated = image.bits === 8 ? 8 : 16;
  const size =
    film.trueSize === true
      ? { RequestedImageSize: trueWidth({ image, description: what }), RequestedDecimateCropBehavior: 'FAIL' }
      : {};
  return {
    SpecificCharacterSet: undefined,
    ImageBoxPosition: position,
    Polarity: film.polarity ?? 'NORMAL',
    ...size,
    BasicGrayscaleImageSequence: [
      {
        SamplesPerPixel: 1,
        PhotometricInterpretation: 'MONOCHROME2',
        Rows: image.height,
        Columns: image.width,
        PixelAspectRatio: [1, 1],
        BitsAllocated: bitsAllocated,
        BitsStored: image.bits,
        HighBit: image.bits - 1,
        PixelRepresentation: 0,
        PixelData: image.data,
      },
    ],
  };
}

/** Annotation box, PS3.4 table H.4-14. */
export const annotationAttributes = (position: number, text: string): DataSetInput =>
  withCharset({ AnnotationPosition: position, TextString: text });
