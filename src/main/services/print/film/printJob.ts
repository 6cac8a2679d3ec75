import { IsocenterError } from '#shared/contract/errors.ts';
import { withCaption } from '../image/caption.ts';
import type { GrayImage } from '../image/grayImage.ts';
import { filmSize, imageBoxes, type Orientation } from './layout.ts';

/** How films are to look; values as PS3.3 C.13 names them. */
export interface FilmSettings {
  /** Image Display Format, e.g. STANDARD\2,3. */
  readonly layout: string;
  readonly filmSize: string;
  readonly orientation: Orientation;
  readonly magnification?: 'REPLICATE' | 'BILINEAR' | 'CUBIC' | 'NONE';
  /** BLACK, WHITE, or hundredths of optical density. */
  readonly borderDensity?: string;
  readonly emptyImageDensity?: string;
  /** Hundredths of optical density. */
  readonly minDensity?: number;
  readonly maxDensity?: number;
  readonly trim?: boolean;
  readonly polarity?: 'NORMAL' | 'REVERSE';
  /** Printer specific text. */
  readonly configuration?: string;
  readonly resolution?: 'STANDARD' | 'HIGH';
  /** One millimetre of the patient is one millimetre on film; refused when it does not fit. */
  readonly trueSize?: boolean;
}

/** How often and on what. */
export interface SessionSettings {
  readonly copies: number;
  readonly priority: 'HIGH' | 'MED' | 'LOW';
  readonly medium: string;
  readonly destination: string;
  readonly label: string;
  /** How grey values are to be seen: perceived evenly (IDENTITY), or linear in optical density. */
  readonly presentation: 'IDENTITY' | 'LIN OD';
  /**
   * Annotation Display Format ID of the printer, which gives a film its annotation boxes. Without one, or where the printer has none,
   * identity goes under each image.
   */
  readonly annotationFormat?: string;
}

export interface FilmImage {
  readonly image: GrayImage;
  /** What the image shows: always printed under it. */
  readonly description: string;
}

export interface PrintJob {
  readonly film: FilmSettings;
  readonly session: SessionSettings;
  readonly images: readonly FilmImage[];
  /** Who it is, which plan, and what the film is not to be used for: on every film. */
  readonly identity: readonly string[];
}

/** The sentence no film leaves without. */
export const NOT_FOR_CLINICAL_USE = 'NOT FOR CLINICAL USE UNTIL VALIDATED';

/** Images film by film. */
export function filmsOf({ film, images }: PrintJob): FilmImage[][] {
  const count = imageBoxes(film.layout).length;
  return Array.from({ length: Math.ceil(images.length / count) }, (_, n) => images.slice(n * count, (n + 1) * count));
}

/** What is said about scale on the film. */
export const scaleText = (film: FilmSettings): string =>
  film.trueSize === true ? 'scale 1:1, check before measuring' : 'fitted to the film, do not measure';

/** Width of an image on film in mm (Requested Image Size, 2020,0030: the x-dimension; PS3.3 C.13.5). @throws GEOMETRY */
export function trueWidth({ image, description }: FilmImage): number {
  if (image.spacing === undefined)
    throw new IsocenterError('GEOMETRY', 'true size needs an image with Pixel Spacing in the patient', {
      object: description,
      attribute: 'PixelSpacing',
    });
  return image.width * image.spacing;
}

/**
 * Refuses what cannot be printed as asked, before the printer is called.
 * @throws NOT_FOUND without images, GEOMETRY when an image in true size is larger than its place on the film
 */
export function checkJob(job: PrintJob): void {
  if (job.images.length === 0) throw new IsocenterError('NOT_FOUND', 'nothing to print');
  const boxes = imageBoxes(job.film.layout);
  const [width, height] = filmSize(job.film.filmSize, job.film.orientation);
  if (job.film.trueSize !== true) return;
  for (const [n, item] of job.images.entries()) {
    const box = boxes[n % boxes.length];
    const sent = withCaption(item.image, [item.description, ...job.identity]);
    const [wide, high] = [trueWidth(item), sent.height * (sent.spacing ?? 0)];
    if (wide > box.width * width || high > box.height * height)
      throw new IsocenterError(
        'GEOMETRY',
        `${wide.toFixed(1)} × ${high.toFixed(1)} mm in true size do not fit ${(box.width * width).toFixed(0)} × ${(box.height * height).toFixed(0)} mm: larger film, fewer images, or not in true size`,
        { object: item.description, attribute: '--true-size' },
      );
  }
}
