import type { Part10Head } from '#main/network/part10Head.ts';
import { UNCOMPRESSED_LITTLE_ENDIAN } from '#main/network/transferSyntaxes.ts';
import { hasCodec } from '#shared/dicom/pixels/codecs.ts';
import { RLE_LOSSLESS } from '#shared/dicom/pixels/nativePixels.ts';
import { DEFLATED_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { decompressed } from './decompress.ts';
import type { FileSource } from './fileSource.ts';
import { transcodeLittleEndian } from './transcode.ts';

/**
 * Transfer syntaxes into which an object may be rewritten for a peer that does not take its own, best first. All are
 * uncompressed little endian: nothing is lost on the way, and every peer has to take one of them (PS3.5 10.1).
 */
export function alternativesTo(transferSyntaxUid: string): readonly string[] {
  if (UNCOMPRESSED_LITTLE_ENDIAN.includes(transferSyntaxUid)) {
    return UNCOMPRESSED_LITTLE_ENDIAN.filter((uid) => uid !== transferSyntaxUid);
  }
  const isReadable =
    [DEFLATED_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, RLE_LOSSLESS].includes(transferSyntaxUid) ||
    hasCodec(transferSyntaxUid);
  return isReadable ? UNCOMPRESSED_LITTLE_ENDIAN : [];
}

/**
 * The data set of a file in one of the alternatives to its own transfer syntax. Between the two uncompressed ones it
 * streams; anything else is decoded in memory.
 * @throws IsocenterError as `transcodeLittleEndian` and `decompressed`
 */
export async function* rewritten(
  path: string,
  head: Part10Head,
  source: FileSource,
  to: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (UNCOMPRESSED_LITTLE_ENDIAN.includes(head.transferSyntaxUid)) {
    yield* transcodeLittleEndian(source.chunks(), head.transferSyntaxUid);
  } else {
    yield await decompressed(path, to === EXPLICIT_LITTLE_ENDIAN);
  }
}
