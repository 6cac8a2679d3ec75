import { parseMedia } from '#main/dicomweb/media.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { isNative } from '#shared/dicom/pixels/nativePixels.ts';
import type { DicomFile } from '#shared/dicom/codec/part10.ts';
import { decodePixels, splitFrames } from '#shared/dicom/pixels/pixels.ts';
import { EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { swapBytes } from '#shared/dicom/codec/encode.ts';
import type { AnswerPart } from './multipartAnswer.ts';

/** Media types of compressed frames by transfer syntax, PS3.18 table 8.7.3-5. */
const MEDIA_TYPE: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^1\.2\.840\.10008\.1\.2\.4\.(50|51|53|55|57|70)$/, 'image/jpeg'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(80|81)$/, 'image/jls'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(90|91)$/, 'image/jp2'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(92|93)$/, 'image/jpx'],
  [/^1\.2\.840\.10008\.1\.2\.4\.(201|202|203)$/, 'image/jphc'],
  [/^1\.2\.840\.10008\.1\.2\.5$/, 'image/dicom-rle'],
];
const RAW = 'application/octet-stream';

/** `1,3,4` of a frames resource. @throws INVALID_ATTRIBUTE */
export function frameList(text: string): number[] {
  if (!/^\d{1,9}(,\d{1,9}){0,999}$/.test(text))
    throw new IsocenterError('INVALID_ATTRIBUTE', `'${text}' is no list of frame numbers`, { attribute: 'frames' });
  return text.split(',').map(Number);
}

/**
 * Frames of an image (PS3.18 10.4.1.1.6), numbered from 1: compressed ones as they are where the caller takes them, else as
 * raw little endian samples.
 * @throws NOT_FOUND (no such frame), UNSUPPORTED_TRANSFER_SYNTAX (the caller takes neither form), what decoding throws
 */
export async function framesOf(
  file: DicomFile,
  wanted: readonly number[],
  accept: string | undefined,
): Promise<AnswerPart[]> {
  const { dataset, transferSyntaxUid } = file;
  const count = dataset.number('NumberOfFrames') ?? 1;
  for (const frame of wanted)
    if (frame < 1 || frame > count)
      throw new IsocenterError('NOT_FOUND', `has ${count} frame(s), not a frame ${frame}`, { object: dataset.object });
  const compressed = isNative(transferSyntaxUid)
    ? undefined
    : MEDIA_TYPE.find(([pattern]) => pattern.test(transferSyntaxUid))?.[1];
  const takes = acceptedTypes(accept);
  if (compressed !== undefined && takes(compressed)) {
    const frames = splitFrames(dataset, count);
    const contentType = `${compressed}; transfer-syntax=${transferSyntaxUid}`;
    return wanted.map((frame) => ({ contentType, bytes: frames[frame - 1] }));
  }
  if (!takes(RAW))
    throw new IsocenterError('UNSUPPORTED_TRANSFER_SYNTAX', `frames are given as ${compressed ?? RAW}`, {
      object: dataset.object,
      attribute: 'Accept',
    });
  const raw = isNative(transferSyntaxUid) ? nativeBytes(dataset) : bytesOf(await decodePixels(file));
  const bits = raw.length * 8;
  const perFrame = frameBits(dataset) ?? Math.floor(bits / count);
  if (perFrame % 8 !== 0)
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'its frames do not begin on whole bytes', {
      object: dataset.object,
    });
  const size = perFrame / 8;
  const contentType = `${RAW}; transfer-syntax=${EXPLICIT_LITTLE_ENDIAN}`;
  return wanted.map((frame) => {
    const bytes = raw.subarray((frame - 1) * size, frame * size);
    if (bytes.length !== size)
      throw new IsocenterError('TRUNCATED', `frame ${frame} is cut short`, { object: dataset.object });
    return { contentType, bytes };
  });
}

const bytesOf = (words: ArrayBufferView): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

/** Uncompressed pixels in little endian. */
function nativeBytes(dataset: DataSet): Uint8Array {
  const name = ['PixelData', 'FloatPixelData', 'DoubleFloatPixelData'].find((one) => dataset.has(one));
  if (name === undefined) throw dataset.missing('PixelData');
  const bytes = dataset.bytes(name);
  const size = Math.ceil((dataset.number('BitsAllocated') ?? 8) / 8);
  return dataset.source.littleEndian || size === 1 ? bytes : swapBytes(bytes, size);
}

/** Bits of one frame (1 for segmentations); undefined when the attributes do not tell. */
function frameBits(dataset: DataSet): number | undefined {
  const [rows, columns, bits] = [dataset.number('Rows'), dataset.number('Columns'), dataset.number('BitsAllocated')];
  if (rows === undefined || columns === undefined || bits === undefined) return undefined;
  return rows * columns * bits * (dataset.number('SamplesPerPixel') ?? 1);
}

/** Whether a media type is taken, alone or as the type of multipart/related; everything is without an Accept header. */
function acceptedTypes(accept: string | undefined): (type: string) => boolean {
  const ranges = parseMedia(accept ?? '').map(({ type, parameters }) =>
    type === 'multipart/related' ? (parameters.type ?? '*/*').toLowerCase() : type,
  );
  return (type) =>
    ranges.length === 0 ||
    ranges.some((range) => range === '*/*' || range === type || range === `${type.split('/')[0]}/*`);
}
