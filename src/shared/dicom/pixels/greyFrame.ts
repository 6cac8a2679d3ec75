import { IsocenterError } from '../../contract/errors.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DicomFile } from '../codec/part10.ts';
import { decodePixels } from './pixels.ts';

export interface GreyWindow {
  readonly center: number;
  readonly width: number;
}

/** A picture of one frame: 0 black to 255 white, x fastest. */
export interface GreyFrame {
  readonly columns: number;
  readonly rows: number;
  readonly data: Uint8Array;
  /** The window that was used, in units after rescaling. */
  readonly window: GreyWindow;
}

/**
 * One frame (from 1) of a grey image as it is looked at: rescaled, windowed by PS3.3 C.11.2.1.2.1, MONOCHROME1 turned over.
 * Without a window the object's first one is used; without that, the range of the frame's values.
 * @throws NOT_FOUND (no such frame) and what `decodePixels` throws
 */
export async function windowedGrey(file: DicomFile, frame: number, asked?: GreyWindow): Promise<GreyFrame> {
  const { dataset } = file;
  const [rows, columns] = [dataset.needNumber('Rows'), dataset.needNumber('Columns')];
  const words = await decodePixels(file);
  const size = rows * columns;
  const values = words.subarray((frame - 1) * size, frame * size);
  if (frame < 1 || values.length < size)
    throw new IsocenterError('NOT_FOUND', `has no frame ${frame}`, { object: dataset.object });
  const { slope, intercept } = rescaleOf(dataset, frame);
  const window = asked ?? windowOf(dataset, frame) ?? rangeOf(values, slope, intercept);
  const inverted = dataset.string('PhotometricInterpretation') === 'MONOCHROME1';
  const data = new Uint8Array(size);
  for (let p = 0; p < size; p++) {
    const grey = linearVoi(values[p] * slope + intercept, window);
    data[p] = inverted ? 255 - grey : grey;
  }
  return { columns, rows, data, window };
}

/** PS3.3 C.11.2.1.2.1, output 0..255. */
function linearVoi(value: number, { center, width }: GreyWindow): number {
  if (width <= 1) return value <= center - 0.5 ? 0 : 255;
  const y = ((value - (center - 0.5)) / (width - 1) + 0.5) * 255;
  return y <= 0 ? 0 : y >= 255 ? 255 : Math.round(y);
}

/** The functional group item that holds an attribute of an enhanced image's frame, or the object itself. */
function groupOf(dataset: DataSet, frame: number, sequence: string): DataSet {
  const perFrame = dataset.sequence('PerFrameFunctionalGroupsSequence')[frame - 1]?.sequence(sequence)[0];
  return perFrame ?? dataset.sequence('SharedFunctionalGroupsSequence')[0]?.sequence(sequence)[0] ?? dataset;
}

function rescaleOf(dataset: DataSet, frame: number): { slope: number; intercept: number } {
  const group = groupOf(dataset, frame, 'PixelValueTransformationSequence');
  return { slope: group.number('RescaleSlope') ?? 1, intercept: group.number('RescaleIntercept') ?? 0 };
}

function windowOf(dataset: DataSet, frame: number): GreyWindow | undefined {
  const group = groupOf(dataset, frame, 'FrameVOILUTSequence');
  const [center, width] = [group.number('WindowCenter'), group.number('WindowWidth')];
  return center === undefined || width === undefined || width < 1 ? undefined : { center, width };
}

function rangeOf(values: ArrayLike<number>, slope: number, intercept: number): GreyWindow {
  let [low, high] = [Infinity, -Infinity];
  for (let p = 0; p < values.length; p++) {
    if (values[p] < low) low = values[p];
    if (values[p] > high) high = values[p];
  }
  const [a, b] = [low * slope + intercept, high * slope + intercept];
  return { center: (a + b) / 2 + 0.5, width: Math.abs(b - a) + 1 };
}
