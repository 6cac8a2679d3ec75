import { readFile } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { IsocenterError } from '#shared/contract/errors.ts';
import { decodeFrame } from '#shared/dicom/pixels/codecs.ts';
import { DataSet } from '#shared/dicom/codec/dataset.ts';
import { encodeDataSet } from '#shared/dicom/codec/encode.ts';
import {
  cleanWords,
  nativeWords,
  type PixelFormat,
  pixelFormatOf,
  RLE_LOSSLESS,
  wordsOf,
} from '#shared/dicom/pixels/nativePixels.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { splitFrames } from '#shared/dicom/pixels/pixels.ts';
import { EXPLICIT_BIG_ENDIAN } from '#shared/dicom/uid.ts';

const PIXEL_DATA = 0x7fe00010;
/** Extended Offset Table and its lengths: they speak of fragments. */
const OFFSET_TABLES: readonly number[] = [0x7fe00001, 0x7fe00002];
/** Overlay Bits Allocated (60xx,0100), in repeating groups 6000 to 601E. */
const isOverlayBits = (tag: number) => (tag & 0xffe1ffff) >>> 0 === 0x60000100;

/**
 * An object in big endian, deflated or encapsulated syntax as a data set in explicit or implicit VR little endian: the
 * same values, and the pixels that its own decoder gives. Nothing is ever compressed, so nothing is lost. The object is
 * in memory as a whole; between frames others get their turn.
 * @param explicit the encoding wanted
 * @throws IsocenterError UNSUPPORTED_TRANSFER_SYNTAX, UNSUPPORTED_OBJECT (colour, overlays in unused pixel bits),
 *   DECODE_FAILED, TRUNCATED; Node's own errors when the file cannot be read
 */
export async function decompressed(path: string, explicit: boolean): Promise<Uint8Array> {
  const { dataset, transferSyntaxUid } = readPart10(await readFile(path), path);
  if (dataset.element(PIXEL_DATA)?.fragments === undefined) {
    if (transferSyntaxUid === EXPLICIT_BIG_ENDIAN) checkWordOrder(dataset);
    return encodeDataSet(dataset, explicit);
  }
  const format = pixelFormatOf(dataset);
  checkOverlays(dataset);
  const pixels = await decode(dataset, transferSyntaxUid, format);
  const part = (holds: (tag: number) => boolean) =>
    encodeDataSet(
      new DataSet(new Map([...dataset.elements].filter(([tag]) => holds(tag))), dataset.source, dataset.charset),
      explicit,
    );
  return Buffer.concat([
    part((tag) => tag < PIXEL_DATA && !OFFSET_TABLES.includes(tag)),
    pixelHead(explicit, format, pixels.length + (pixels.length % 2)),
    pixels,
    Buffer.alloc(pixels.length % 2),
    part((tag) => tag > PIXEL_DATA),
  ]);
}

async function decode(dataset: DataSet, transferSyntaxUid: string, format: PixelFormat): Promise<Uint8Array> {
  const pixels = format.rows * format.columns;
  if (transferSyntaxUid === RLE_LOSSLESS) {
    return bytesOf(nativeWords(dataset, transferSyntaxUid, pixels * format.frames));
  }
  const frames: Uint8Array[] = [];
  for (const frame of splitFrames(dataset, format.frames)) {
    const decoded = await decodeFrame(frame, format, transferSyntaxUid, dataset.object);
    frames.push(bytesOf(cleanWords(wordsOf(decoded, format), format)));
    await breathe();
  }
  return Buffer.concat(frames);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBufferLike>) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The head of native pixel data (PS3.5 8.2): OW, or OB for bytes in explicit VR. */
function pixelHead(explicit: boolean, { bitsAllocated }: PixelFormat, length: number): Buffer {
  const head = Buffer.alloc(explicit ? 12 : 8);
  head.writeUInt16LE(PIXEL_DATA >>> 16, 0);
  head.writeUInt16LE(PIXEL_DATA & 0xffff, 2);
  if (explicit) head.write(bitsAllocated > 8 ? 'OW' : 'OB', 4, 'latin1');
  head.writeUInt32LE(length, explicit ? 8 : 4);
  return head;
}

/** Retired overlays in the unused bits of the pixels would be lost with those bits. */
function checkOverlays(dataset: DataSet): void {
  for (const tag of dataset.elements.keys()) {
    if (isOverlayBits(tag) && dataset.number(tag) !== 1) {
      throw new IsocenterError('UNSUPPORTED_OBJECT', 'an overlay lies in the unused bits of the pixels', {
        object: dataset.object,
        attribute: 'OverlayBitsAllocated',
      });
    }
  }
}

/** Whether 32-bit pixels in OW are swapped by word or by sample, senders do not agree on; guessing could ruin a dose. */
function checkWordOrder(dataset: DataSet): void {
  if (!dataset.has(PIXEL_DATA) || dataset.number('BitsAllocated') !== 32) return;
  throw new IsocenterError(
    'UNSUPPORTED_TRANSFER_SYNTAX',
    'the order of bytes in 32-bit big endian pixels is not certain',
    {
      object: dataset.object,
      attribute: 'PixelData',
    },
  );
}
