import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../../contract/errors.ts';
import { decodeFrame } from './codecs.ts';
import type { DataSet } from '../codec/dataset.ts';
import {
  cleanWords,
  isNative,
  nativeWords,
  pixelFormatOf,
  type PixelWords,
  RLE_LOSSLESS,
  wordsOf,
} from './nativePixels.ts';
import type { DicomFile } from '../codec/part10.ts';

/**
 * Stored values of all frames of a grey image, one frame after the other, x fastest: decompressed, in host byte order, bits above
 * Bits Stored masked or sign-extended, before any rescale. Throws TRUNCATED, DECODE_FAILED, UNSUPPORTED_TRANSFER_SYNTAX, UNSUPPORTED_OBJECT.
 */
export async function decodePixels(
  file: Pick<DicomFile, 'dataset' | 'transferSyntaxUid'>,
  signal?: AbortSignalLike,
): Promise<PixelWords> {
  const { dataset, transferSyntaxUid } = file;
  const format = pixelFormatOf(dataset);
  if (!dataset.has('PixelData')) throw dataset.missing('PixelData');
  const pixels = format.rows * format.columns;
  if (isNative(transferSyntaxUid) || transferSyntaxUid === RLE_LOSSLESS)
    return nativeWords(dataset, transferSyntaxUid, pixels * format.frames);
  const frames = splitFrames(dataset, format.frames);
  const bytes = new Uint8Array((pixels * format.frames * format.bitsAllocated) / 8);
  for (let k = 0; k < frames.length; k++) {
    throwIfCancelled(signal);
    bytes.set(
      await decodeFrame(frames[k], format, transferSyntaxUid, dataset.object),
      k * (bytes.length / format.frames),
    );
  }
  return cleanWords(wordsOf(bytes, format), format);
}

/** Fragments of encapsulated pixel data put together frame by frame (PS3.5 A.4): by offset table, by count, or by start markers. */
export function splitFrames(dataset: DataSet, frames: number): Uint8Array[] {
  const all = dataset.element('PixelData')?.fragments;
  if (all === undefined)
    throw dataset.invalid('PixelData', 'the pixels are not encapsulated as their transfer syntax says');
  const [table, ...fragments] = all;
  if (fragments.length === 0)
    throw new IsocenterError('TRUNCATED', 'no fragment of pixel data', {
      object: dataset.object,
      attribute: 'PixelData',
    });
  if (frames === 1) return [concatenate(fragments)];
  if (fragments.length === frames) return fragments;
  const starts = table.length === 4 * frames ? startsFromTable(table, fragments) : startsFromMarkers(fragments);
  if (starts.length !== frames || starts.includes(-1))
    throw new IsocenterError('DECODE_FAILED', `${fragments.length} fragments do not divide into ${frames} frames`, {
      object: dataset.object,
      attribute: 'PixelData',
    });
  return starts.map((start, k) => concatenate(fragments.slice(start, starts[k + 1] ?? fragments.length)));
}

/** Index of each frame's first fragment, −1 where an offset meets no fragment. Offsets count item headers of 8 bytes. */
function startsFromTable(table: Uint8Array, fragments: readonly Uint8Array[]): number[] {
  const offsets = new Map<number, number>();
  let at = 0;
  fragments.forEach((fragment, index) => {
    offsets.set(at, index);
    at += 8 + fragment.length;
  });
  const view = new DataView(table.buffer, table.byteOffset, table.length);
  return Array.from({ length: table.length / 4 }, (_, k) => offsets.get(view.getUint32(4 * k, true)) ?? -1);
}

/** Fragments that begin with a start of image (JPEG, JPEG-LS: FFD8) or of a codestream (JPEG 2000: FF4F). */
function startsFromMarkers(fragments: readonly Uint8Array[]): number[] {
  return fragments.flatMap((fragment, index) =>
    fragment[0] === 0xff && (fragment[1] === 0xd8 || fragment[1] === 0x4f) ? [index] : [],
  );
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
