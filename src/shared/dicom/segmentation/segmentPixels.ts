import { IsocenterError } from '../../contract/errors.ts';
import type { DataSet } from '../codec/dataset.ts';
import { isNative, nativeWords, pixelFormatOf } from '../pixels/nativePixels.ts';
import type { DicomFile } from '../codec/part10.ts';
import { EXPLICIT_BIG_ENDIAN, nameOfUid } from '../uid.ts';

/** Two gigabytes of bits. */
const MAX_PIXELS = 2 ** 34;
/** And a frame of this many pixels. */
const MAX_FRAME = 2 ** 28;

/** The stored values of a segmentation's frames. */
export interface SegmentPixels {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  /** Values of frame n, x fastest; valid until the next one is asked for. */
  readonly frame: (n: number) => ArrayLike<number>;
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
    const size = rows * columns;
    const values = nativeWords(dataset, transferSyntaxUid, size * frames);
    return { rows, columns, frames, frame: (n) => values.subarray(n * size, (n + 1) * size) };
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
  if (count > MAX_PIXELS || rows * columns > MAX_FRAME)
    throw dataset.invalid('NumberOfFrames', `${columns} × ${rows} × ${frames} pixels`);
  const bytes = dataset.bytes('PixelData');
  if (8 * bytes.length < count)
    throw new IsocenterError('TRUNCATED', `${8 * bytes.length} pixels where the segmentation has ${count}`, {
      object: dataset.object,
      attribute: 'PixelData',
    });
  // A segmentation of many structures has more pixels than memory should hold at a byte each.
  const values = new Uint8Array(rows * columns);
  const frame = (n: number): Uint8Array => {
    values.fill(0);
    const first = n * values.length;
    // Most bytes are empty: only the others are taken apart.
    for (let at = Math.floor(first / 8); 8 * at < first + values.length; at++) {
      const byte = bytes[at];
      if (byte === 0) continue;
      for (let bit = 0, p = 8 * at - first; bit < 8; bit++, p++)
        if (p >= 0 && p < values.length) values[p] = (byte >> bit) & 1;
    }
    return values;
  };
  return { rows, columns, frames, frame };
}

function positive(dataset: DataSet, attribute: string): number {
  const value = dataset.needNumber(attribute);
  if (!(Number.isInteger(value) && value > 0)) throw dataset.invalid(attribute, `${value} is no size`);
  return value;
}
