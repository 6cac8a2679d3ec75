import { createHash } from 'node:crypto';
import { dataSetOffset } from './fileMeta.ts';

/**
 * What makes two objects the same: their data sets, byte for byte, in the same transfer syntax (SHA-256, hex). Preamble and File
 * Meta Information may differ, as every receiver writes its own.
 */
export function digestOf(transferSyntaxUid: string, file: Uint8Array): string {
  return createHash('sha256')
    .update(transferSyntaxUid)
    .update('\0')
    .update(file.subarray(dataSetOffset(file)))
    .digest('hex');
}
