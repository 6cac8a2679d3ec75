import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { slicesOf } from '#shared/dicom/image/imageSlices.ts';
import { pixelFormatOf, type PixelWords } from '#shared/dicom/pixels/nativePixels.ts';
import type { DicomFile } from '#shared/dicom/codec/part10.ts';
import { decodePixels } from '#shared/dicom/pixels/pixels.ts';
import { emptyPixels, type GrayImage, resize, whiteOf } from './grayImage.ts';

/** Window in units after rescale (HU for CT): values from `center − 0.5 − (width − 1)/2` on become grey (PS3.3 C.11.2.1.2). */
export interface Window {
  readonly center: number;
  readonly width: number;
}

/** One image to print. */
interface SliceImage {
  readonly image: GrayImage;
  /** For the caption: modality, number, position, the letters of its edges, window. */
  readonly description: string;
}

/**
 * Grey frames (from 0) of one image object through a window: the one given, else the object's own, else the whole range of values.
 * @throws what decodePixels throws; UNSUPPORTED_OBJECT for colour
 */
export async function sliceImages(
  file: DicomFile,
  wantedFrames: readonly number[],
  bits: 8 | 12,
  wanted?: Window,
): Promise<SliceImage[]> {
  const { dataset } = file;
  const format = pixelFormatOf(dataset);
  const words = await decodePixels(file);
  const size = format.rows * format.columns;
  const places = placesOf(file);
  return wantedFrames.map((frame) => {
    const place = places[frame];
    const values = words.subarray(frame * size, (frame + 1) * size);
    const window = wanted ?? place.window ?? fullRange(values, place.slope, place.intercept);
    const raw = {
      width: format.columns,
      height: format.rows,
      bits,
      data: throughWindow(values, place, window, bits, dataset.string('PhotometricInterpretation') === 'MONOCHROME1'),
    };
    return {
      image: squarePixels(raw, place.pixelSpacing),
      description: descriptionOf(dataset, place, frame, format.frames, window),
    };
  });
}

/** The window of one frame (from 0): the object's own, else the whole range of its values. @throws what decodePixels throws */
export async function ownWindow(file: DicomFile, frame: number): Promise<Window> {
  const place = placesOf(file)[frame];
  if (place.window !== undefined) return place.window;
  const { rows, columns } = pixelFormatOf(file.dataset);
  const words = await decodePixels(file);
  return fullRange(words.subarray(frame * rows * columns, (frame + 1) * rows * columns), place.slope, place.intercept);
}

/** Where each frame of an image object lies, mm along its normal; undefined where nothing says. */
export const framePositions = (file: DicomFile): (number | undefined)[] => placesOf(file).map(alongNormal);

function placesOf(file: DicomFile): readonly Place[] {
  const { dataset } = file;
  if (dataset.has('PerFrameFunctionalGroupsSequence')) return slicesOf(file);
  return Array.from({ length: dataset.number('NumberOfFrames') ?? 1 }, () => placeOf(dataset));
}

interface Place {
  readonly position?: readonly number[];
  readonly orientation?: readonly number[];
  /** Between rows, between columns, mm of the patient. */
  readonly pixelSpacing?: readonly [number, number];
  readonly slope: number;
  readonly intercept: number;
  readonly window?: Window;
}

function placeOf(dataset: DataSet): Place {
  const numbers = (attribute: string, count: number): number[] | undefined =>
    dataset.has(attribute) ? dataset.needNumbers(attribute, count) : undefined;
  const spacing = numbers('PixelSpacing', 2);
  if (spacing !== undefined && !(spacing[0] > 0 && spacing[1] > 0))
    throw dataset.invalid('PixelSpacing', `a spacing of ${spacing.join(' × ')} mm`);
  const [center, width] = [dataset.number('WindowCenter'), dataset.number('WindowWidth')];
  return {
    position: numbers('ImagePositionPatient', 3),
    orientation: numbers('ImageOrientationPatient', 6),
    pixelSpacing: spacing === undefined ? undefined : [spacing[0], spacing[1]],
    slope: dataset.number('RescaleSlope') ?? 1,
    intercept: dataset.number('RescaleIntercept') ?? 0,
    window: center === undefined || width === undefined || !(width >= 1) ? undefined : { center, width },
  };
}

function fullRange(values: PixelWords, slope: number, intercept: number): Window {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const ends = [low * slope + intercept, high * slope + intercept];
  return { center: (ends[0] + ends[1]) / 2 + 0.5, width: Math.abs(ends[1] - ends[0]) + 1 };
}

/** The LINEAR function of PS3.3 C.11.2.1.2.1; MONOCHROME1 is turned round, so that the highest value always prints white. */
function throughWindow(
  values: PixelWords,
  { slope, intercept }: Place,
  { center, width }: Window,
  bits: 8 | 12,
  inverted: boolean,
): Uint8Array | Uint16Array {
  if (!(width >= 1))
    throw new IsocenterError('USAGE', `a window of width ${width}: 1 or more`, { attribute: '--window' });
  const white = whiteOf(bits);
  const data = emptyPixels(values.length, bits);
  for (let p = 0; p < data.length; p++) {
    const value = values[p] * slope + intercept;
    const low = center - 0.5 - (width - 1) / 2;
    const share = value <= low ? 0 : value > low + width - 1 ? 1 : (value - (center - 0.5)) / (width - 1) + 0.5;
    data[p] = Math.round(white * (inverted ? 1 - share : share));
  }
  return data;
}

/** Printers take square pixels for granted: others are resampled to the finer of both spacings. */
function squarePixels(image: GrayImage, spacing: Place['pixelSpacing']): GrayImage {
  if (spacing === undefined) return image;
  const [between, along] = spacing;
  const fine = Math.min(between, along);
  const [width, height] = [Math.round((image.width * along) / fine), Math.round((image.height * between) / fine)];
  // Rounding to whole pixels must not change the width in mm.
  return resize({ ...image, spacing: along }, width, height);
}

const alongNormal = ({ position: p, orientation: o }: Place): number | undefined =>
  p === undefined || o === undefined
    ? undefined
    : p[0] * (o[1] * o[5] - o[2] * o[4]) + p[1] * (o[2] * o[3] - o[0] * o[5]) + p[2] * (o[0] * o[4] - o[1] * o[3]);

/** The patient direction a unit vector points to, its largest component first: L, P, H and their opposites (PS3.3 C.7.6.1.1.1). */
export function directionLetters(vector: readonly number[], sign: 1 | -1): string {
  const names = ['RL', 'AP', 'FH'];
  return vector
    .map((part, axis) => ({ size: Math.abs(part), letter: names[axis][part * sign > 0 ? 1 : 0] }))
    .filter(({ size }) => size > 0.3)
    .sort((a, b) => b.size - a.size)
    .map(({ letter }) => letter)
    .join('');
}

function descriptionOf(
  dataset: DataSet,
  place: Place,
  frame: number,
  frames: number,
  { center, width }: Window,
): string {
  const parts = [
    `${dataset.string('Modality')} ${dataset.string('InstanceNumber')}${frames > 1 ? `/${frame + 1}` : ''}`,
  ];
  const [position, o] = [alongNormal(place), place.orientation];
  if (place.position !== undefined && o !== undefined && position !== undefined) {
    const axial = Math.abs(o[0] * o[4] - o[1] * o[3]) > 0.999;
    parts.push(axial ? `z ${place.position[2].toFixed(1)} mm` : `slice at ${position.toFixed(1)} mm`);
    const [right, down] = [o.slice(0, 3), o.slice(3)];
    parts.push(`image left = ${directionLetters(right, -1)}, top = ${directionLetters(down, -1)}`);
  }
  parts.push(`center ${Number(center.toFixed(1))} width ${Number(width.toFixed(1))}`);
  return parts.join(' | ');
}
