import { IsocenterError } from '../contract/errors.ts';
import type { DataSet } from './dataset.ts';
import { isNative, nativeWords, pixelFormatOf } from './nativePixels.ts';
import type { DicomFile } from './part10.ts';
import { EXPLICIT_BIG_ENDIAN, nameOfUid } from './uid.ts';

/** Two gigapixels: more than one typed array holds everywhere. */
const MAX_PIXELS = 2 ** 31;

/** The stored values of a segmentation's frames, one after the other. */
export interface SegmentPixels {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly values: ArrayLike<number>;
}

/**
 * Pixels of a segmentation (PS3.3 C.8.20.2): bits of binary ones (least significant first, frames without gaps, PS3.5 8.1.1), bytes or
 * words of fractional ones and label maps.
 * @throws INVALID_ATTRIBUTE, MISSING_ATTRIBUTE, TRUNCATED, UNSUPPORTED_OBJECT, and UNSUPPORTED_TRANSFER_SYNTAX for pixels compressed
 * otherwise than RLE.
 */
export function segmentPixels({ dataset, transferSyntaxUid }: DicomFile): SegmentPixels {
  if (!dataset.has('PixelData')) throw dataset.missing('PixelData');
  if (dataset.needNumber('BitsAllocated') !== 1) {
    const { rows, columns, frames } = pixelFormatOf(dataset);
    return { rows, columns, frames, values: nativeWords(dataset, transferSyntaxUid, rows * columns * frames) };
  }
  if (!isNative(transferSyntaxUid) || transferSyntaxUid === EXPLICIT_BIG_ENDIAN)
    throw new IsocenterError(
      'UNSUPPORTED_TRANSFER_SYNTAX',
      `single bits in ${nameOfUid(transferSyntaxUid)} cannot be read here`,
      { object: dataset.object, attribute: 'TransferSyntaxUID' },
    );
  const [rows, columns] = [positive(dataset, 'Rows'), positive(dataset, 'Columns')];
  const frames = positive(dataset, 'NumberOfFrames');
  const count = rows * columns * frames;
  if (count > MAX_PIXELS) throw dataset.invalid('NumberOfFrames', `${columns} × ${rows} × ${frames} pixels`);
  const bytes = dataset.bytes('PixelData');
  if (8 * bytes.length < count)
    throw new IsocenterError('TRUNCATED', `${8 * bytes.length} pixels where the segmentation has ${count}`, {
      object: dataset.object,
      attribute: 'PixelData',
    });
  const values = new Uint8Array(count);
  for (let p = 0; p < count; p++) values[p] = (bytes[p >> 3] >> (p & 7)) & 1;
  return { rows, columns, frames, values };
}

function positive(dataset: DataSet, attribute: string): number {
  const value = dataset.needNumber(attribute);
  if (!(Number.isInteger(value) && value > 0)) throw dataset.invalid(attribute, `${value} is no size`);
  return value;
}
