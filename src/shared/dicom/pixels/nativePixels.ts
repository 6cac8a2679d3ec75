import { IsocenterError } from '../../contract/errors.ts';
import type { DataSet } from '../codec/dataset.ts';
import { swapBytes } from '../codec/encode.ts';
import { decodeRleFrame } from './rle.ts';
import {
  DEFLATED_LITTLE_ENDIAN,
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  nameOfUid,
} from '../uid.ts';

export type PixelWords = Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

export const RLE_LOSSLESS = '1.2.840.10008.1.2.5';
const NATIVE: readonly string[] = [
  IMPLICIT_LITTLE_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  EXPLICIT_BIG_ENDIAN,
  DEFLATED_LITTLE_ENDIAN,
];

export const isNative = (transferSyntaxUid: string): boolean => NATIVE.includes(transferSyntaxUid);

/** Two gigabytes: more than one typed array holds everywhere. */
const MAX_BITS = 2 ** 34;

/** How one sample is stored (PS3.3 C.7.6.3.1), checked. */
export interface PixelFormat {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly bitsAllocated: 8 | 16 | 32;
  readonly bitsStored: number;
  readonly signed: boolean;
}

/** Pixel format of a one-sample (grey) image. Throws UNSUPPORTED_OBJECT for colour and odd sizes, INVALID_ATTRIBUTE for contradictions. */
export function pixelFormatOf(dataset: DataSet): PixelFormat {
  const unsupported = (message: string, attribute: string): IsocenterError =>
    new IsocenterError('UNSUPPORTED_OBJECT', message, { object: dataset.object, attribute });
  const samples = dataset.number('SamplesPerPixel') ?? 1;
  if (samples !== 1) throw unsupported(`${samples} samples per pixel: not a grey image`, 'SamplesPerPixel');
  const bitsAllocated = dataset.needNumber('BitsAllocated');
  if (bitsAllocated !== 8 && bitsAllocated !== 16 && bitsAllocated !== 32)
    throw unsupported(`${bitsAllocated} bits per pixel`, 'BitsAllocated');
  const bitsStored = dataset.number('BitsStored') ?? bitsAllocated;
  if (bitsStored < 1 || bitsStored > bitsAllocated)
    throw dataset.invalid('BitsStored', `${bitsStored} of ${bitsAllocated} bits`);
  const highBit = dataset.number('HighBit') ?? bitsStored - 1;
  if (highBit !== bitsStored - 1) throw unsupported(`the high bit is ${highBit} for ${bitsStored} bits`, 'HighBit');
  const [rows, columns, frames] = [
    dataset.needNumber('Rows'),
    dataset.needNumber('Columns'),
    dataset.number('NumberOfFrames') ?? 1,
  ];
  if (!(rows > 0 && columns > 0 && frames > 0))
    throw dataset.invalid('Rows', `an image of ${columns} × ${rows}, ${frames} frames`);
  if (rows * columns * frames * bitsAllocated > MAX_BITS)
    throw unsupported(`${columns} × ${rows} × ${frames} pixels`, 'NumberOfFrames');
  return { rows, columns, frames, bitsAllocated, bitsStored, signed: dataset.number('PixelRepresentation') === 1 };
}

/**
 * All frames' pixels of a native or RLE image, one after the other: byte order mended, bits above Bits Stored masked or sign-extended.
 * Throws TRUNCATED when there are fewer than `count`, UNSUPPORTED_TRANSFER_SYNTAX for other compressions.
 */
export function nativeWords(dataset: DataSet, transferSyntaxUid: string, count: number): PixelWords {
  const format = pixelFormatOf(dataset);
  return cleanWords(wordsOf(nativeBytes(dataset, transferSyntaxUid, format, count), format), format);
}

function nativeBytes(dataset: DataSet, transferSyntaxUid: string, format: PixelFormat, count: number): Uint8Array {
  const size = format.bitsAllocated / 8;
  if (transferSyntaxUid === RLE_LOSSLESS) {
    const frames = (dataset.element('PixelData')?.fragments ?? []).slice(1);
    const pixels = format.rows * format.columns;
    if (frames.length * pixels < count) throw short(dataset, count, frames.length * pixels);
    const bytes = new Uint8Array(count * size);
    for (let k = 0; k * pixels < count; k++)
      bytes.set(decodeRleFrame(frames[k], pixels, size, dataset.object), k * pixels * size);
    return bytes;
  }
  if (!isNative(transferSyntaxUid))
    throw new IsocenterError(
      'UNSUPPORTED_TRANSFER_SYNTAX',
      `pixels in ${nameOfUid(transferSyntaxUid)} cannot be read here`,
      {
        object: dataset.object,
        attribute: 'TransferSyntaxUID',
      },
    );
  const raw = dataset.bytes('PixelData');
  if (raw.length < count * size) throw short(dataset, count, Math.floor(raw.length / size));
  const bytes = raw.subarray(0, count * size);
  // Senders of big endian store whole samples most significant byte first, 32-bit ones too.
  return dataset.source.littleEndian || size === 1 ? bytes : swapBytes(bytes, size);
}

const short = (dataset: DataSet, expected: number, found: number): IsocenterError =>
  new IsocenterError('TRUNCATED', `${found} pixels where the image has ${expected}`, {
    object: dataset.object,
    attribute: 'PixelData',
  });

/** Little-endian bytes as words of the format; copies, because data sets lie at any offset. */
export function wordsOf(bytes: Uint8Array, format: PixelFormat): PixelWords {
  const aligned = new Uint8Array(bytes).buffer;
  if (format.bitsAllocated === 8) return format.signed ? new Int8Array(aligned) : new Uint8Array(aligned);
  if (format.bitsAllocated === 16) return format.signed ? new Int16Array(aligned) : new Uint16Array(aligned);
  return format.signed ? new Int32Array(aligned) : new Uint32Array(aligned);
}

/** Bits above Bits Stored may hold overlays or nothing (PS3.5 8.1.1): masks them, or repeats the sign; in place. */
export function cleanWords<T extends PixelWords>(words: T, format: PixelFormat): T {
  const unused = format.bitsAllocated - format.bitsStored;
  if (unused === 0) return words;
  const shift = 32 - format.bitsStored;
  if (format.signed) for (let i = 0; i < words.length; i++) words[i] = (words[i] << shift) >> shift;
  else for (let i = 0; i < words.length; i++) words[i] = (words[i] << shift) >>> shift;
  return words;
}
